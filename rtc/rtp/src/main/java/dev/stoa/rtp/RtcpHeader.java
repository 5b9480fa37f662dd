package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** Writes what RTCP packets begin with (RFC 3550, 6.4.1; RFC 4585, 6.1). */
final class RtcpHeader {
    private RtcpHeader() {}

    /**
     * @param count the five bits after the padding bit: a number of blocks, or a feedback message's format
     * @param length of the packet in bytes, header included: a multiple of 4
     */
    static void put(Datagram target, int at, int count, int type, int length) {
        target.put8(at, RtpPacket.VERSION << 6 | count);
        target.put8(at + 1, type);
        target.put16(at + 2, length / 4 - 1);
    }

    /** A header, and the SSRCs of who sends the feedback and whose media it is about. */
    static void put(Datagram target, int at, int format, int type, int length, long senderSsrc, long mediaSsrc) {
        put(target, at, format, type, length);
        target.put32(at + 4, (int) senderSsrc);
        target.put32(at + 8, (int) mediaSsrc);
    }
}
