package dev.stoa.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * What the TLS library takes for a socket: two bounded queues. While the handshake runs its thread waits here for datagrams;
 * afterwards the engine's thread does everything and nothing waits.
 *
 * <p>Records are collected until the library listens again, so that a flight goes out in as few datagrams as possible
 * (RFC 6347, 4.1.1): what is not sent cannot be lost. A flight that is sent again goes out twice: the library doubles its
 * patience each time, and where a third of all datagrams is lost a handshake would take many seconds.
 */
final class AttemptTransport implements DatagramTransport {
    /** The most that goes into a datagram, both ways of a path taken to carry it. */
    static final int MAX_DATAGRAM_LENGTH = 1200;

    /** The most that is taken; the library allocates as much for each datagram it reads. */
    static final int MAX_RECEIVED_LENGTH = 2048;

    private static final int QUEUED_DATAGRAMS = 32;
    private static final byte[] WAKE_UP = {};

    /** Leaves the library's receive loop, which would otherwise ask again and again until a millisecond has passed. */
    static final class NothingQueued extends InterruptedIOException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final ArrayBlockingQueue<byte[]> inbound = new ArrayBlockingQueue<>(QUEUED_DATAGRAMS);
    private final ArrayBlockingQueue<byte[]> outbound = new ArrayBlockingQueue<>(QUEUED_DATAGRAMS);
    private final Runnable wakeUp;
    private final byte[] collected = new byte[MAX_DATAGRAM_LENGTH];
    private int collectedLength;
    private boolean hasSpoken;
    private int highestMessage = -1;
    private boolean hasChangedCipher;
    private boolean isRepetition;
    private boolean blocking = true;
    private volatile boolean cancelled;

    AttemptTransport(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    /** False: too many are waiting, and this one is lost. */
    boolean offer(byte[] datagram) {
        return inbound.offer(datagram);
    }

    boolean hasInbound() {
        return !inbound.isEmpty();
    }

    byte @Nullable [] pollTransmit() {
        return outbound.poll();
    }

    /** On the handshake's thread, when it is done with it: from now on the engine's thread calls. */
    void handOver() {
        flush();
        blocking = false;
    }

    /** From any thread: the handshake ends with an exception, and nothing more is sent. */
    void cancel() {
        cancelled = true;
        outbound.clear();
        // When the queue is full the thread wakes up by itself.
        var _ = inbound.offer(WAKE_UP);
    }

    @Override
    public int getReceiveLimit() {
        return MAX_RECEIVED_LENGTH;
    }

    @Override
    public int getSendLimit() {
        return MAX_DATAGRAM_LENGTH;
    }

    @Override
    public int receive(byte[] target, int offset, int length, int waitMillis) throws IOException {
        flush();
        var datagram = blocking ? await(waitMillis) : inbound.poll();
        if (datagram == null) {
            if (blocking) {
                return -1;
            }
            throw new NothingQueued();
        }
        System.arraycopy(datagram, 0, target, offset, Math.min(datagram.length, length));
        return datagram.length;
    }

    private byte @Nullable [] await(int waitMillis) throws IOException {
        try {
            var datagram = inbound.poll(waitMillis, TimeUnit.MILLISECONDS);
            if (cancelled) {
                throw new IOException("cancelled");
            }
            return datagram;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        if (DtlsRecords.isPlainAlert(bytes, offset) && !hasSpoken) {
            // Whoever sent the bad ClientHello, a good one may follow: an alert would end the transport at the other
            // side.
            return;
        }
        hasSpoken = true;
        if (collectedLength + length > MAX_DATAGRAM_LENGTH) {
            flush();
        }
        isRepetition |= isRepetition(bytes, offset);
        System.arraycopy(bytes, offset, collected, collectedLength, length);
        collectedLength += length;
    }

    /** Whether the record has been sent before: the beginning of a message, or the change of cipher. */
    private boolean isRepetition(byte[] bytes, int offset) {
        if (DtlsRecords.isChangeCipherSpec(bytes, offset)) {
            boolean before = hasChangedCipher;
            hasChangedCipher = true;
            return before;
        }
        int message = DtlsRecords.beginningMessage(bytes, offset);
        boolean before = message >= 0 && message <= highestMessage;
        highestMessage = Math.max(highestMessage, message);
        return before;
    }

    /** Queues what is collected; if the engine's owner does not fetch, it is lost like on any network. */
    void flush() {
        if (collectedLength == 0) {
            return;
        }
        var datagram = Arrays.copyOf(collected, collectedLength);
        if (!cancelled && outbound.offer(datagram)) {
            if (isRepetition) {
                var _ = outbound.offer(datagram.clone());
            }
            if (blocking) {
                wakeUp.run();
            }
        }
        collectedLength = 0;
        isRepetition = false;
    }

    @Override
    public void close() {
        flush();
    }
}
