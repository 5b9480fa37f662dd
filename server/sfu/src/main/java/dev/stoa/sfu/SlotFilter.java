package dev.stoa.sfu;

import org.jspecify.annotations.Nullable;

/**
 * Which layers of the stream in a slot go out. As long as all do there is nothing to do for a packet.
 *
 * <p>Calling contract: {@link #begin} with each new run, {@link #aim} when the targets have changed, {@link #decide} for each
 * packet with a payload.
 */
final class SlotFilter {
    private @Nullable LayerFilter filter;
    private boolean active;

    /** All layers up to these are to go out, from a key frame on. */
    void begin(TrackPacket packet, int spatial, int temporal) {
        filter = of(packet);
        active = filter != null && leavesOut(packet.source(), spatial, temporal);
        if (filter != null) {
            filter.begin(packet, spatial, temporal);
        }
    }

    /** @param lastTimestamp of the stream's newest picture that went out */
    void aim(TrackSource source, int spatial, int temporal, int lastTimestamp) {
        if (filter == null) {
            return;
        }
        if (!active && leavesOut(source, spatial, temporal)) {
            active = true;
            filter.start(lastTimestamp);
        }
        if (active) {
            filter.setTarget(spatial, temporal);
        }
    }

    private static boolean leavesOut(TrackSource source, int spatial, int temporal) {
        return spatial < source.shape().spatialCount() - 1
                || temporal < source.shape().temporalCount() - 1;
    }

    /** As {@link LayerFilter#decide}. */
    int decide(TrackPacket packet) {
        return active && filter != null ? filter.decide(packet) : LayerFilter.FORWARD;
    }

    /** Whether only a key frame brings what is wanted. */
    boolean waitsForKeyFrame() {
        return active && filter != null && filter.waitsForKeyFrame();
    }

    private @Nullable LayerFilter of(TrackPacket packet) {
        if (packet.dependencies() != null) {
            return filter instanceof DependencyFilter ? filter : new DependencyFilter();
        }
        return switch (packet.codec().kind()) {
            case VP8 -> filter instanceof Vp8Filter ? filter : new Vp8Filter();
            case VP9 -> filter instanceof Vp9Filter ? filter : new Vp9Filter();
            case H264, AV1, OPUS, RED, OTHER -> null;
        };
    }
}
