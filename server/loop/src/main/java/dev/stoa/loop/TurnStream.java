package dev.stoa.loop;

/** A client's TCP or TLS connection, as the TURN loop sees it. Both methods are called on its thread and must not block. */
public interface TurnStream {
    /** A message for the client; dropped when it does not keep up. */
    void send(byte[] message);

    /** What came by it is no TURN. */
    void close();
}
