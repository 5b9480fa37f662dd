package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * The VP9 payload descriptor (RFC 9628, 4.2), in its flexible and non-flexible mode.
 *
 * <pre>
 *       0 1 2 3 4 5 6 7
 *      |I|P|L|F|B|E|V|Z|
 * I:   |M| PICTURE ID  |   a second byte when M
 * L:   | TID |U| SID |D|   followed, when not F, by TL0PICIDX
 * P,F: | P_DIFF      |N|   one to three
 * V:   | N_S |Y|G|-|-|-|   followed by the scalability structure
 * </pre>
 *
 * <p>Calling contract: {@link #wrap} for each payload; getters and setters while its bytes stay. No allocation.
 */
public final class Vp9Descriptor {
    public static final int MAX_REFERENCES = 3;
    public static final int MAX_SPATIAL_LAYERS = 8;

    private final int[] differences = new int[MAX_REFERENCES];
    private final int[] widths = new int[MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[MAX_SPATIAL_LAYERS];
    private Datagram datagram = Nothing.DATAGRAM;
    private int first;
    private int pictureIdAt;
    private int pictureIdBits;
    private int layers;
    private int tl0PicIdxAt;
    private int differenceCount;
    private int spatialLayerCount;
    private int payloadOffset;
    private int payloadLength;

    public Vp9Descriptor() {}

    /** Looks at the {@code length} bytes from {@code offset} on. Null when they are a VP9 payload. */
    public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
        datagram = Nothing.DATAGRAM;
        pictureIdAt = -1;
        pictureIdBits = 0;
        layers = 0;
        tl0PicIdxAt = -1;
        differenceCount = 0;
        spatialLayerCount = 0;
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
            pictureIdAt = at;
            pictureIdBits = (packet.u8(at) & 0x80) != 0 ? 15 : 7;
            at += pictureIdBits == 15 ? 2 : 1;
        }
        if (hasLayers()) {
            if (at >= end) {
                return Malformation.TRUNCATED;
            }
            layers = packet.u8(at++);
            if (!flexible()) {
                tl0PicIdxAt = at++;
            }
        }
        if (flexible() && interPicturePredicted()) {
            boolean more = true;
            while (more) {
                if (at >= end) {
                    return Malformation.TRUNCATED;
                }
                if (differenceCount == MAX_REFERENCES) {
                    return Malformation.TOO_MANY;
                }
                differences[differenceCount++] = packet.u8(at) >>> 1;
                more = (packet.u8(at++) & 1) != 0;
            }
        }
        if (hasScalabilityStructure()) {
            at = readScalabilityStructure(packet, at, end);
        }
        if (at < 0 || at >= end) {
            return Malformation.TRUNCATED;
        }
        datagram = packet;
        payloadOffset = at;
        payloadLength = end - at;
        return null;
    }

    /** The P bit: the frame depends on another picture, of this or a lower layer. */
    public boolean interPicturePredicted() {
        return (first & 0x40) != 0;
    }

    /** The F bit. */
    public boolean flexible() {
        return (first & 0x10) != 0;
    }

    /** The B bit: a frame of one spatial layer begins. */
    public boolean startOfFrame() {
        return (first & 0x08) != 0;
    }

    /** The E bit: a frame of one spatial layer ends. The picture ends with the marker. */
    public boolean endOfFrame() {
        return (first & 0x04) != 0;
    }

    /** The Z bit: no upper spatial layer depends on this frame. */
    public boolean notReferenceForUpperLayers() {
        return (first & 0x01) != 0;
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

    /** The L bit. */
    public boolean hasLayers() {
        return (first & 0x20) != 0;
    }

    /** 0 when there are no layers. */
    public int temporalId() {
        return layers >>> 5;
    }

    /** The U bit: from here on one may change up to this temporal layer. */
    public boolean switchingUpPoint() {
        return (layers & 0x10) != 0;
    }

    /** 0 when there are no layers. */
    public int spatialId() {
        return layers >>> 1 & 7;
    }

    /** The D bit: the frame depends on the spatial layer below of the same picture. */
    public boolean interLayerDependency() {
        return (layers & 0x01) != 0;
    }

    /** -1 when there is none; only in non-flexible mode. */
    public int tl0PicIdx() {
        return tl0PicIdxAt < 0 ? -1 : datagram.u8(tl0PicIdxAt);
    }

    public int tl0PicIdxOffset() {
        return tl0PicIdxAt;
    }

    /** In flexible mode, how many pictures the frame refers to. */
    public int referenceCount() {
        return differenceCount;
    }

    /** How many pictures back a reference is, 1 to 127. */
    public int referenceDifference(int index) {
        if (index < 0 || index >= differenceCount) {
            throw new IllegalArgumentException("no reference " + index);
        }
        return differences[index];
    }

    /** The V bit. */
    public boolean hasScalabilityStructure() {
        return (first & 0x02) != 0;
    }

    /** Of the scalability structure; 0 when there is none. */
    public int spatialLayerCount() {
        return spatialLayerCount;
    }

    /** Of a spatial layer, in pixels; 0 when the scalability structure has no sizes. */
    public int width(int spatialLayer) {
        return spatialLayer < spatialLayerCount ? widths[spatialLayer] : 0;
    }

    public int height(int spatialLayer) {
        return spatialLayer < spatialLayerCount ? heights[spatialLayer] : 0;
    }

    /** Whether a key picture begins in this packet: its lowest spatial layer, predicted from nothing. */
    public boolean keyFrame() {
        return startOfFrame() && !interPicturePredicted() && spatialId() == 0;
    }

    /** Where the frame's bytes begin. */
    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return payloadLength;
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

    /** RFC 9628, 4.2.1. Returns where it ends, -1 when it is cut. */
    private int readScalabilityStructure(Datagram packet, int start, int end) {
        int at = start;
        if (at >= end) {
            return -1;
        }
        int head = packet.u8(at++);
        spatialLayerCount = (head >>> 5) + 1;
        boolean sizes = (head & 0x10) != 0;
        if (sizes && at + 4 * spatialLayerCount > end) {
            return -1;
        }
        for (int i = 0; i < spatialLayerCount; i++) {
            widths[i] = sizes ? packet.u16(at) : 0;
            heights[i] = sizes ? packet.u16(at + 2) : 0;
            at += sizes ? 4 : 0;
        }
        if ((head & 0x08) != 0) {
            if (at >= end) {
                return -1;
            }
            for (int pictures = packet.u8(at++); pictures > 0; pictures--) {
                if (at >= end) {
                    return -1;
                }
                at += 1 + (packet.u8(at) >>> 2 & 3);
            }
        }
        return at;
    }
}
