package dev.stoa.client;

/**
 * Says when each frame of a clip is due, over and over again.
 *
 * <p>Calling contract: {@link #handleTimeout} at {@link #nextTimeout}; times are nanoseconds of one clock.
 */
final class ClipPlayer {
    /** Who was kept from sending for longer goes on from here, instead of sending all of it at once. */
    private static final long MAX_DELAY_NANOS = 200_000_000L;

    /** Takes a frame that is due. */
    @FunctionalInterface
    interface Output {
        void send(byte[] frame, int timestamp);
    }

    private final Clip clip;
    private long startNanos;
    /** What a frame's time in the clip is ahead of its time on the wire, which only rises. */
    private long lead;

    private int next;

    ClipPlayer(Clip clip, long startNanos) {
        this.clip = clip;
        this.startNanos = startNanos;
    }

    long nextTimeout() {
        return startNanos + (frame().timestamp() - lead) * 1_000_000_000L / clip.clockRate();
    }

    void handleTimeout(long nowNanos, Output output) {
        long late = nowNanos - nextTimeout();
        if (late > MAX_DELAY_NANOS) {
            startNanos += late;
        }
        while (nextTimeout() <= nowNanos) {
            output.send(frame().data(), (int) (frame().timestamp() - lead));
            advance();
        }
    }

    /** The next frame is a key frame: the nearest that is still to come, or the first of the clip. */
    void jumpToKeyFrame() {
        int found = next;
        while (found < clip.frames().size() && !clip.frames().get(found).keyFrame()) {
            found++;
        }
        found = found == clip.frames().size() ? 0 : found;
        lead += clip.frames().get(found).timestamp() - frame().timestamp();
        next = found;
    }

    private Clip.Frame frame() {
        return clip.frames().get(next);
    }

    private void advance() {
        next++;
        if (next == clip.frames().size()) {
            next = 0;
            lead -= clip.duration();
        }
    }
}
