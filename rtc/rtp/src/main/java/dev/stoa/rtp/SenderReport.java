package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * SR (RFC 3550, 6.4.1).
 *
 * <pre>
 * |V=2|P|    RC   |   PT=SR=200   |             length            |
 * |                         SSRC of sender                        |
 * |                    NTP timestamp, 64 bits                     |
 * |                         RTP timestamp                         |
 * |                     sender's packet count                     |
 * |                      sender's octet count                     |
 * |                         report blocks                         |
 * </pre>
 */
public final class SenderReport implements RtcpPacket {
    static final int LENGTH = 28;

    private final ReportBlocks reports = new ReportBlocks();
    private Datagram datagram = Nothing.DATAGRAM;
    private int start;

    SenderReport() {}

    @Nullable Malformation wrap(Datagram from, int at, int length, int count) {
        if (length < LENGTH + count * ReportBlocks.BLOCK_LENGTH) {
            return Malformation.TRUNCATED;
        }
        datagram = from;
        start = at;
        reports.wrap(from, at + LENGTH, count);
        return null;
    }

    public long senderSsrc() {
        return datagram.u32(start + 4);
    }

    /** {@link NtpTime}: 32 bits of seconds, 32 bits of fraction. */
    public long ntpTimestamp() {
        return datagram.i64(start + 8);
    }

    /** The same moment by the stream's RTP clock. */
    public int rtpTimestamp() {
        return datagram.i32(start + 16);
    }

    public long packetCount() {
        return datagram.u32(start + 20);
    }

    public long octetCount() {
        return datagram.u32(start + 24);
    }

    public ReportBlocks reports() {
        return reports;
    }

    static void write(
            Datagram target, int at, long ssrc, long ntpTimestamp, int rtpTimestamp, long packets, long octets) {
        RtcpHeader.put(target, at, 0, SENDER_REPORT, LENGTH);
        target.put32(at + 4, (int) ssrc);
        target.put64(at + 8, ntpTimestamp);
        target.put32(at + 16, rtpTimestamp);
        target.put32(at + 20, (int) packets);
        target.put32(at + 24, (int) octets);
    }
}
