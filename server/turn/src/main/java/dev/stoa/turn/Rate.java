package dev.stoa.turn;

/** A limit of bytes a second, with a second's worth at once. */
final class Rate {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long bytesPerSecond;
    private long bytes;
    private long filledNanos;

    /** @param bitsPerSecond 0 is no limit */
    Rate(long nowNanos, long bitsPerSecond) {
        this.bytesPerSecond = bitsPerSecond / 8;
        this.bytes = bytesPerSecond;
        this.filledNanos = nowNanos;
    }

    boolean take(long nowNanos, int wanted) {
        if (bytesPerSecond == 0) {
            return true;
        }
        if (bytes < wanted) {
            long elapsed = Math.min(nowNanos - filledNanos, NANOS_PER_SECOND);
            // In microseconds, so that the product of a great rate stays in range.
            long gained = elapsed / 1000 * bytesPerSecond / 1_000_000;
            if (gained > 0) {
                bytes = Math.min(bytesPerSecond, bytes + gained);
                filledNanos = nowNanos;
            }
        }
        if (bytes < wanted) {
            return false;
        }
        bytes -= wanted;
        return true;
    }
}
