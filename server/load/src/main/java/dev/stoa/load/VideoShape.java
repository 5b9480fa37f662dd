package dev.stoa.load;

import java.util.SplittableRandom;

/** The sizes of a camera's encoded frames: they vary around the bitrate, and a key frame is a few times as large. */
final class VideoShape {
    static final long FRAME_NANOS = 1_000_000_000L / 30;
    static final int MAX_PAYLOAD = 1150;
    private static final double KEY_FRAME_FACTOR = 4;
    private static final double SPREAD = 0.3;

    private final SplittableRandom random;
    private final int meanBytes;
    /** What key frames took, to be saved by the frames behind them. */
    private int debt;

    VideoShape(int bitrateBps, long seed) {
        this.random = new SplittableRandom(seed);
        this.meanBytes = (int) (bitrateBps / 8L * FRAME_NANOS / 1_000_000_000L);
    }

    int nextBytes(boolean isKeyFrame) {
        int bytes = (int) (meanBytes * (1 + SPREAD * (2 * random.nextDouble() - 1)));
        if (isKeyFrame) {
            int key = (int) (meanBytes * KEY_FRAME_FACTOR);
            debt += key - meanBytes;
            return key;
        }
        int saved = Math.min(debt, meanBytes / 10);
        debt -= saved;
        return bytes - saved;
    }

    /** How many packets a frame takes. */
    static int packets(int frameBytes) {
        return (frameBytes + MAX_PAYLOAD - 1) / MAX_PAYLOAD;
    }

    /** The size of a packet: all almost equal, the larger ones last, as libwebrtc cuts (RtpPacketizer::SplitAboutEqually). */
    static int packetBytes(int frameBytes, int packet) {
        int packets = packets(frameBytes);
        int larger = frameBytes % packets;
        return frameBytes / packets + (packet >= packets - larger ? 1 : 0);
    }
}
