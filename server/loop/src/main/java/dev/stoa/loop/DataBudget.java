package dev.stoa.loop;

/** An amount that refills steadily up to a burst. */
final class DataBudget {
    private final double perNano;
    private final double burst;
    private double left;
    private long atNanos;

    DataBudget(long nowNanos, long perSecond, long burst) {
        this.perNano = perSecond / 1e9;
        this.burst = burst;
        this.left = burst;
        this.atNanos = nowNanos;
    }

    /** Takes that much, if it is there. */
    boolean tryTake(long nowNanos, long amount) {
        left = Math.min(burst, left + (nowNanos - atNanos) * perNano);
        atNanos = nowNanos;
        if (left < amount) {
            return false;
        }
        left -= amount;
        return true;
    }
}
