package dev.stoa.sctp;

/** How long an acknowledgement is waited for (RFC 9260, 6.3.1). */
final class RetransmissionTimeout {
    private static final long MILLI = 1_000_000L;
    private static final long INITIAL_NANOS = 1_000 * MILLI;
    /** RFC 9260, 16 says one second; over a known path that is long for messages that somebody waits for. */
    private static final long MIN_NANOS = 200 * MILLI;

    private static final long MIN_PROBE_NANOS = 5 * MILLI;

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

    /** How much earlier than another a packet may have been sent and still come after it. */
    long reorderingNanos() {
        return Math.max(MILLI, Math.max(smoothed / 4, variation));
    }

    /** After how long without an answer one is asked for; 0 before the first measurement. */
    long probeNanos() {
        return smoothed == 0 ? 0 : Math.max(MIN_PROBE_NANOS, 2 * smoothed + variation);
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
