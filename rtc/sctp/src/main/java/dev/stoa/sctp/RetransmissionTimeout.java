package dev.stoa.sctp;

/** How long an acknowledgement is waited for (RFC 9260, 6.3.1). */
final class RetransmissionTimeout {
    private static final long MILLI = 1_000_000L;
    private static final long INITIAL_NANOS = 1_000 * MILLI;
    /** RFC 9260, 16 says one second; over a known path that is long for messages that somebody waits for. */
    private static final long MIN_NANOS = 200 * MILLI;

    private static final long MAX_NANOS = 10_000 * MILLI;

    private long smoothed;
    private long variation;
    private long nanos = INITIAL_NANOS;

    long nanos() {
        return nanos;
    }

    /** Smoothed; 0 before the first measurement. */
    long roundTripNanos() {
        return smoothed;
    }

    void measure(long roundTripNanos) {
        if (smoothed == 0) {
            smoothed = Math.max(1, roundTripNanos);
            variation = roundTripNanos / 2;
        } else {
            variation += (Math.abs(smoothed - roundTripNanos) - variation) / 4;
            smoothed += (roundTripNanos - smoothed) / 8;
        }
        nanos = Math.clamp(smoothed + 4 * variation, MIN_NANOS, MAX_NANOS);
    }

    /** It has run out (6.3.3, E2). */
    void backOff() {
        nanos = Math.min(2 * nanos, MAX_NANOS);
    }
}
