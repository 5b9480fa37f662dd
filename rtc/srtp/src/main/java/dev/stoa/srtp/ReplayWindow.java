package dev.stoa.srtp;

import java.util.Arrays;

/** Which of the latest packets came already (RFC 3711, 3.3.2). */
final class ReplayWindow {
    private final long[] seen;
    private final int size;
    private long highest = -1;

    /** @param size packets, a power of two of at least 64 */
    ReplayWindow(int size) {
        if (size < 64 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("a window has a power of two of packets, at least 64, not " + size);
        }
        this.size = size;
        this.seen = new long[size / 64];
    }

    /** The highest index that came, -1 before the first. */
    long highest() {
        return highest;
    }

    /** Whether it may be accepted: neither seen nor too old to know. */
    boolean isFresh(long index) {
        if (index > highest) {
            return true;
        }
        return highest - index < size && (seen[word(index)] & (1L << index)) == 0;
    }

    /** Call it for an authentic packet only. */
    void add(long index) {
        if (index > highest) {
            if (index - highest >= size) {
                Arrays.fill(seen, 0);
            } else {
                for (long between = highest + 1; between < index; between++) {
                    seen[word(between)] &= ~(1L << between);
                }
            }
            highest = index;
        }
        seen[word(index)] |= 1L << index;
    }

    private int word(long index) {
        return (int) (index & (size - 1)) >>> 6;
    }
}
