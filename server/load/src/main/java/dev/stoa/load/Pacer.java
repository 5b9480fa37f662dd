package dev.stoa.load;

/**
 * Says when the next packet of a video may leave: at {@link #FACTOR} times the video's rate, ahead of that by a burst at most.
 * This is how libwebrtc paces (PacingController: media debt, burst interval): with its default of 40 ms a usual frame leaves
 * at once and a key frame in a few bursts; with none, packet follows packet.
 */
final class Pacer {
    static final double FACTOR = 2.5;

    private final double nanosPerByte;
    private final long burstNanos;
    /** When all that was sent would have left at the paced rate. */
    private long paidNanos;

    Pacer(int bitrateBps, long burstNanos) {
        this.nanosPerByte = 8e9 / (bitrateBps * FACTOR);
        this.burstNanos = burstNanos;
    }

    /** When the next packet may leave; in the past when it may now. */
    long nextNanos() {
        return paidNanos - burstNanos;
    }

    void handleSent(long nowNanos, int bytes) {
        paidNanos = Math.max(nowNanos, paidNanos) + (long) (bytes * nanosPerByte);
    }
}
