package dev.stoa.net;

import dev.stoa.wire.Datagram;

/**
 * What a {@link Driver} drives: packets, time and tasks go in, packets come out.
 *
 * <p>Calling contract: every method is called on the driver's one thread. A round is: {@link #handle} for each packet that
 * came, the tasks that were posted, {@link #handleTimeout} when {@link #nextTimeout} is due, then one
 * {@link #pollTransmit}, into which the handler writes all that is to go out now. {@link #nextTimeout} is asked at least
 * once before each wait, so it has to be cheap and allocate nothing. Times count nanoseconds from {@link Driver#nanos}' zero:
 * they are never negative and compare with {@code <}.
 *
 * <p>What a method throws goes to {@link #handleFault} and ends nothing but that one call.
 */
public interface DatagramHandler {
    /** What {@link #nextTimeout} says when it waits for nothing. */
    long NEVER = Long.MAX_VALUE;

    /**
     * A packet came.
     *
     * @param local the socket it came to, as returned by {@link Driver#bindUdp}, or the TCP connection it came by
     *     ({@link Driver#isTcp}): answers go out by the same one
     * @param remote who sent it; the same object each time, to be copied when it is kept
     * @param packet its bytes, at least one; the handler's until it returns, and it may write in them
     */
    void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet);

    /** A TCP connection that a packet came by is gone; its id will not be used again soon. */
    default void handleDisconnect(long nowNanos, int local) {}

    /** When {@link #handleTimeout} is to be called, or {@link #NEVER}. */
    long nextTimeout();

    /** The time of {@link #nextTimeout} has come. Afterwards that is to be later than {@code nowNanos}. */
    void handleTimeout(long nowNanos);

    /** Writes all that is to be sent now; the batch takes any number of packets and sends what it has when it is full. */
    void pollTransmit(long nowNanos, SendBatch out);

    /** One of these methods or a task has thrown: to be logged. */
    void handleFault(Throwable fault);
}
