package dev.stoa.sfu;

import dev.stoa.rtp.FrameDependencyStructure;
import dev.stoa.rtp.H264Payload;
import dev.stoa.rtp.Vp9Descriptor;

/**
 * Which layers one stream of video has, how large their pictures are, and how many bits each takes: as its packets say. The
 * last of that is a measurement over half a second to a second.
 */
public final class StreamShape {
    static final int MAX_SPATIAL = 8;
    static final int MAX_TEMPORAL = 8;
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final int[] widths = new int[MAX_SPATIAL];
    private final int[] heights = new int[MAX_SPATIAL];
    private int spatialCount = 1;
    private int mostSpatial = 1;
    private int temporalCount = 1;
    private final long[] bytes = new long[MAX_SPATIAL * MAX_TEMPORAL];
    private final long[] bitsPerSecond = new long[MAX_SPATIAL * MAX_TEMPORAL];
    private long windowNanos = Long.MIN_VALUE;
    private boolean measured;

    StreamShape() {}

    /** 1 to 8. */
    public int spatialCount() {
        return spatialCount;
    }

    /** How many it had at the most. */
    int mostSpatial() {
        return mostSpatial;
    }

    public int temporalCount() {
        return temporalCount;
    }

    /** In pixels, without regard to how the picture is to be turned; 0 while it is not known. */
    public int width(int spatial) {
        return widths[spatial];
    }

    public int height(int spatial) {
        return heights[spatial];
    }

    /** What is sent with these layers and all below them; -1 while it was not measured. */
    long bitrateBps(int spatial, int temporal) {
        if (!measured) {
            return -1;
        }
        long sum = 0;
        for (int s = 0; s <= spatial; s++) {
            for (int t = 0; t <= temporal; t++) {
                sum += bitsPerSecond[s * MAX_TEMPORAL + t];
            }
        }
        return sum;
    }

    void handlePacket(long nowNanos, TrackPacket packet) {
        bytes[packet.spatialId() * MAX_TEMPORAL + packet.temporalId()] += packet.payloadLength();
        if (nowNanos - windowNanos >= WINDOW_NANOS || windowNanos == Long.MIN_VALUE) {
            closeWindow(nowNanos);
        }
        temporalCount = Math.max(temporalCount, packet.temporalId() + 1);
        if (packet.keyFrame()) {
            learn(packet);
        }
        if (packet.spatialId() >= spatialCount) {
            setSpatialCount(packet.spatialId() + 1);
        }
    }

    /** A new structure, which came with a key frame. */
    void handleStructure(FrameDependencyStructure structure) {
        setSpatialCount(structure.spatialLayerCount());
        for (int i = 0; i < spatialCount && structure.hasResolutions(); i++) {
            set(i, structure.width(i), structure.height(i));
        }
        temporalCount = 1;
        for (int i = 0; i < structure.decodeTargetCount(); i++) {
            temporalCount = Math.max(temporalCount, structure.decodeTargetTemporalId(i) + 1);
        }
    }

    private void learn(TrackPacket packet) {
        switch (packet.codec().kind()) {
            case VP8 -> set(0, packet.vp8().width(), packet.vp8().height());
            case VP9 -> learn(packet.vp9());
            case H264 -> learn(packet.h264());
            case AV1, OPUS, RED, OTHER -> {}
        }
    }

    private void learn(Vp9Descriptor descriptor) {
        if (descriptor.hasScalabilityStructure()) {
            setSpatialCount(descriptor.spatialLayerCount());
            for (int i = 0; i < spatialCount; i++) {
                set(i, descriptor.width(i), descriptor.height(i));
            }
        }
    }

    private void learn(H264Payload payload) {
        long size = payload.pictureSize();
        if (size > 0) {
            set(0, (int) (size >>> 32), (int) size);
        }
    }

    private void set(int spatial, int width, int height) {
        if (width > 0 && height > 0) {
            widths[spatial] = width;
            heights[spatial] = height;
        }
    }

    private void setSpatialCount(int count) {
        spatialCount = count;
        mostSpatial = Math.max(mostSpatial, count);
    }

    private void closeWindow(long nowNanos) {
        long elapsed = nowNanos - windowNanos;
        measured = windowNanos != Long.MIN_VALUE && elapsed < 2 * WINDOW_NANOS;
        for (int i = 0; i < bytes.length; i++) {
            bitsPerSecond[i] = measured ? bytes[i] * 8 * 1000 / (elapsed / 1_000_000) : 0;
            bytes[i] = 0;
        }
        windowNanos = nowNanos;
    }

    /** A key frame may begin a stream with other layers: the temporal ones say so themselves. */
    void reset() {
        temporalCount = 1;
        setSpatialCount(1);
        measured = false;
        windowNanos = Long.MIN_VALUE;
    }
}
