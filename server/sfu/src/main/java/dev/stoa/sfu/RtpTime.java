package dev.stoa.sfu;

/** Durations in units of an RTP clock. */
final class RtpTime {
    private RtpTime() {}

    /** Wraps as timestamps do. */
    static int ofNanos(long nanos, int clockRate) {
        // Seconds apart, so that the product cannot overflow.
        long seconds = Math.floorDiv(nanos, 1_000_000_000L);
        return (int) (seconds * clockRate + Math.floorMod(nanos, 1_000_000_000L) * clockRate / 1_000_000_000L);
    }
}
