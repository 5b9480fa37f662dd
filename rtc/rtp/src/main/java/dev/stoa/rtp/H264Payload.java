package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * An H.264 payload (RFC 6184, 5.2): a single NAL unit, several in a STAP-A, or a fragment of one in an FU-A. The
 * interleaved kinds (STAP-B, MTAP, FU-B) are packetization mode 2, which browsers do not have: refused.
 *
 * <pre>
 * |F|NRI|  Type   |                            a NAL unit's head
 * STAP-A: 24, then per unit its size in 16 bits and the unit
 * FU-A:   28, then |S|E|R|  Type   |, then the fragment
 * </pre>
 *
 * <p>Calling contract: {@link #wrap} for each payload, then {@link #next} steps through the NAL units in it.
 */
public final class H264Payload {
    public static final int SLICE = 1;
    public static final int IDR_SLICE = 5;
    public static final int SEI = 6;
    public static final int SEQUENCE_PARAMETER_SET = 7;
    public static final int PICTURE_PARAMETER_SET = 8;
    public static final int ACCESS_UNIT_DELIMITER = 9;
    static final int STAP_A = 24;
    static final int FU_A = 28;

    private Datagram datagram = Nothing.DATAGRAM;
    private int end;
    private int start;
    private int kind;
    private int fragment;
    private boolean keyFrame;
    private int nextAt;
    private int nalAt;
    private int nalLength;

    public H264Payload() {}

    /** Looks at the {@code length} bytes from {@code offset} on. Null when they are an H.264 payload. */
    public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
        datagram = Nothing.DATAGRAM;
        nextAt = 0;
        end = 0;
        keyFrame = false;
        if (length < 1) {
            return Malformation.TRUNCATED;
        }
        kind = packet.u8(offset) & 0x1F;
        fragment = 0;
        int until = offset + length;
        if (kind == STAP_A) {
            var malformation = checkAggregate(packet, offset + 1, until);
            if (malformation != null) {
                return malformation;
            }
        } else if (kind == FU_A) {
            if (length < 2) {
                return Malformation.TRUNCATED;
            }
            fragment = packet.u8(offset + 1);
            if (length == 2) {
                return Malformation.BAD_LENGTH; // a fragment of nothing
            }
            if ((fragment & 0xC0) == 0xC0) {
                return Malformation.BAD_VALUE; // RFC 6184, 5.8: not both the start and the end
            }
            if (!isNalUnit(fragment & 0x1F)) {
                return Malformation.UNKNOWN_TYPE; // no fragments of aggregates
            }
            keyFrame = (fragment & 0x80) != 0 && isKey(fragment & 0x1F);
        } else if (isNalUnit(kind)) {
            keyFrame = isKey(kind);
        } else {
            return Malformation.UNKNOWN_TYPE;
        }
        datagram = packet;
        start = offset;
        end = until;
        rewind();
        return null;
    }

    /** Whether an IDR picture or its parameters begin here: the place to start decoding. */
    public boolean keyFrame() {
        return keyFrame;
    }

    /** Whether the payload is a fragment (FU-A). */
    public boolean isFragment() {
        return kind == FU_A;
    }

    /** Whether the NAL unit begins here; true for whole ones. */
    public boolean startOfNal() {
        return !isFragment() || (fragment & 0x80) != 0;
    }

    /** Whether the NAL unit ends here; true for whole ones. */
    public boolean endOfNal() {
        return !isFragment() || (fragment & 0x40) != 0;
    }

    /** The head that the fragmented NAL unit has (RFC 6184, 5.8). */
    public int fragmentedNalHeader() {
        if (!isFragment()) {
            throw new IllegalStateException("not a fragment");
        }
        return (datagram.u8(start) & 0xE0) | (fragment & 0x1F);
    }

    public void rewind() {
        nextAt = kind == STAP_A ? start + 1 : kind == FU_A ? start + 2 : start;
    }

    /** Steps to the next NAL unit, or to the bytes of the one fragment; false when there is none. */
    public boolean next() {
        if (nextAt >= end) {
            return false;
        }
        if (kind == STAP_A) {
            nalAt = nextAt + 2;
            nalLength = datagram.u16(nextAt);
        } else {
            nalAt = nextAt;
            nalLength = end - nextAt;
        }
        nextAt = nalAt + nalLength;
        return true;
    }

    /** Where the bytes stepped to begin: a NAL unit with its head; a fragment without one. */
    public int nalOffset() {
        return nalAt;
    }

    public int nalLength() {
        return nalLength;
    }

    /** The type of the NAL unit stepped to, or of the fragmented one. */
    public int nalType() {
        return isFragment() ? fragment & 0x1F : datagram.u8(nalAt) & 0x1F;
    }

    /**
     * The size that a sequence parameter set in this payload says, the width in the upper and the height in the lower 32
     * bits; 0 when there is none that is whole. Steps to it.
     */
    public long pictureSize() {
        rewind();
        while (!isFragment() && next()) {
            if (nalType() == SEQUENCE_PARAMETER_SET) {
                return H264ParameterSet.pictureSize(datagram, nalAt + 1, nalLength - 1);
            }
        }
        return 0;
    }

    private @Nullable Malformation checkAggregate(Datagram packet, int from, int until) {
        if (from == until) {
            return Malformation.TRUNCATED;
        }
        int at = from;
        while (at < until) {
            if (at + 2 > until) {
                return Malformation.TRUNCATED;
            }
            int size = packet.u16(at);
            if (size == 0) {
                return Malformation.BAD_LENGTH;
            }
            if (at + 2 + size > until) {
                return Malformation.TRUNCATED;
            }
            int type = packet.u8(at + 2) & 0x1F;
            if (!isNalUnit(type)) {
                return Malformation.UNKNOWN_TYPE; // no aggregates within aggregates
            }
            keyFrame |= isKey(type);
            at += 2 + size;
        }
        return null;
    }

    private static boolean isNalUnit(int type) {
        return type >= 1 && type < STAP_A;
    }

    private static boolean isKey(int type) {
        return type == IDR_SLICE || type == SEQUENCE_PARAMETER_SET;
    }
}
