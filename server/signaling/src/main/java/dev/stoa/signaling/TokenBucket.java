package dev.stoa.signaling;

/** A budget that refills steadily up to a burst. Not thread-safe. */
final class TokenBucket {
    private double tokens;
    private long atNanos;

    TokenBucket(int burst, long nowNanos) {
        this.tokens = burst;
        this.atNanos = nowNanos;
    }

    /** Takes one, if there is one; {@code perSecond} 0: there always is. */
    boolean tryTake(double perSecond, int burst, long nowNanos) {
        if (perSecond == 0) {
            return true;
        }
        tokens = Math.min(burst, tokens + (nowNanos - atNanos) * perSecond / 1e9);
        atNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
