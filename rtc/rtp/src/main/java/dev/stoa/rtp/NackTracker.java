package dev.stoa.rtp;

import dev.stoa.wire.SerialNumber;

/**
 * Which packets of one stream a receiver misses, and when to ask for them (RFC 4585, 6.2.1; the timing is ours): after a
 * grace for reordering, then once a round trip, until it came, was asked for too often, or is too old.
 *
 * <p>Calling contract: {@link #handlePacket} for every packet of the stream, recovered ones too; {@link #pollMissing} when
 * {@link #nextTimeout} has come, or more often. When {@link #abandonedCount} has risen, pictures are damaged: ask for a key
 * frame. At most {@link #MAX_MISSING} are remembered. Nothing allocates.
 */
public final class NackTracker {
    public static final int MAX_MISSING = 512;
    public static final int MAX_TRIES = 10;
    public static final long MAX_AGE_NANOS = 1_500_000_000L;
    static final long MIN_REPEAT_NANOS = 20_000_000L;
    static final long MAX_REPEAT_NANOS = 300_000_000L;
    static final long NEVER = Long.MAX_VALUE;

    private final long reorderGraceNanos;
    /** Extended sequence numbers, ascending, and by the same index when each was missed and is due, and how often asked. */
    private final long[] missing = new long[MAX_MISSING];

    private final long[] missedAtNanos = new long[MAX_MISSING];
    private final long[] dueAtNanos = new long[MAX_MISSING];
    private final int[] tries = new int[MAX_MISSING];
    private int count;
    private long highest = -1;
    private long repeatNanos = 100_000_000L;
    private long abandoned;

    /** @param reorderGraceNanos how long a packet may be overtaken before it counts as missing: 0 to 10 ms is usual */
    public NackTracker(long reorderGraceNanos) {
        this.reorderGraceNanos = reorderGraceNanos;
    }

    /** Sets after what time a request is repeated: the round-trip time and a little, 20 to 300 ms. */
    public void setRoundTripTime(long roundTripNanos) {
        repeatNanos = Math.clamp(roundTripNanos + roundTripNanos / 4, MIN_REPEAT_NANOS, MAX_REPEAT_NANOS);
    }

    public void handlePacket(int sequenceNumber, long nowNanos) {
        if (highest < 0) {
            highest = (1L << 16) + sequenceNumber;
            return;
        }
        long number = SerialNumber.extend16(highest, sequenceNumber);
        if (number <= highest) {
            int index = indexOf(number);
            if (index >= 0) {
                remove(index, index + 1);
            }
            return;
        }
        long gap = number - highest - 1;
        if (gap > MAX_MISSING) {
            // A pause or a new start rather than loss: nothing of it will be sent again.
            abandoned += count + gap;
            count = 0;
        } else {
            int overflow = (int) (count + gap - MAX_MISSING);
            if (overflow > 0) {
                abandoned += overflow;
                remove(0, overflow);
            }
            for (long lost = highest + 1; lost < number; lost++) {
                missing[count] = lost;
                missedAtNanos[count] = nowNanos;
                dueAtNanos[count] = nowNanos + reorderGraceNanos;
                tries[count] = 0;
                count++;
            }
        }
        highest = number;
    }

    /** What is older than this packet is not wanted any more: it begins a key frame. */
    public void forgetBefore(int sequenceNumber) {
        long number = SerialNumber.extend16(highest, sequenceNumber);
        int keep = 0;
        while (keep < count && missing[keep] < number) {
            keep++;
        }
        remove(0, keep);
    }

    /** The stream begins anew with the next packet. */
    public void restart() {
        count = 0;
        highest = -1;
    }

    /**
     * Writes the 16-bit sequence numbers to ask for now, oldest first, and counts that as done.
     *
     * @return how many were written; more are due when that is {@code into.length}
     */
    public int pollMissing(long nowNanos, int[] into) {
        int polled = 0;
        int keep = 0;
        for (int i = 0; i < count; i++) {
            boolean due = nowNanos - dueAtNanos[i] >= 0;
            if (nowNanos - missedAtNanos[i] >= MAX_AGE_NANOS || (due && tries[i] >= MAX_TRIES)) {
                abandoned++;
                continue;
            }
            if (due && polled < into.length) {
                into[polled++] = (int) missing[i] & 0xFFFF;
                tries[i]++;
                dueAtNanos[i] = nowNanos + repeatNanos;
            }
            move(i, keep++);
        }
        count = keep;
        return polled;
    }

    /** When {@link #pollMissing} has something to do: nanoseconds of the caller's clock, {@code Long.MAX_VALUE} for never. */
    public long nextTimeout() {
        if (count == 0) {
            return NEVER;
        }
        long first = dueAtNanos[0];
        for (int i = 1; i < count; i++) {
            first = dueAtNanos[i] - first < 0 ? dueAtNanos[i] : first;
        }
        return first;
    }

    public int missingCount() {
        return count;
    }

    /** How many were given up, ever. */
    public long abandonedCount() {
        return abandoned;
    }

    private int indexOf(long number) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (missing[middle] < number) {
                low = middle + 1;
            } else if (missing[middle] > number) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -1;
    }

    private void remove(int from, int to) {
        for (int i = to; i < count; i++) {
            move(i, from + i - to);
        }
        count -= to - from;
    }

    private void move(int from, int to) {
        missing[to] = missing[from];
        missedAtNanos[to] = missedAtNanos[from];
        dueAtNanos[to] = dueAtNanos[from];
        tries[to] = tries[from];
    }
}
