package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import java.lang.foreign.MemorySegment;

/**
 * Writes an RTP header with its extensions into a datagram (RFC 3550, 5.1; RFC 8285), without allocating.
 *
 * <p>Calling contract: {@link #begin}, then any {@link #csrc}, then any {@link #extension} (its data is written at the
 * offset it returns before the next call), then {@link #end}, which returns where the payload begins. Elements are in the
 * one-byte form until one does not fit it (id above 14, no data, or more than 16 bytes of it); then all are in the
 * two-byte form, which the receiver must have agreed to ({@code a=extmap-allow-mixed}, RFC 8285, 6). The datagram's length
 * is left alone; running past its capacity is an {@link IndexOutOfBoundsException}.
 */
public final class RtpHeaderWriter {
    private final int[] ids = new int[RtpPacket.MAX_EXTENSIONS];
    private final int[] offsets = new int[RtpPacket.MAX_EXTENSIONS];
    private final int[] lengths = new int[RtpPacket.MAX_EXTENSIONS];
    private int count;

    private Datagram target = Nothing.DATAGRAM;
    private int start;
    private int at;
    private int csrcCount;
    private int extensionStart;
    private boolean twoByte;

    public RtpHeaderWriter() {}

    /** @param offset where in {@code into} the packet begins */
    public void begin(
            Datagram into, int offset, boolean marker, int payloadType, int sequenceNumber, int timestamp, long ssrc) {
        into.put8(offset + 1, (payloadType & 0x7F) | (marker ? 0x80 : 0));
        into.put16(offset + 2, sequenceNumber);
        into.put32(offset + 4, timestamp);
        into.put32(offset + 8, (int) ssrc);
        target = into;
        start = offset;
        at = offset + RtpPacket.FIXED_HEADER_LENGTH;
        csrcCount = 0;
        count = 0;
        extensionStart = -1;
        twoByte = false;
    }

    public void csrc(long ssrc) {
        if (extensionStart >= 0 || csrcCount == 15) {
            throw new IllegalStateException("at most 15 CSRCs, before the extensions");
        }
        target.put32(at, (int) ssrc);
        at += 4;
        csrcCount++;
    }

    /**
     * Adds an element and returns where its data goes: good until the next call here.
     *
     * @param id 1 to 255
     * @param length 0 to 255 bytes
     */
    public int extension(int id, int length) {
        if (id < 1 || id > 255 || length < 0 || length > 255) {
            throw new IllegalArgumentException("extension id " + id + " with " + length + " bytes");
        }
        if (count == RtpPacket.MAX_EXTENSIONS) {
            throw new IllegalStateException("at most " + RtpPacket.MAX_EXTENSIONS + " extensions");
        }
        if (extensionStart < 0) {
            extensionStart = at;
            at += 4;
        }
        if (!twoByte && (id > 14 || length == 0 || length > 16)) {
            changeToTwoByte();
        }
        if (twoByte) {
            target.put8(at++, id);
            target.put8(at++, length);
        } else {
            target.put8(at++, id << 4 | (length - 1));
        }
        ids[count] = id;
        offsets[count] = at;
        lengths[count] = length;
        count++;
        int data = at;
        at += length;
        return data;
    }

    public void extension(int id, byte[] data) {
        int offset = extension(id, data.length);
        target.put(offset, data, 0, data.length);
    }

    /** Copies an element of {@code source}, under another id; false when it has none. */
    public boolean copyExtension(int id, RtpPacket source, int sourceId) {
        int from = source.extensionOffset(sourceId);
        if (from < 0) {
            return false;
        }
        int length = source.extensionLength(sourceId);
        int offset = extension(id, length);
        target.put(offset, source.datagram(), from, length);
        return true;
    }

    /** Completes the header and returns where the payload begins. */
    public int end() {
        if (extensionStart >= 0) {
            while ((at - extensionStart & 3) != 0) {
                target.put8(at++, 0);
            }
            target.put16(extensionStart, twoByte ? RtpPacket.TWO_BYTE_PROFILE : RtpPacket.ONE_BYTE_PROFILE);
            target.put16(extensionStart + 2, (at - extensionStart - 4) / 4);
        }
        target.put8(start, RtpPacket.VERSION << 6 | (extensionStart >= 0 ? 0x10 : 0) | csrcCount);
        return at;
    }

    /** What is there already gets heads one byte longer: from the last to the first, so nothing is overwritten. */
    private void changeToTwoByte() {
        for (int i = count - 1; i >= 0; i--) {
            int to = offsets[i] + i + 1;
            MemorySegment.copy(target.memory(), offsets[i], target.memory(), to, lengths[i]);
            offsets[i] = to;
            target.put8(to - 2, ids[i]);
            target.put8(to - 1, lengths[i]);
        }
        at += count;
        twoByte = true;
    }
}
