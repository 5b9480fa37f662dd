package dev.stoa.net;

/** What a socket's handle stands for. The id is what the handler knows it by. */
sealed interface Endpoint permits Endpoint.Udp, Endpoint.Listener, Connection {
    int id();

    int handle();

    record Udp(int id, int handle) implements Endpoint {}

    record Listener(int id, int handle) implements Endpoint {}
}
