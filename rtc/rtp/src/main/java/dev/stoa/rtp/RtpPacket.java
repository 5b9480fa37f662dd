package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A view of an RTP packet in a {@link Datagram} (RFC 3550, 5.1), with its header extensions (RFC 8285).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |                             SSRC                              |
 * |                       0 to 15 CSRCs                           |
 * |   extension profile           |  extension length in words    |
 * |                        extension elements                     |
 * |                     payload, then padding                     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Calling contract: the bytes are plain (an SRTP packet is unprotected first: its padding is encrypted). One object is
 * reused for many packets: {@link #wrap}, then, when it returned null, the getters and setters, until the datagram's
 * bytes or length are changed by someone else. After a malformation the getters throw. In this module an SSRC is always
 * the unsigned number in a long, a timestamp the 32 bits in an int (for {@link dev.stoa.wire.SerialNumber}). Only
 * {@link #extensionText} allocates.
 */
public final class RtpPacket {
    public static final int FIXED_HEADER_LENGTH = 12;
    public static final int VERSION = 2;
    public static final int ONE_BYTE_PROFILE = 0xBEDE;
    /** The upper 12 bits; the lower four are free (RFC 8285, 4.3). */
    public static final int TWO_BYTE_PROFILE = 0x1000;

    /** No sender has use for more; each lookup walks over them. */
    public static final int MAX_EXTENSIONS = 32;

    private final int[] extensionIds = new int[MAX_EXTENSIONS];
    private final int[] extensionOffsets = new int[MAX_EXTENSIONS];
    private final int[] extensionLengths = new int[MAX_EXTENSIONS];
    private int extensionCount;
    private int extensionProfile;

    private Datagram datagram = Nothing.DATAGRAM;
    private int headerLength;
    private int paddingLength;

    public RtpPacket() {}

    /** Looks at the RTP packet that {@code plain} is. Null when it is one. */
    public @Nullable Malformation wrap(Datagram plain) {
        datagram = Nothing.DATAGRAM;
        extensionCount = 0;
        extensionProfile = -1;
        int length = plain.length();
        if (length < FIXED_HEADER_LENGTH) {
            return Malformation.TRUNCATED;
        }
        int first = plain.u8(0);
        if (first >>> 6 != VERSION) {
            return Malformation.BAD_MAGIC;
        }
        int header = FIXED_HEADER_LENGTH + 4 * (first & 0x0F);
        if ((first & 0x10) != 0) {
            if (header + 4 > length) {
                return Malformation.TRUNCATED;
            }
            int block = header + 4;
            int end = block + 4 * plain.u16(header + 2);
            if (end > length) {
                return Malformation.TRUNCATED;
            }
            var malformation = readExtensions(plain, plain.u16(header), block, end);
            if (malformation != null) {
                return malformation;
            }
            header = end;
        }
        if (header > length) {
            return Malformation.TRUNCATED;
        }
        int padding = 0;
        if ((first & 0x20) != 0) {
            // RFC 3550, 5.1: the last octet counts the padding octets, itself included; so it is never 0.
            if (header == length) {
                return Malformation.BAD_PADDING;
            }
            padding = plain.u8(length - 1);
            if (padding == 0 || padding > length - header) {
                return Malformation.BAD_PADDING;
            }
        }
        datagram = plain;
        headerLength = header;
        paddingLength = padding;
        return null;
    }

    public Datagram datagram() {
        return datagram;
    }

    public boolean marker() {
        return (datagram.u8(1) & 0x80) != 0;
    }

    public int payloadType() {
        return datagram.u8(1) & 0x7F;
    }

    public int sequenceNumber() {
        return datagram.u16(2);
    }

    /** The 32 bits as they are. */
    public int timestamp() {
        return datagram.i32(4);
    }

    public long ssrc() {
        return datagram.u32(8);
    }

    public int csrcCount() {
        return datagram.u8(0) & 0x0F;
    }

    public long csrc(int index) {
        if (index < 0 || index >= csrcCount()) {
            throw new IllegalArgumentException("no CSRC " + index);
        }
        return datagram.u32(FIXED_HEADER_LENGTH + 4 * index);
    }

    /** Fixed header, CSRCs and extensions together. */
    public int headerLength() {
        return headerLength;
    }

    /** Where the payload begins: the header's length. */
    public int payloadOffset() {
        return headerLength;
    }

    /** Without padding. 0 for a packet that is only padding (a bandwidth probe) or nothing. */
    public int payloadLength() {
        return datagram.length() - headerLength - paddingLength;
    }

    /** 0 when there is none, else 1 to 255. */
    public int paddingLength() {
        return paddingLength;
    }

    /** The 16 bits before the extension's length, -1 when the packet has no extension. */
    public int extensionProfile() {
        return extensionProfile;
    }

    /** The number of extension elements; 0 also for a profile that is not RFC 8285's. */
    public int extensionCount() {
        return extensionCount;
    }

    /** The id of an element by its place, 0 to {@link #extensionCount} - 1. */
    public int extensionId(int index) {
        if (index >= extensionCount) {
            throw new IllegalArgumentException("no extension " + index);
        }
        return extensionIds[index];
    }

    /** Where the data of the element with this id begins, -1 when there is none. Id 0 is no id. */
    public int extensionOffset(int id) {
        int index = indexOf(id);
        return index < 0 ? -1 : extensionOffsets[index];
    }

    /** The bytes of data in the element with this id, -1 when there is none. */
    public int extensionLength(int id) {
        int index = indexOf(id);
        return index < 0 ? -1 : extensionLengths[index];
    }

    /** The element's data as text (mid, rid), null when there is none. Allocates: for the first packets of an SSRC. */
    public @Nullable String extensionText(int id) {
        int index = indexOf(id);
        return index < 0
                ? null
                : new String(
                        datagram.toArray(extensionOffsets[index], extensionLengths[index]), StandardCharsets.UTF_8);
    }

    /** Whether the element with this id is there and holds exactly these bytes. */
    public boolean extensionEquals(int id, byte[] data) {
        int index = indexOf(id);
        if (index < 0 || extensionLengths[index] != data.length) {
            return false;
        }
        for (int i = 0; i < data.length; i++) {
            if (datagram.u8(extensionOffsets[index] + i) != (data[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    public void setMarker(boolean marker) {
        datagram.put8(1, payloadType() | (marker ? 0x80 : 0));
    }

    public void setPayloadType(int payloadType) {
        datagram.put8(1, (datagram.u8(1) & 0x80) | (payloadType & 0x7F));
    }

    public void setSequenceNumber(int sequenceNumber) {
        datagram.put16(2, sequenceNumber);
    }

    public void setTimestamp(int timestamp) {
        datagram.put32(4, timestamp);
    }

    public void setSsrc(long ssrc) {
        datagram.put32(8, (int) ssrc);
    }

    private int indexOf(int id) {
        for (int i = 0; i < extensionCount; i++) {
            if (extensionIds[i] == id) {
                return i;
            }
        }
        return -1;
    }

    private @Nullable Malformation readExtensions(Datagram plain, int profile, int block, int end) {
        extensionProfile = profile;
        if (profile == ONE_BYTE_PROFILE) {
            return readOneByteElements(plain, block, end);
        }
        // Another profile is the application's own (RFC 3550, 5.3.1): it is skipped.
        return (profile & 0xFFF0) == TWO_BYTE_PROFILE ? readTwoByteElements(plain, block, end) : null;
    }

    /** RFC 8285, 4.2. */
    private @Nullable Malformation readOneByteElements(Datagram plain, int block, int end) {
        int at = block;
        while (at < end) {
            int head = plain.u8(at++);
            if (head == 0) {
                continue; // a byte of padding
            }
            int id = head >>> 4;
            if (id == 0 || id == 15) {
                // Padding that has a length, or the id that says stop: what came before counts, the rest is not looked
                // at.
                return null;
            }
            int length = (head & 0x0F) + 1;
            var malformation = add(id, at, length, end);
            if (malformation != null) {
                return malformation;
            }
            at += length;
        }
        return null;
    }

    /** RFC 8285, 4.3. */
    private @Nullable Malformation readTwoByteElements(Datagram plain, int block, int end) {
        int at = block;
        while (at < end) {
            int id = plain.u8(at++);
            if (id == 0) {
                continue;
            }
            if (at == end) {
                return Malformation.BAD_LENGTH;
            }
            int length = plain.u8(at++);
            var malformation = add(id, at, length, end);
            if (malformation != null) {
                return malformation;
            }
            at += length;
        }
        return null;
    }

    private @Nullable Malformation add(int id, int at, int length, int end) {
        if (at + length > end) {
            return Malformation.BAD_LENGTH;
        }
        if (extensionCount == MAX_EXTENSIONS) {
            return Malformation.TOO_MANY;
        }
        extensionIds[extensionCount] = id;
        extensionOffsets[extensionCount] = at;
        extensionLengths[extensionCount] = length;
        extensionCount++;
        return null;
    }
}
