package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * An AV1 payload: an aggregation header and OBU elements (RTP Payload Format For AV1, 4.4).
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * |Z|Y| W |N|-|-|-|
 * </pre>
 *
 * Z: the first element continues an OBU; Y: the last will be continued; W: the number of elements, whose last has no
 * length, or 0 when each has one (LEB128); N: a coded video sequence begins.
 *
 * <p>Calling contract: {@link #wrap} for each payload, then {@link #next} steps through the elements.
 */
public final class Av1Payload {
    public static final int OBU_SEQUENCE_HEADER = 1;
    public static final int OBU_TEMPORAL_DELIMITER = 2;
    public static final int OBU_TILE_LIST = 8;

    /** Far more than an encoder packs. */
    public static final int MAX_ELEMENTS = 64;

    private final int[] offsets = new int[MAX_ELEMENTS];
    private final int[] lengths = new int[MAX_ELEMENTS];
    private Datagram datagram = Nothing.DATAGRAM;
    private int header;
    private int count;
    private int index;
    private boolean sequenceHeader;

    public Av1Payload() {}

    /** Looks at the {@code length} bytes from {@code offset} on. Null when they are an AV1 payload. */
    public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
        datagram = Nothing.DATAGRAM;
        count = 0;
        index = -1;
        sequenceHeader = false;
        if (length < 2) {
            return Malformation.TRUNCATED;
        }
        header = packet.u8(offset);
        if (startOfSequence() && firstContinues()) {
            return Malformation.BAD_VALUE; // 4.4: a sequence does not begin within an OBU
        }
        int end = offset + length;
        int announced = header >>> 4 & 3;
        int at = offset + 1;
        while (at < end) {
            if (announced != 0 && count == announced) {
                return Malformation.BAD_LENGTH;
            }
            if (count == MAX_ELEMENTS) {
                return Malformation.TOO_MANY;
            }
            long size = (long) end - at;
            if (announced == 0 || count < announced - 1) {
                long leb128 = Leb128.read(packet, at, end);
                if (leb128 < 0) {
                    return Malformation.TRUNCATED;
                }
                size = Leb128.value(leb128);
                at += Leb128.length(leb128);
            }
            if (size == 0) {
                return Malformation.BAD_LENGTH;
            }
            if (size > end - at) {
                return Malformation.TRUNCATED;
            }
            offsets[count] = at;
            lengths[count] = (int) size;
            count++;
            at += (int) size;
        }
        if (count < announced) {
            return Malformation.TRUNCATED;
        }
        datagram = packet;
        for (int i = firstContinues() ? 1 : 0; i < count; i++) {
            sequenceHeader |= (packet.u8(offsets[i]) >>> 3 & 15) == OBU_SEQUENCE_HEADER;
        }
        return null;
    }

    /** The Z bit. */
    public boolean firstContinues() {
        return (header & 0x80) != 0;
    }

    /** The Y bit. */
    public boolean lastWillContinue() {
        return (header & 0x40) != 0;
    }

    /** The N bit. */
    public boolean startOfSequence() {
        return (header & 0x08) != 0;
    }

    /** Whether a key frame begins here: the N bit, or a sequence header from a sender that does not set it. */
    public boolean keyFrame() {
        return startOfSequence() || sequenceHeader;
    }

    public int elementCount() {
        return count;
    }

    public void rewind() {
        index = -1;
    }

    /** Steps to the next OBU element; false when there is none. */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        index++;
        return true;
    }

    /** Whether the element stepped to is the beginning of its OBU. */
    public boolean startOfObu() {
        return index > 0 || !firstContinues();
    }

    /** Whether the element stepped to is the end of its OBU. */
    public boolean endOfObu() {
        return index < count - 1 || !lastWillContinue();
    }

    public int elementOffset() {
        return offsets[index];
    }

    public int elementLength() {
        return lengths[index];
    }

    /** The type of the OBU whose beginning was stepped to. */
    public int obuType() {
        return datagram.u8(offsets[index]) >>> 3 & 15;
    }
}
