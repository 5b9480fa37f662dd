package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * RR (RFC 3550, 6.4.2).
 *
 * <pre>
 * |V=2|P|    RC   |   PT=RR=201   |             length            |
 * |                     SSRC of packet sender                     |
 * |                         report blocks                         |
 * </pre>
 */
public final class ReceiverReport implements RtcpPacket {
    static final int LENGTH = 8;

    private final ReportBlocks reports = new ReportBlocks();
    private Datagram datagram = Nothing.DATAGRAM;
    private int start;

    ReceiverReport() {}

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

    public ReportBlocks reports() {
        return reports;
    }

    static void write(Datagram target, int at, long ssrc) {
        RtcpHeader.put(target, at, 0, RECEIVER_REPORT, LENGTH);
        target.put32(at + 4, (int) ssrc);
    }
}
