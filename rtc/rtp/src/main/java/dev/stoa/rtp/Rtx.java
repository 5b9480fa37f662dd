package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * Retransmission on a stream of its own (RFC 4588, 4): the payload of a retransmission packet is the original's sequence
 * number (OSN, 16 bits) and the original's payload; header extensions and timestamp are the original's. Nothing allocates.
 */
public final class Rtx {
    public static final int OSN_LENGTH = 2;

    private Rtx() {}

    /**
     * Makes of a retransmission packet the original, without its padding.
     *
     * @param target may be the packet's own datagram
     * @param payloadType of the original ({@code apt})
     * @param ssrc of the original
     * @return TRUNCATED for a packet without an OSN, as bandwidth probes are that consist of padding only
     */
    public static @Nullable Malformation unwrap(RtpPacket rtx, Datagram target, int payloadType, long ssrc) {
        int header = rtx.headerLength();
        int length = rtx.payloadLength() - OSN_LENGTH;
        if (length < 0) {
            return Malformation.TRUNCATED;
        }
        var source = rtx.datagram();
        int sequenceNumber = source.u16(header);
        int first = source.u8(0);
        int second = source.u8(1);
        target.put(0, source, 0, header);
        target.put(header, source, header + OSN_LENGTH, length);
        target.put8(0, first & ~0x20);
        target.put8(1, (second & 0x80) | payloadType);
        target.put16(2, sequenceNumber);
        target.put32(8, (int) ssrc);
        target.setLength(header + length);
        return null;
    }

    /** The number the original had; the packet has at least {@link #OSN_LENGTH} bytes of payload. */
    public static int originalSequenceNumber(RtpPacket rtx) {
        return rtx.datagram().u16(rtx.payloadOffset());
    }

    /**
     * Makes a retransmission packet of the original, without its padding.
     *
     * @param target another datagram than the original's, with room for two bytes more
     */
    public static void wrap(RtpPacket original, Datagram target, int payloadType, int sequenceNumber, long ssrc) {
        int header = original.headerLength();
        int length = original.payloadLength();
        var source = original.datagram();
        if (source == target) {
            throw new IllegalArgumentException("a retransmission packet needs a place of its own");
        }
        target.put(0, source, 0, header);
        target.put8(0, source.u8(0) & ~0x20);
        target.put8(1, (source.u8(1) & 0x80) | payloadType);
        target.put16(2, sequenceNumber);
        target.put32(8, (int) ssrc);
        target.put16(header, original.sequenceNumber());
        target.put(header + OSN_LENGTH, source, header, length);
        target.setLength(header + OSN_LENGTH + length);
    }
}
