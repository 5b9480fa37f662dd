package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * The VP8 payload descriptor and the head of a frame (RFC 7741, 4.2 and 4.3).
 *
 * <pre>
 *       0 1 2 3 4 5 6 7
 *      |X|R|N|S|R| PID |   partition index
 * X:   |I|L|T|K|  RSV  |
 * I:   |M| PictureID   |   a second byte when M
 * L:   |   TL0PICIDX   |
 * T/K: |TID|Y| KEYIDX  |
 * </pre>
 *
 * <p>Calling contract: {@link #wrap} for each payload; getters and setters while its bytes stay. No allocation.
 */
public final class Vp8Descriptor {
    private static final int KEY_FRAME_HEAD = 10;
    private static final int START_CODE = 0x9D012A;

    private Datagram datagram = Nothing.DATAGRAM;
    private int first;
    private int pictureIdAt;
    private int pictureIdBits;
    private int tl0PicIdxAt;
    private int layerByte;
    private boolean hasTemporalId;
    private boolean hasKeyIndex;
    private int payloadOffset;
    private int payloadLength;
    private boolean keyFrame;
    private int width;
    private int height;

    public Vp8Descriptor() {}

    /** Looks at the {@code length} bytes from {@code offset} on. Null when they are a VP8 payload. */
    public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
        datagram = Nothing.DATAGRAM;
        pictureIdAt = -1;
        pictureIdBits = 0;
        tl0PicIdxAt = -1;
        layerByte = 0;
        hasTemporalId = false;
        hasKeyIndex = false;
        int end = offset + length;
        if (length < 1) {
            return Malformation.TRUNCATED;
        }
        first = packet.u8(offset);
        int at = offset + 1;
        if ((first & 0x80) != 0) {
            if (at >= end) {
                return Malformation.TRUNCATED;
            }
            int extension = packet.u8(at++);
            if ((extension & 0x80) != 0) {
                if (at >= end) {
                    return Malformation.TRUNCATED;
                }
                pictureIdAt = at;
                pictureIdBits = (packet.u8(at) & 0x80) != 0 ? 15 : 7;
                at += pictureIdBits == 15 ? 2 : 1;
            }
            if ((extension & 0x40) != 0) {
                tl0PicIdxAt = at++;
            }
            if ((extension & 0x30) != 0) {
                if (at >= end) {
                    return Malformation.TRUNCATED;
                }
                layerByte = packet.u8(at++);
                hasTemporalId = (extension & 0x20) != 0;
                hasKeyIndex = (extension & 0x10) != 0;
            }
        }
        if (at >= end) {
            return Malformation.TRUNCATED; // nothing of the frame itself
        }
        datagram = packet;
        payloadOffset = at;
        payloadLength = end - at;
        readFrameHead();
        return null;
    }

    /** The N bit: the frame can be dropped without harm to another. */
    public boolean nonReference() {
        return (first & 0x20) != 0;
    }

    /** Whether this is the first packet of its frame: the S bit of partition 0. */
    public boolean startOfFrame() {
        return (first & 0x17) == 0x10;
    }

    /** -1 when there is none. */
    public int pictureId() {
        if (pictureIdAt < 0) {
            return -1;
        }
        return pictureIdBits == 15 ? datagram.u16(pictureIdAt) & 0x7FFF : datagram.u8(pictureIdAt);
    }

    /** 7 or 15, 0 when there is none. */
    public int pictureIdBits() {
        return pictureIdBits;
    }

    /** Where the picture id is, counted from the datagram's first byte; -1 when there is none. */
    public int pictureIdOffset() {
        return pictureIdAt;
    }

    /** The running index of base layer frames, modulo 256; -1 when there is none. */
    public int tl0PicIdx() {
        return tl0PicIdxAt < 0 ? -1 : datagram.u8(tl0PicIdxAt);
    }

    public int tl0PicIdxOffset() {
        return tl0PicIdxAt;
    }

    /** 0 to 3, -1 when there is none. */
    public int temporalId() {
        return hasTemporalId ? layerByte >>> 6 : -1;
    }

    /** The Y bit: the frame depends on the base layer alone, so one may change up to its layer here. */
    public boolean layerSync() {
        return hasTemporalId && (layerByte & 0x20) != 0;
    }

    /** 0 to 31, -1 when there is none. */
    public int keyIndex() {
        return hasKeyIndex ? layerByte & 0x1F : -1;
    }

    /** Where the frame's bytes begin. */
    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /** Whether a key frame begins in this packet. */
    public boolean keyFrame() {
        return keyFrame;
    }

    /** In pixels, of a key frame; 0 when it is not known. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** Keeps the field's width: of {@code pictureId} its low 7 or 15 bits. Nothing when there is no field. */
    public void setPictureId(int pictureId) {
        if (pictureIdBits == 15) {
            datagram.put16(pictureIdAt, 0x8000 | (pictureId & 0x7FFF));
        } else if (pictureIdBits == 7) {
            datagram.put8(pictureIdAt, pictureId & 0x7F);
        }
    }

    /** Nothing when there is no field. */
    public void setTl0PicIdx(int tl0PicIdx) {
        if (tl0PicIdxAt >= 0) {
            datagram.put8(tl0PicIdxAt, tl0PicIdx);
        }
    }

    /** RFC 7741, 4.3, and RFC 6386, 9.1: the P bit is 0 in a key frame, whose size follows its start code. */
    private void readFrameHead() {
        width = 0;
        height = 0;
        keyFrame = startOfFrame() && (datagram.u8(payloadOffset) & 1) == 0;
        if (keyFrame && payloadLength >= KEY_FRAME_HEAD && datagram.u24(payloadOffset + 3) == START_CODE) {
            width = Short.reverseBytes((short) datagram.u16(payloadOffset + 6)) & 0x3FFF;
            height = Short.reverseBytes((short) datagram.u16(payloadOffset + 8)) & 0x3FFF;
        }
    }
}
