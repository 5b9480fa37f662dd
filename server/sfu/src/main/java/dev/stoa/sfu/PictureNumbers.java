package dev.stoa.sfu;

import dev.stoa.wire.Datagram;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the picture ids and TL0PICIDX of VP8 and VP9, and the frame numbers of the dependency descriptor, running on when a
 * slot changes its stream (RFC 7741, 4.2; RFC 9628, 4.2): a decoder that sees them jump believes that frames were lost. Of
 * VP8, where they count and name nothing, the ids also close up over frames that are left out. What a packet's numbers
 * become does not change any more, so that one that is sent again is the same.
 */
final class PictureNumbers {
    private static final int PICTURE_ID_MASK = 0x7FFF;

    private int pictureIdShift;
    private int tl0PicIdxShift;
    private int frameNumberShift;
    private int lastPictureId = -1;
    private int lastTl0PicIdx = -1;
    private int lastFrameNumber = -1;
    /** The highest picture id of the stream, wraps counted, and the one it began with. */
    private long highest = -1;

    private long first;
    /** Once frames were left out: from the stream's ids to what they became. */
    private @Nullable SequenceMapper ids;

    private boolean leftOut;

    /** From this packet on, its stream's numbers follow those before, if there were any. */
    void begin(TrackPacket packet, @Nullable PictureNumbers before) {
        lastPictureId = before == null ? -1 : before.lastPictureId;
        lastTl0PicIdx = before == null ? -1 : before.lastTl0PicIdx;
        lastFrameNumber = before == null ? -1 : before.lastFrameNumber;
        leftOut = false;
        highest = (1L << 16) + Math.max(0, packet.pictureId());
        first = highest;
        pictureIdShift = shift(packet.pictureId(), lastPictureId, PICTURE_ID_MASK);
        tl0PicIdxShift = shift(packet.tl0PicIdx(), lastTl0PicIdx, 0xFF);
        frameNumberShift = shift(packet.hasFrameNumber() ? packet.frameNumber() : -1, lastFrameNumber, 0xFFFF);
    }

    private static int shift(int number, int last, int mask) {
        return number < 0 || last < 0 ? 0 : (last + 1 - number) & mask;
    }

    /** Learns what was forwarded. */
    void handleForwarded(TrackPacket packet) {
        if (packet.pictureId() >= 0) {
            highest = Math.max(highest, extended(packet));
            int mask = mask(packet);
            int id = pictureId(packet);
            lastPictureId = isAhead(id, lastPictureId, mask) ? id : lastPictureId;
        }
        if (packet.tl0PicIdx() >= 0) {
            int index = (packet.tl0PicIdx() + tl0PicIdxShift) & 0xFF;
            lastTl0PicIdx = isAhead(index, lastTl0PicIdx, 0xFF) ? index : lastTl0PicIdx;
        }
        if (packet.hasFrameNumber()) {
            int number = frameNumber(packet);
            lastFrameNumber = isAhead(number, lastFrameNumber, 0xFFFF) ? number : lastFrameNumber;
        }
    }

    private static boolean isAhead(int number, int last, int mask) {
        return last < 0 || ((number - last) & mask) <= mask / 2;
    }

    /** A packet of VP8 whose frame is left out as a whole: the frames to come close up. */
    void handleLeftOut(TrackPacket packet) {
        if (packet.pictureId() < 0 || packet.codec().kind() != CodecKind.VP8) {
            return;
        }
        long id = extended(packet);
        if (!leftOut) {
            leftOut = true;
            ids = ids == null ? new SequenceMapper(0) : ids;
            ids.begin(first, first + pictureIdShift);
            ids.map(highest);
        }
        if (ids != null) {
            ids.skip(id);
        }
        highest = Math.max(highest, id);
    }

    /** Whether it is still known what the packet's numbers became. */
    boolean knows(TrackPacket packet) {
        return !leftOut || ids == null || packet.pictureId() < 0 || ids.map(extended(packet)) >= 0;
    }

    private int pictureId(TrackPacket packet) {
        if (leftOut && ids != null) {
            return (int) ids.map(extended(packet)) & mask(packet);
        }
        return (packet.pictureId() + pictureIdShift) & mask(packet);
    }

    private long extended(TrackPacket packet) {
        int mask = mask(packet);
        int ahead = (packet.pictureId() - (int) highest) & mask;
        return highest + (ahead > mask / 2 ? ahead - mask - 1 : ahead);
    }

    private static int mask(TrackPacket packet) {
        return packet.pictureIdBits() == 7 ? 0x7F : PICTURE_ID_MASK;
    }

    /** What the frame number of a packet that has one becomes. */
    int frameNumber(TrackPacket packet) {
        return (packet.frameNumber() + frameNumberShift) & 0xFFFF;
    }

    /** How many bytes of the payload's beginning are different in what is sent. */
    int rewrittenLength(TrackPacket packet) {
        boolean other = (packet.pictureId() >= 0 && (pictureIdShift != 0 || leftOut))
                || (packet.tl0PicIdx() >= 0 && tl0PicIdxShift != 0);
        return other ? packet.descriptorEnd() - packet.payloadOffset() : 0;
    }

    /** Writes these bytes to {@code target[at]}. */
    void rewrite(TrackPacket packet, Datagram target, int at) {
        int from = packet.payloadOffset();
        target.put(at, packet.datagram(), from, packet.descriptorEnd() - from);
        if (packet.pictureIdBits() == 15) {
            target.put16(at + packet.pictureIdOffset() - from, 0x8000 | pictureId(packet));
        } else if (packet.pictureIdBits() == 7) {
            target.put8(at + packet.pictureIdOffset() - from, pictureId(packet));
        }
        if (packet.tl0PicIdx() >= 0) {
            target.put8(at + packet.tl0PicIdxOffset() - from, packet.tl0PicIdx() + tl0PicIdxShift);
        }
    }
}
