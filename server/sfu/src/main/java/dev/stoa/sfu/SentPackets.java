package dev.stoa.sfu;

import java.util.Arrays;

/**
 * Which outgoing numbers were sent lately and when: none is sent twice as something new, which would break SRTP
 * (RFC 3711, 9.1), and none is sent again too soon.
 */
final class SentPackets {
    private final long[] numbers;
    private final long[] sentNanos;
    private final int mask;

    /** @param size a power of two */
    SentPackets(int size) {
        numbers = new long[size];
        sentNanos = new long[size];
        mask = size - 1;
        Arrays.fill(numbers, -1);
    }

    /** Whether the extended number is new and not too old to tell; it counts as sent then. */
    boolean handleSent(long nowNanos, long number) {
        int at = (int) number & mask;
        if (numbers[at] >= number) {
            return false;
        }
        numbers[at] = number;
        sentNanos[at] = nowNanos;
        return true;
    }

    boolean contains(long number) {
        return numbers[(int) number & mask] == number;
    }

    /** Whether it was not sent within {@code intervalNanos}; it counts as sent again then. */
    boolean handleSentAgain(long nowNanos, long number, long intervalNanos) {
        int at = (int) number & mask;
        if (numbers[at] != number || nowNanos - sentNanos[at] < intervalNanos) {
            return false;
        }
        sentNanos[at] = nowNanos;
        return true;
    }
}
