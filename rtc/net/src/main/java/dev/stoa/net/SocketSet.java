package dev.stoa.net;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * The sockets of one driver and the wait for them: what differs between {@link Sockets}. A socket is known by its handle, a
 * small number that is used again after {@link #close(int)}.
 *
 * <p>Calling contract: one thread at a time, but for {@link #wake}. Nothing but opening throws for what the network does.
 */
abstract sealed class SocketSet implements AutoCloseable permits FfmSocketSet, NioSocketSet {
    /** Packets received by one call. */
    static final int RECEIVE_BATCH = 32;

    static final int READABLE = 1;
    static final int WRITABLE = 4;

    /** What {@link #accept}, {@link #read} and {@link #write} say besides numbers from zero. */
    static final int NOTHING = -1;

    static final int FAILED = -2;

    /** A UDP socket that is bound and waited for. */
    abstract int openUdp(TransportAddress local) throws IOException;

    /** A TCP listener that is bound and waited for. */
    abstract int openListener(TransportAddress local) throws IOException;

    abstract void close(int handle);

    abstract TransportAddress localAddress(int handle);

    /** What the kernel granted a UDP socket. */
    abstract int receiveBufferBytes(int handle);

    abstract int sendBufferBytes(int handle);

    /** Which of READABLE and WRITABLE are waited for. */
    abstract void setInterest(int handle, int events);

    /**
     * Waits until a socket is ready, the time is over or {@link #wake} is called.
     *
     * @return how many sockets are ready
     */
    abstract int await(long timeoutNanos);

    abstract int readyHandle(int at);

    abstract int readyEvents(int at);

    /** Ends a wait, this one or the next. From any thread, also after closing. */
    abstract void wake();

    /** Receives up to RECEIVE_BATCH messages, which stay until the next call, and says how many. */
    abstract int receive(int handle);

    /** The message's bytes; the whole message, even if it holds several packets. */
    abstract Datagram message(int at);

    /** Whether it was longer than its place. */
    abstract boolean isTruncated(int at);

    /** The size of the packets in the message but for the last; 0 when it is one packet. */
    abstract int segmentBytes(int at);

    abstract void remote(int at, RemoteAddress remote);

    /** Sends {@code count} bursts of the batch, those that {@code bursts} names, and counts. */
    abstract void send(long nowNanos, int handle, SendBatch batch, int[] bursts, int count);

    /** A waiting connection's handle, its peer in {@code remote}; or NOTHING, or FAILED. */
    abstract int accept(int listener, RemoteAddress remote);

    /** How many bytes came; NOTHING when none are there, FAILED at the stream's end and on errors. */
    abstract int read(int handle, Datagram into, int at, int count);

    /** How many bytes were taken, which may be none; FAILED when the stream is broken. */
    abstract int write(int handle, Datagram from, int at, int count);

    /** An open connection that belongs to no set. */
    sealed interface Released {
        record Descriptor(int fd) implements Released {}

        record Channel(SocketChannel channel) implements Released {}
    }

    /** Gives a connection away without closing it. */
    abstract Released release(int handle);

    /** Takes a connection that a set of the same kind released: its handle, or FAILED, and then it is closed. */
    abstract int adopt(Released connection);

    /** Closes a connection that was released. */
    abstract void discard(Released connection);

    /** Closes all sockets and frees all memory. */
    @Override
    public abstract void close();
}
