package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/**
 * The report blocks of a sender or receiver report (RFC 3550, 6.4.1), by index.
 *
 * <pre>
 * |                             SSRC                              |
 * | fraction lost |       cumulative number of packets lost       |
 * |           extended highest sequence number received           |
 * |                      interarrival jitter                      |
 * |                         last SR (LSR)                         |
 * |                   delay since last SR (DLSR)                  |
 * </pre>
 */
public final class ReportBlocks {
    public static final int BLOCK_LENGTH = 24;
    public static final int MAX_COUNT = 31;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int count;

    ReportBlocks() {}

    void wrap(Datagram from, int at, int blocks) {
        datagram = from;
        start = at;
        count = blocks;
    }

    public int count() {
        return count;
    }

    /** Whose packets were received. */
    public long ssrc(int index) {
        return datagram.u32(at(index));
    }

    /** Lost since the last report, in 256ths of what was expected. */
    public int fractionLost(int index) {
        return datagram.u8(at(index) + 4);
    }

    /** Signed: duplicates may make it negative. */
    public int cumulativeLost(int index) {
        return datagram.u24(at(index) + 5) << 8 >> 8;
    }

    /** 16 bits of wraps, 16 bits of sequence number. */
    public long extendedHighestSequenceNumber(int index) {
        return datagram.u32(at(index) + 8);
    }

    /** In units of the RTP clock. */
    public long jitter(int index) {
        return datagram.u32(at(index) + 12);
    }

    /** The middle 32 bits of the last SR's NTP time, 0 when none came. */
    public int lastSenderReport(int index) {
        return datagram.i32(at(index) + 16);
    }

    /** In units of 1/65536 s. */
    public long delaySinceLastSenderReport(int index) {
        return datagram.u32(at(index) + 20);
    }

    /**
     * The round-trip time in units of 1/65536 s (RFC 3550, 6.4.1), -1 when the block carries none.
     *
     * @param now the middle 32 bits of the NTP time at which the report came, by the clock of our sender reports
     */
    public long roundTripTime(int index, int now) {
        int last = lastSenderReport(index);
        if (last == 0) {
            return -1;
        }
        // A peer's rounding may make it a little negative.
        return Math.max(0, now - last - (int) delaySinceLastSenderReport(index));
    }

    private int at(int index) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("no report block " + index);
        }
        return start + index * BLOCK_LENGTH;
    }

    static void write(
            Datagram target,
            int at,
            long ssrc,
            int fractionLost,
            int cumulativeLost,
            long extendedHighestSequenceNumber,
            long jitter,
            int lastSenderReport,
            long delaySinceLastSenderReport) {
        target.put32(at, (int) ssrc);
        target.put8(at + 4, fractionLost);
        target.put24(at + 5, cumulativeLost);
        target.put32(at + 8, (int) extendedHighestSequenceNumber);
        target.put32(at + 12, (int) jitter);
        target.put32(at + 16, lastSenderReport);
        target.put32(at + 20, (int) delaySinceLastSenderReport);
    }
}
