package dev.stoa.sfu;

import dev.stoa.wire.Datagram;

/**
 * Keeps the picture ids and TL0PICIDX of VP8 and VP9 running on when a slot changes its stream (RFC 7741, 4.2; RFC 9628,
 * 4.2): a decoder that sees them jump believes that frames were lost. Differences are constant between two changes, so that
 * a packet sent again is the same.
 */
final class PictureNumbers {
    private static final int PICTURE_ID_MASK = 0x7FFF;

    private boolean sent;
    private int pictureIdShift;
    private int tl0PicIdxShift;
    private int lastPictureId = -1;
    private int lastTl0PicIdx = -1;

    /** From this packet on, its stream's numbers follow the ones before. */
    void begin(TrackPacket packet) {
        if (!sent) {
            sent = true;
            return;
        }
        if (packet.pictureId() >= 0 && lastPictureId >= 0) {
            pictureIdShift = (lastPictureId + 1 - packet.pictureId()) & PICTURE_ID_MASK;
        }
        if (packet.tl0PicIdx() >= 0 && lastTl0PicIdx >= 0) {
            tl0PicIdxShift = (lastTl0PicIdx + 1 - packet.tl0PicIdx()) & 0xFF;
        }
    }

    /** Learns what was forwarded. */
    void handleForwarded(TrackPacket packet) {
        if (packet.pictureId() >= 0) {
            int mask = packet.pictureIdBits() == 7 ? 0x7F : PICTURE_ID_MASK;
            int id = (packet.pictureId() + pictureIdShift) & mask;
            if (lastPictureId < 0 || ((id - lastPictureId) & mask) <= mask / 2) {
                lastPictureId = id;
            }
        }
        if (packet.tl0PicIdx() >= 0) {
            int index = (packet.tl0PicIdx() + tl0PicIdxShift) & 0xFF;
            if (lastTl0PicIdx < 0 || ((index - lastTl0PicIdx) & 0xFF) < 0x80) {
                lastTl0PicIdx = index;
            }
        }
    }

    /** How many bytes of the payload's beginning are different in what is sent. */
    int rewrittenLength(TrackPacket packet) {
        boolean other =
                (packet.pictureId() >= 0 && pictureIdShift != 0) || (packet.tl0PicIdx() >= 0 && tl0PicIdxShift != 0);
        return other ? packet.descriptorEnd() - packet.payloadOffset() : 0;
    }

    /** Writes these bytes to {@code target[at]}. */
    void rewrite(TrackPacket packet, Datagram target, int at) {
        int from = packet.payloadOffset();
        target.put(at, packet.datagram(), from, packet.descriptorEnd() - from);
        if (packet.pictureIdBits() == 15) {
            int id = (packet.pictureId() + pictureIdShift) & PICTURE_ID_MASK;
            target.put16(at + packet.pictureIdOffset() - from, 0x8000 | id);
        } else if (packet.pictureIdBits() == 7) {
            target.put8(at + packet.pictureIdOffset() - from, (packet.pictureId() + pictureIdShift) & 0x7F);
        }
        if (packet.tl0PicIdx() >= 0) {
            target.put8(at + packet.tl0PicIdxOffset() - from, packet.tl0PicIdx() + tl0PicIdxShift);
        }
    }
}
