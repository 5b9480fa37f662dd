package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.SerialNumber;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the packets of one stream in order: holds back what comes after a gap until the gap is filled or the delay is over.
 *
 * <p>Calling contract: {@link #handlePacket}, then {@link #poll} until it returns null; again when {@link #nextTimeout}
 * has come. What {@link #poll} returns is good until the next {@link #handlePacket}. {@link #pollMissing} says what to ask
 * the sender for. It copies packets into places of its own, at most {@code capacity}, made when first needed.
 */
public final class JitterBuffer {
    /** So many packets in a row, so far behind, are a new start of the sender and not latecomers. */
    private static final int RESTART_COUNT = 16;

    private static final int RESTART_DISTANCE = 1000;

    private final int capacity;
    private final int maxPacketBytes;
    private final long maxDelayNanos;
    private final NackTracker missing;
    private final @Nullable Datagram[] places;
    private final boolean[] held;
    private final long[] arrivalNanos;
    private final int mask;

    private boolean started;
    /** Extended numbers: the next to release, the highest that came. */
    private long next;

    private long highest;
    private int heldCount;
    /** Given up since the last release. */
    private long lostBefore;

    private boolean gap;
    private int farBehind;
    private long lost;
    private long dropped;

    /**
     * @param capacity in packets, a power of two
     * @param maxPacketBytes longer packets are dropped
     * @param maxDelayNanos how long a packet waits for those before it
     * @param reorderGraceNanos how long a packet may be overtaken before it is asked for
     */
    public JitterBuffer(int capacity, int maxPacketBytes, long maxDelayNanos, long reorderGraceNanos) {
        if (capacity < 2 || capacity > 1 << 14 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("a capacity is a power of two up to 16384, not " + capacity);
        }
        this.capacity = capacity;
        this.maxPacketBytes = maxPacketBytes;
        this.maxDelayNanos = maxDelayNanos;
        this.missing = new NackTracker(reorderGraceNanos);
        this.places = new Datagram[capacity];
        this.held = new boolean[capacity];
        this.arrivalNanos = new long[capacity];
        this.mask = capacity - 1;
    }

    /** Takes a copy; false when it is a duplicate, came too late, or is too long. */
    public boolean handlePacket(RtpPacket packet, long nowNanos) {
        var bytes = packet.datagram();
        if (bytes.length() > maxPacketBytes) {
            dropped++;
            return false;
        }
        int sequenceNumber = packet.sequenceNumber();
        if (!started) {
            started = true;
            next = (1L << 16) + sequenceNumber;
            highest = next;
        }
        long number = SerialNumber.extend16(highest, sequenceNumber);
        if (number < next - RESTART_DISTANCE && ++farBehind == RESTART_COUNT) {
            restart(number);
        }
        if (number < next || (number <= highest && held[slot(number)])) {
            dropped++;
            return false;
        }
        farBehind = 0;
        missing.handlePacket(sequenceNumber, nowNanos);
        if (number >= next + capacity) {
            makeRoom(number - capacity + 1);
        }
        highest = Math.max(highest, number);
        int slot = slot(number);
        var place = places[slot];
        if (place == null) {
            place = Datagram.allocate(maxPacketBytes);
            places[slot] = place;
        }
        place.set(bytes);
        held[slot] = true;
        arrivalNanos[slot] = nowNanos;
        heldCount++;
        return true;
    }

    /** The next packet in order, null while it is waited for. */
    public @Nullable Datagram poll(long nowNanos) {
        if (heldCount == 0) {
            return null;
        }
        long first = firstHeld();
        if (first != next && nowNanos - arrivalNanos[slot(first)] < maxDelayNanos) {
            return null;
        }
        if (first != next) {
            missing.forgetBefore((int) first & 0xFFFF);
        }
        lostBefore += first - next;
        lost += first - next;
        gap = lostBefore > 0;
        lostBefore = 0;
        next = first + 1;
        held[slot(first)] = false;
        heldCount--;
        return places[slot(first)];
    }

    /** Whether packets before the one polled last are lost. */
    public boolean gapBefore() {
        return gap;
    }

    /** When {@link #poll} will release something that it now holds back; {@code Long.MAX_VALUE} when it holds nothing. */
    public long nextTimeout() {
        return heldCount == 0 ? NackTracker.NEVER : arrivalNanos[slot(firstHeld())] + maxDelayNanos;
    }

    /** {@link NackTracker#pollMissing} of what is not yet given up. */
    public int pollMissing(long nowNanos, int[] into) {
        return missing.pollMissing(nowNanos, into);
    }

    /** When {@link #pollMissing} has something to say. */
    public long nextMissingTimeout() {
        return missing.nextTimeout();
    }

    public void setRoundTripTime(long roundTripNanos) {
        missing.setRoundTripTime(roundTripNanos);
    }

    public int heldCount() {
        return heldCount;
    }

    /** How many packets were given up. */
    public long lostCount() {
        return lost;
    }

    /** How many came and were not taken, or had to make room. */
    public long droppedCount() {
        return dropped;
    }

    /** The sender began anew with lower numbers: what is held will never be followed. */
    private void restart(long number) {
        dropped += heldCount;
        heldCount = 0;
        Arrays.fill(held, false);
        missing.restart();
        lostBefore++; // so that the next release is known not to follow
        next = number;
        highest = number;
    }

    /** Gives up everything before {@code number}. */
    private void makeRoom(long number) {
        long given = number - next;
        for (long old = next; old < number && heldCount > 0; old++) {
            if (held[slot(old)]) {
                held[slot(old)] = false;
                heldCount--;
                dropped++;
                given--;
            }
        }
        missing.forgetBefore((int) number & 0xFFFF);
        lost += given;
        lostBefore += number - next;
        next = number;
    }

    private long firstHeld() {
        long first = next;
        while (!held[slot(first)]) {
            first++;
        }
        return first;
    }

    private int slot(long number) {
        return (int) number & mask;
    }
}
