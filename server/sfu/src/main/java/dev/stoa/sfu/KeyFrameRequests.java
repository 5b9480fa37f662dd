package dev.stoa.sfu;

/**
 * When to ask a publisher for a key frame, however many receivers want one: not sooner than an interval after the last
 * request, and again when nothing came of it while somebody still waits. Where nothing comes at all it waits until it does.
 */
final class KeyFrameRequests {
    static final long NEVER = Long.MAX_VALUE;

    private final long intervalNanos;
    private final long repeatNanos;
    private boolean asked;
    private long askedAtNanos;
    private long dueNanos = NEVER;
    /** Whether somebody asked since the last request was sent; otherwise what is due is a repetition. */
    private boolean fresh;
    /** What is due waits until packets come. */
    private boolean held;

    KeyFrameRequests(long intervalNanos, long repeatNanos) {
        this.intervalNanos = intervalNanos;
        this.repeatNanos = repeatNanos;
    }

    /** Somebody wants a key frame. */
    void handleRequest(long nowNanos) {
        fresh = true;
        if (held) {
            return;
        }
        long soonest = asked ? Math.max(nowNanos, askedAtNanos + intervalNanos) : nowNanos;
        dueNanos = Math.min(dueNanos, soonest);
    }

    /** One has come, for all who waited. */
    void handleKeyFrame() {
        dueNanos = NEVER;
        fresh = false;
        held = false;
    }

    /** Nothing comes from there: to ask would be in vain. */
    void hold() {
        dueNanos = NEVER;
        held = true;
    }

    boolean isHeld() {
        return held;
    }

    /** Something comes again. */
    void release(long nowNanos) {
        held = false;
        handleRequest(nowNanos);
    }

    long nextTimeout() {
        return dueNanos;
    }

    /**
     * Whether to send a request now, which counts as sent.
     *
     * @param waiting whether somebody cannot go on without, so that it is repeated
     */
    boolean poll(long nowNanos, boolean waiting) {
        if (nowNanos < dueNanos) {
            return false;
        }
        if (!fresh && !waiting) {
            dueNanos = NEVER;
            return false;
        }
        fresh = false;
        asked = true;
        askedAtNanos = nowNanos;
        dueNanos = waiting ? nowNanos + repeatNanos : NEVER;
        return true;
    }
}
