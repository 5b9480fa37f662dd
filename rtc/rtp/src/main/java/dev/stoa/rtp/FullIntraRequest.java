package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * FIR (RFC 5104, 4.3.1): these sources are to send a key frame. The SSRC of the media source in the header is unused.
 *
 * <pre>
 * |V=2|P|  FMT=4  |    PT=206     |             length            |
 * |                     SSRC of packet sender                     |
 * |                               0                               |
 * |                              SSRC                             |   one or more
 * | command seq.  |                    reserved                   |
 * </pre>
 */
public final class FullIntraRequest implements RtcpPacket {
    static final int FORMAT = 4;
    static final int HEADER = 12;
    static final int LENGTH = HEADER + 8;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int entries;

    FullIntraRequest() {}

    @Nullable Malformation wrap(Datagram from, int at, int length) {
        if (length < LENGTH) {
            return Malformation.TRUNCATED;
        }
        if ((length - HEADER) % 8 != 0) {
            return Malformation.BAD_LENGTH;
        }
        datagram = from;
        start = at;
        entries = (length - HEADER) / 8;
        return null;
    }

    public long senderSsrc() {
        return datagram.u32(start + 4);
    }

    public int entryCount() {
        return entries;
    }

    /** Who is to send a key frame. */
    public long ssrc(int entry) {
        return datagram.u32(at(entry));
    }

    /** A repeated request has the number of the first (RFC 5104, 4.3.1.1). */
    public int commandSequenceNumber(int entry) {
        return datagram.u8(at(entry) + 4);
    }

    private int at(int entry) {
        if (entry < 0 || entry >= entries) {
            throw new IllegalArgumentException("no entry " + entry);
        }
        return start + HEADER + 8 * entry;
    }

    static void write(Datagram target, int at, long senderSsrc, long ssrc, int commandSequenceNumber) {
        RtcpHeader.put(target, at, FORMAT, PAYLOAD_SPECIFIC_FEEDBACK, LENGTH, senderSsrc, 0);
        target.put32(at + HEADER, (int) ssrc);
        target.put32(at + HEADER + 4, commandSequenceNumber << 24);
    }
}
