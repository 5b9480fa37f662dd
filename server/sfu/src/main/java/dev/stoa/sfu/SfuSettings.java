package dev.stoa.sfu;

/**
 * Sizes and intervals.
 *
 * @param videoCacheSlots packets kept of a video track, a power of two: a second at 4 Mbit/s is about 420
 * @param audioCacheSlots packets kept of an audio track, a power of two
 * @param slotCapacity the longest packet in bytes
 * @param maxSsrcs of one publisher, retransmissions included
 * @param maxTracks of one publisher
 * @param maxSlots of one receiver
 * @param transportFeedbackIntervalNanos how often a publisher hears what arrived (transport-cc)
 * @param reportIntervalNanos of sender and receiver reports
 * @param reorderGraceNanos how long a packet may be overtaken before it counts as missing
 * @param keyFrameIntervalNanos the least time between two key frame requests to a publisher
 * @param keyFrameRepeatNanos when a request is repeated that brought nothing
 */
public record SfuSettings(
        int videoCacheSlots,
        int audioCacheSlots,
        int slotCapacity,
        int maxSsrcs,
        int maxTracks,
        int maxSlots,
        long transportFeedbackIntervalNanos,
        long reportIntervalNanos,
        long reorderGraceNanos,
        long keyFrameIntervalNanos,
        long keyFrameRepeatNanos) {
    private static final long MILLISECOND = 1_000_000L;

    public static final SfuSettings DEFAULT = new SfuSettings(
            512,
            64,
            1536,
            32,
            8,
            128,
            50 * MILLISECOND,
            1_000 * MILLISECOND,
            5 * MILLISECOND,
            500 * MILLISECOND,
            1_000 * MILLISECOND);

    public SfuSettings {
        if (Integer.bitCount(videoCacheSlots) != 1 || Integer.bitCount(audioCacheSlots) != 1) {
            throw new IllegalArgumentException("cache slots are a power of two");
        }
    }

    int cacheSlots(Source source) {
        return source.isVideo() ? videoCacheSlots : audioCacheSlots;
    }
}
