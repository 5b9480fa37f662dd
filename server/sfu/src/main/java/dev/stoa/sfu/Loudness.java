package dev.stoa.sfu;

/**
 * How loud somebody is, smoothed so that a pause for breath does not count: a sound is followed quickly, silence slowly.
 * Levels are in -dBov, 0 the loudest and 127 silence (RFC 6464), here turned round: 0 is silence, 127 the loudest.
 */
final class Loudness {
    /** What is taken for the level of audio that says none: speech, but rather soft. */
    static final int UNKNOWN = 127 - 50;

    private static final double ATTACK = 0.25;
    private static final double RELEASE = 0.03;
    /** Nothing for this long is silence: discontinuous transmission, or muted. */
    private static final long STALE_NANOS = 1_000_000_000L;

    private double smoothed;
    private long heardAtNanos;
    private boolean heard;

    /** @param loudness 0 to 127 */
    void handleLevel(long nowNanos, int loudness) {
        if (!heard || nowNanos - heardAtNanos > STALE_NANOS) {
            smoothed = 0;
        }
        heard = true;
        heardAtNanos = nowNanos;
        smoothed += (loudness - smoothed) * (loudness > smoothed ? ATTACK : RELEASE);
    }

    /** 0 to 127. */
    double at(long nowNanos) {
        return heard && nowNanos - heardAtNanos <= STALE_NANOS ? smoothed : 0;
    }
}
