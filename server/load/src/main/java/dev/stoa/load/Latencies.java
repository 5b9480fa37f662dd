package dev.stoa.load;

import java.util.Arrays;

/** How long packets took, in microseconds up to a tenth of a second exactly. One thread. */
final class Latencies {
    private static final int LIMIT_MICROS = 100_000;

    private final int[] counts = new int[LIMIT_MICROS + 1];
    private long count;
    private long maxNanos;

    void add(long nanos) {
        counts[Math.clamp(nanos / 1000, 0, LIMIT_MICROS)]++;
        count++;
        maxNanos = Math.max(maxNanos, nanos);
    }

    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        maxNanos = 0;
    }

    /** The time that this share of all did not exceed, in milliseconds. */
    double quantileMillis(double share) {
        long left = (long) Math.ceil(share * count);
        for (int micros = 0; micros < LIMIT_MICROS; micros++) {
            left -= counts[micros];
            if (left <= 0) {
                return micros / 1000.0;
            }
        }
        return maxMillis();
    }

    double maxMillis() {
        return maxNanos / 1e6;
    }
}
