package dev.stoa.turn;

import dev.stoa.wire.TransportAddress;

/** Opens and closes the sockets that a {@link TurnServer} relays by: what drives the server has them. */
public interface RelaySockets {
    /** What {@link #open} says when the port is taken or there can be no more sockets. */
    int FAILED = -1;

    /** Binds a UDP socket; its number, or {@link #FAILED}. What comes by it goes to {@link TurnServer#handle}. */
    int open(TransportAddress local);

    /** Closes a socket; nothing comes by it any more. */
    void close(int socket);
}
