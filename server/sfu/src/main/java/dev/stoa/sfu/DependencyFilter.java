package dev.stoa.sfu;

import java.util.Arrays;

/**
 * Layers of a stream whose packets have a dependency descriptor, AV1 above all (RTP Payload Format For AV1, A): a frame goes
 * out when nothing that it refers to was left out. Higher temporal layers come in by that rule alone, as soon as they can;
 * higher spatial ones from a key frame on.
 */
final class DependencyFilter extends LayerFilter {
    /** Frames that are remembered; a reference reaches less far back. */
    private static final int FRAMES = 256;

    private static final int NONE = -1;

    /** By the low bits of the frame number: the frame that was left out. */
    private final int[] leftOut = new int[FRAMES];

    DependencyFilter() {
        Arrays.fill(leftOut, NONE);
    }

    @Override
    void begin(TrackPacket packet, int spatialTarget, int temporalTarget) {
        super.begin(packet, spatialTarget, temporalTarget);
        Arrays.fill(leftOut, NONE);
    }

    @Override
    void start(int lastTimestamp) {
        super.start(lastTimestamp);
        Arrays.fill(leftOut, NONE);
    }

    @Override
    boolean isDecodable(TrackPacket packet) {
        var dependencies = packet.dependencies();
        if (dependencies == null) {
            return true; // nothing is known of it
        }
        int number = packet.frameNumber();
        for (int i = 0; i < dependencies.frameDifferenceCount(); i++) {
            if (isLeftOut((number - dependencies.frameDifference(i)) & 0xFFFF)) {
                return false;
            }
        }
        return !isLeftOut(number);
    }

    private boolean isLeftOut(int frameNumber) {
        return leftOut[frameNumber % FRAMES] == frameNumber;
    }

    @Override
    void handleDropped(TrackPacket packet) {
        if (packet.hasFrameNumber()) {
            leftOut[packet.frameNumber() % FRAMES] = packet.frameNumber();
        }
    }

    @Override
    void handleKeyFrame() {
        Arrays.fill(leftOut, NONE);
    }

    @Override
    boolean isKeyPicture(TrackPacket packet) {
        var dependencies = packet.dependencies();
        return dependencies != null && dependencies.attachedStructure() != null;
    }

    @Override
    int limitOf(TrackPacket packet, int now, int target) {
        return target;
    }

    @Override
    int limitAfter(TrackPacket packet, int now, int target) {
        return target;
    }

    /** Those that overtook it may refer to it: nobody knew then that it would be left out. */
    @Override
    int limitOfOvertaken(int before, int now) {
        return Math.max(before, now);
    }
}
