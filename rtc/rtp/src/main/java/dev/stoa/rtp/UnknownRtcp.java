package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** An RTCP packet that is well-formed and of no use here: APP, TMMBR (RFC 5104, 4.2.1), or one not known. */
public final class UnknownRtcp implements RtcpPacket {
    private Datagram datagram = Nothing.DATAGRAM;
    private int start;

    UnknownRtcp() {}

    void wrap(Datagram from, int at) {
        datagram = from;
        start = at;
    }

    public int packetType() {
        return datagram.u8(start + 1);
    }

    /** The five bits that count blocks in some kinds and tell the format in others. */
    public int format() {
        return datagram.u8(start) & 0x1F;
    }
}
