package dev.stoa.testkit;

/** The time of a simulation, in nanoseconds. It stands still until it is moved, and never goes back. */
public final class SimClock {
    private long nowNanos;

    public SimClock() {
        this(0);
    }

    public SimClock(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    public long nowNanos() {
        return nowNanos;
    }

    public void advance(long nanos) {
        advanceTo(nowNanos + nanos);
    }

    public void advanceTo(long nanos) {
        if (nanos < nowNanos) {
            throw new IllegalArgumentException("time goes forward: " + nanos + " is before " + nowNanos);
        }
        nowNanos = nanos;
    }
}
