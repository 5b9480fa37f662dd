package dev.stoa.sfu;

/**
 * Spatial and temporal layers of VP9 (RFC 9628, 4.2). Pictures of higher temporal layers may be added after one that says
 * so, by its U bit; higher spatial layers from a key picture on. A picture that is cut gets its marker where it ends now.
 */
final class Vp9Filter extends LayerFilter {
    @Override
    boolean isDecodable(TrackPacket packet) {
        return true;
    }

    @Override
    void handleDropped(TrackPacket packet) {}

    @Override
    void handleKeyFrame() {}

    @Override
    boolean isKeyPicture(TrackPacket packet) {
        return packet.spatialId() == 0 && !packet.vp9().interPicturePredicted();
    }

    @Override
    int limitOf(TrackPacket packet, int now, int target) {
        return now;
    }

    @Override
    int limitAfter(TrackPacket packet, int now, int target) {
        boolean switchingUp = packet.vp9().switchingUpPoint() && packet.temporalId() <= now;
        return switchingUp ? Math.max(now, target) : now;
    }
}
