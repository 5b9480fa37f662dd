package dev.stoa.sfu;

/**
 * Temporal layers of VP8 (RFC 7741, 4.2). One may go up a layer at a frame of it that depends on the base layer alone: its Y
 * bit.
 */
final class Vp8Filter extends LayerFilter {
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
        return packet.keyFrame();
    }

    @Override
    int limitOf(TrackPacket packet, int now, int target) {
        return packet.vp8().layerSync() && packet.temporalId() <= target ? Math.max(now, packet.temporalId()) : now;
    }

    @Override
    int limitAfter(TrackPacket packet, int now, int target) {
        // Not two at once: what comes of the layer between may depend on what was left out.
        boolean next = packet.temporalId() == now + 1 && packet.temporalId() <= target;
        return next && packet.vp8().layerSync() ? now + 1 : now;
    }
}
