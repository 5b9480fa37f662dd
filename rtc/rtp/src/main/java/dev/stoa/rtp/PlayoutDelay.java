package dev.stoa.rtp;

/**
 * The least and the most delay between capture and rendering that the sender wants: 12 bits each, in units of 10 ms.
 * Source: webrtc.org/experiments/rtp-hdrext/playout-delay.
 */
public final class PlayoutDelay {
    public static final int LENGTH = 3;
    public static final int MAX_MILLIS = 0xFFF * 10;

    private PlayoutDelay() {}

    public static int minimumMillis(int bits) {
        return (bits >>> 12 & 0xFFF) * 10;
    }

    public static int maximumMillis(int bits) {
        return (bits & 0xFFF) * 10;
    }

    public static int bits(int minimumMillis, int maximumMillis) {
        if (minimumMillis < 0 || maximumMillis < minimumMillis || maximumMillis > MAX_MILLIS) {
            throw new IllegalArgumentException("playout delay from " + minimumMillis + " to " + maximumMillis + " ms");
        }
        return (minimumMillis / 10) << 12 | (maximumMillis / 10);
    }
}
