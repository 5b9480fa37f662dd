package dev.stoa.sfu;

import java.util.Arrays;

/**
 * Leaves layers out of one stream so that what remains can be decoded. What it decides of a picture when it first sees it
 * holds for all its packets, also those that come late.
 *
 * <p>Calling contract: {@link #begin} with the key frame that the receiver begins with, or {@link #start} when so far
 * everything went out; {@link #setTarget} at any time; {@link #decide} for each packet with a payload. Nothing allocates.
 */
abstract sealed class LayerFilter permits Vp8Filter, Vp9Filter, DependencyFilter {
    static final int DROP = -1;
    static final int FORWARD = 0;
    /** Forward, with a marker: the rest of the picture is left out. */
    static final int FORWARD_MARKED = SentPackets.MARKED;

    /** Pictures that are remembered: a second. What is older comes too late to be of use. */
    private static final int PICTURES = 64;

    private static final int NONE = -1;

    private final int[] timestamps = new int[PICTURES];
    private final byte[] spatialLimits = new byte[PICTURES];
    private final byte[] temporalLimits = new byte[PICTURES];
    /** Of the pictures that follow. */
    private final byte[] temporalAfter = new byte[PICTURES];

    private int count;
    private int startTimestamp;
    private int latest;
    private int targetSpatial;
    private int targetTemporal;
    /** The highest layers that are decodable now. */
    private int spatial;

    private int temporal;

    /** With a key frame, whose picture is the first. */
    void begin(TrackPacket packet, int spatialTarget, int temporalTarget) {
        reset(packet.timestamp() - 1, spatialTarget, temporalTarget);
        setTarget(spatialTarget, temporalTarget);
    }

    /** All layers went out up to the picture with this timestamp, of the publisher's. */
    void start(int lastTimestamp) {
        reset(lastTimestamp, StreamShape.MAX_SPATIAL - 1, StreamShape.MAX_TEMPORAL - 1);
        setTarget(spatial, temporal);
    }

    private void reset(int before, int spatialLimit, int temporalLimit) {
        Arrays.fill(timestamps, 0);
        count = 0;
        startTimestamp = before;
        latest = before;
        spatial = spatialLimit;
        temporal = temporalLimit;
    }

    /** The highest layers that are to go out, when that is possible. */
    void setTarget(int spatialTarget, int temporalTarget) {
        targetSpatial = spatialTarget;
        targetTemporal = temporalTarget;
    }

    /** Whether only a key frame brings what is wanted. */
    boolean waitsForKeyFrame() {
        return targetSpatial > spatial;
    }

    /** {@link #DROP}, {@link #FORWARD} or {@link #FORWARD_MARKED}. */
    int decide(TrackPacket packet) {
        int at = find(packet.timestamp());
        if (at == NONE) {
            if (packet.timestamp() - startTimestamp <= 0) {
                return FORWARD;
            }
            at = open(packet);
        }
        int limit = spatialLimits[at];
        if (packet.spatialId() > limit || packet.temporalId() > temporalLimits[at] || !isDecodable(packet)) {
            handleDropped(packet);
            return DROP;
        }
        boolean last = packet.endOfFrame() && packet.spatialId() == limit;
        return last && !packet.marker() ? FORWARD_MARKED : FORWARD;
    }

    /** Whether what the packet's frame refers to went out. Asked for packets within the limits. */
    abstract boolean isDecodable(TrackPacket packet);

    /** Learns what is left out. */
    abstract void handleDropped(TrackPacket packet);

    /** A key frame begins a picture. */
    abstract void handleKeyFrame();

    /** Whether the packet says that its picture is predicted from no other. */
    abstract boolean isKeyPicture(TrackPacket packet);

    /**
     * The temporal limit for a picture that is the newest, and no key picture.
     *
     * @param now what is decodable so far
     */
    abstract int limitOf(TrackPacket packet, int now, int target);

    /** What is decodable after that picture. */
    abstract int limitAfter(TrackPacket packet, int now, int target);

    /**
     * The temporal limit for a picture that others have overtaken.
     *
     * @param before after the picture before it
     * @param now after those that overtook it
     */
    int limitOfOvertaken(int before, int now) {
        return before;
    }

    private int open(TrackPacket packet) {
        int at = count++ % PICTURES;
        timestamps[at] = packet.timestamp();
        if (packet.timestamp() - latest <= 0) {
            copyLimits(at, packet.timestamp());
            return at;
        }
        latest = packet.timestamp();
        boolean key = isKeyPicture(packet);
        if (key) {
            handleKeyFrame();
        }
        spatial = key ? targetSpatial : Math.min(spatial, targetSpatial);
        spatialLimits[at] = (byte) spatial;
        temporal = key ? targetTemporal : Math.min(temporal, targetTemporal);
        temporalLimits[at] = (byte) (key ? temporal : limitOf(packet, temporal, targetTemporal));
        temporal = key ? temporal : limitAfter(packet, temporal, targetTemporal);
        temporalAfter[at] = (byte) temporal;
        return at;
    }

    /** A picture that was overtaken: its limits are those of the one before it. */
    private void copyLimits(int at, int timestamp) {
        int nearest = NONE;
        for (int i = 0; i < Math.min(count, PICTURES); i++) {
            int behind = timestamp - timestamps[i];
            if (i != at && behind > 0 && (nearest == NONE || behind < timestamp - timestamps[nearest])) {
                nearest = i;
            }
        }
        spatialLimits[at] = nearest == NONE ? (byte) spatial : spatialLimits[nearest];
        int before = nearest == NONE ? temporal : temporalAfter[nearest];
        temporalLimits[at] = (byte) limitOfOvertaken(before, temporal);
        temporalAfter[at] = temporalLimits[at];
    }

    private int find(int timestamp) {
        int oldest = Math.max(0, count - PICTURES);
        for (int i = count - 1; i >= oldest; i--) { // from the end: most are new
            if (timestamps[i % PICTURES] == timestamp) {
                return i % PICTURES;
            }
        }
        return NONE;
    }
}
