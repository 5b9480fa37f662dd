package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * XR (RFC 3611): of its blocks the receiver reference time (4.4) and the answer to it, DLRR (4.5), by which one who sends
 * no media learns its round-trip time. Other blocks are skipped.
 *
 * <pre>
 * |V=2|P|reserved |   PT=XR=207   |             length            |
 * |                              SSRC                             |
 * |   block type  |  type-specific| block length in words, after  |   one or more
 * |  BT=4: NTP timestamp, 64 bits                                 |
 * |  BT=5: SSRC, last RR, delay since last RR; one or more        |
 * </pre>
 */
public final class ExtendedReport implements RtcpPacket {
    static final int HEADER = 8;
    static final int REFERENCE_TIME_LENGTH = HEADER + 12;
    static final int DLRR_LENGTH = HEADER + 4 + 12;
    private static final int REFERENCE_TIME = 4;
    private static final int DLRR = 5;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int referenceTimeAt;
    private int dlrrAt;
    private int dlrrCount;

    ExtendedReport() {}

    @Nullable Malformation wrap(Datagram from, int at, int length) {
        if (length < HEADER) {
            return Malformation.TRUNCATED;
        }
        referenceTimeAt = -1;
        dlrrAt = -1;
        dlrrCount = 0;
        int end = at + length;
        int block = at + HEADER;
        // Lengths are in words, so a block's header is whole when there is anything.
        while (block < end) {
            int words = from.u16(block + 2);
            int next = block + 4 + 4 * words;
            if (next > end) {
                return Malformation.TRUNCATED;
            }
            int type = from.u8(block);
            if (type == REFERENCE_TIME) {
                if (words != 2) {
                    return Malformation.BAD_LENGTH;
                }
                referenceTimeAt = block + 4;
            } else if (type == DLRR) {
                if (words % 3 != 0) {
                    return Malformation.BAD_LENGTH;
                }
                dlrrAt = block + 4;
                dlrrCount = words / 3;
            }
            block = next;
        }
        datagram = from;
        start = at;
        return null;
    }

    public long senderSsrc() {
        return datagram.u32(start + 4);
    }

    public boolean hasReferenceTime() {
        return referenceTimeAt >= 0;
    }

    /** {@link NtpTime} of the sender; only when {@link #hasReferenceTime}. */
    public long ntpTimestamp() {
        if (referenceTimeAt < 0) {
            throw new IllegalStateException("no receiver reference time");
        }
        return datagram.i64(referenceTimeAt);
    }

    /** The number of answers to receiver reference times. */
    public int dlrrCount() {
        return dlrrCount;
    }

    /** Whose reference time is answered. */
    public long dlrrSsrc(int index) {
        return datagram.u32(dlrr(index));
    }

    /** The middle 32 bits of that reference time. */
    public int lastReceiverReport(int index) {
        return datagram.i32(dlrr(index) + 4);
    }

    /** In units of 1/65536 s. */
    public long delaySinceLastReceiverReport(int index) {
        return datagram.u32(dlrr(index) + 8);
    }

    private int dlrr(int index) {
        if (index < 0 || index >= dlrrCount) {
            throw new IllegalArgumentException("no DLRR " + index);
        }
        return dlrrAt + 12 * index;
    }

    static void writeReferenceTime(Datagram target, int at, long senderSsrc, long ntpTimestamp) {
        RtcpHeader.put(target, at, 0, EXTENDED_REPORT, REFERENCE_TIME_LENGTH);
        target.put32(at + 4, (int) senderSsrc);
        target.put32(at + HEADER, REFERENCE_TIME << 24 | 2);
        target.put64(at + HEADER + 4, ntpTimestamp);
    }

    static void writeDlrr(
            Datagram target, int at, long senderSsrc, long ssrc, int lastReceiverReport, long delaySinceLast) {
        RtcpHeader.put(target, at, 0, EXTENDED_REPORT, DLRR_LENGTH);
        target.put32(at + 4, (int) senderSsrc);
        target.put32(at + HEADER, DLRR << 24 | 3);
        target.put32(at + HEADER + 4, (int) ssrc);
        target.put32(at + HEADER + 8, lastReceiverReport);
        target.put32(at + HEADER + 12, (int) delaySinceLast);
    }
}
