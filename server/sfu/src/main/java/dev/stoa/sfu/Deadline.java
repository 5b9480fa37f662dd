package dev.stoa.sfu;

/** When something is to be done next, which several may bring forward. */
final class Deadline {
    static final long NEVER = Long.MAX_VALUE;

    private long nanos = NEVER;

    long nanos() {
        return nanos;
    }

    void set(long atNanos) {
        nanos = atNanos;
    }

    /** Not later than this. */
    void advanceTo(long atNanos) {
        nanos = Math.min(nanos, atNanos);
    }

    boolean isDue(long nowNanos) {
        return nowNanos >= nanos;
    }
}
