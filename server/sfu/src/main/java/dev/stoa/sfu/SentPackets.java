package dev.stoa.sfu;

import java.util.Arrays;

/**
 * Which outgoing numbers were sent lately, and when again: none is sent twice as something new, which would break SRTP
 * (RFC 3711, 9.1), and none is sent again twice within a short time.
 */
final class SentPackets {
    /** It was sent with a marker of ours: what came after it in its picture was left out. */
    static final int MARKED = 1;

    /** It was sent without its payload: it was left out when its place was there already. */
    static final int EMPTY = 2;

    private static final long NOT_AGAIN = Long.MIN_VALUE / 2;

    private final long[] numbers;
    private final long[] againNanos;
    private final byte[] flags;
    private final int mask;

    /** @param size a power of two */
    SentPackets(int size) {
        numbers = new long[size];
        againNanos = new long[size];
        flags = new byte[size];
        mask = size - 1;
        Arrays.fill(numbers, -1);
    }

    /** Whether the extended number is new and not too old to tell; it counts as sent then. */
    boolean handleSent(long number, int itsFlags) {
        int at = (int) number & mask;
        if (numbers[at] >= number) {
            return false;
        }
        numbers[at] = number;
        againNanos[at] = NOT_AGAIN;
        flags[at] = (byte) itsFlags;
        return true;
    }

    /** Of a number that is contained. */
    int flags(long number) {
        return flags[(int) number & mask];
    }

    boolean contains(long number) {
        return numbers[(int) number & mask] == number;
    }

    /** Whether it was not sent again within {@code intervalNanos}; it counts as sent again then. */
    boolean handleSentAgain(long nowNanos, long number, long intervalNanos) {
        int at = (int) number & mask;
        if (numbers[at] != number || nowNanos - intervalNanos < againNanos[at]) {
            return false;
        }
        againNanos[at] = nowNanos;
        return true;
    }
}
