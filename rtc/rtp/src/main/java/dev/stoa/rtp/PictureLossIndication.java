package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * PLI (RFC 4585, 6.3.1): the receiver needs a key frame.
 *
 * <pre>
 * |V=2|P|  FMT=1  |    PT=206     |          length=2             |
 * |                     SSRC of packet sender                     |
 * |                      SSRC of media source                     |
 * </pre>
 */
public final class PictureLossIndication implements RtcpPacket {
    static final int FORMAT = 1;
    static final int LENGTH = 12;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;

    PictureLossIndication() {}

    @Nullable Malformation wrap(Datagram from, int at, int length) {
        if (length < LENGTH) {
            return Malformation.TRUNCATED;
        }
        datagram = from;
        start = at;
        return null;
    }

    public long senderSsrc() {
        return datagram.u32(start + 4);
    }

    public long mediaSsrc() {
        return datagram.u32(start + 8);
    }

    static void write(Datagram target, int at, long senderSsrc, long mediaSsrc) {
        RtcpHeader.put(target, at, FORMAT, PAYLOAD_SPECIFIC_FEEDBACK, LENGTH, senderSsrc, mediaSsrc);
    }
}
