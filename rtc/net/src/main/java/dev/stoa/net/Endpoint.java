package dev.stoa.net;

import dev.stoa.wire.TransportAddress;

/** What a socket's handle stands for. The id is what the handler knows it by. */
sealed interface Endpoint permits Endpoint.Udp, Endpoint.Listener, Connection {
    int id();

    int handle();

    record Udp(int id, int handle, TransportAddress local, int receiveBufferBytes, int sendBufferBytes)
            implements Endpoint {}

    record Listener(int id, int handle, TransportAddress local) implements Endpoint {}
}
