package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/**
 * Writes a compound (RFC 3550, 6.1) or reduced-size (RFC 5506) RTCP packet into a datagram, without allocating.
 *
 * <p>Calling contract: {@link #begin}, then any parts, then {@link #end}, which sets the datagram's length. A part that
 * does not fit the limit is not written and its method says so (false, or how far it came): end this datagram and begin
 * another. {@link #reportBlock} follows a sender or receiver report or another block of it. For a compound packet
 * the caller begins with a report and adds the CNAME (RFC 3550, 6.1); reduced-size needs neither. SRTCP and its
 * authentication tag come on top of the limit.
 */
public final class RtcpWriter {
    /** What fits an Ethernet path with SRTCP, IPv6 and TURN around it. */
    public static final int DEFAULT_LIMIT = 1200;

    private Datagram target = Nothing.DATAGRAM;
    private int limit;
    private int at;
    /** The report that blocks are added to, -1 when none is open. */
    private int reportAt = -1;

    private int blocks;

    public RtcpWriter() {}

    /** @param limit the most bytes the packet may have */
    public void begin(Datagram into, int limit) {
        if (limit > into.capacity()) {
            throw new IllegalArgumentException(limit + " bytes in a place of " + into.capacity());
        }
        target = into;
        this.limit = limit;
        at = 0;
        reportAt = -1;
    }

    /** The bytes written so far. */
    public int length() {
        return at;
    }

    /** Sets the datagram's length and returns it; 0 when nothing was written. */
    public int end() {
        target.setLength(at);
        reportAt = -1;
        return at;
    }

    /** @param ntpTimestamp the moment of the report ({@link NtpTime}), of which {@code rtpTimestamp} is the other name */
    public boolean senderReport(
            long senderSsrc, long ntpTimestamp, int rtpTimestamp, long packetCount, long octetCount) {
        if (!hasRoom(SenderReport.LENGTH)) {
            return false;
        }
        SenderReport.write(target, at, senderSsrc, ntpTimestamp, rtpTimestamp, packetCount, octetCount);
        return report(SenderReport.LENGTH);
    }

    public boolean receiverReport(long senderSsrc) {
        if (!hasRoom(ReceiverReport.LENGTH)) {
            return false;
        }
        ReceiverReport.write(target, at, senderSsrc);
        return report(ReceiverReport.LENGTH);
    }

    /**
     * Adds a block to the report before it; false also when that has 31.
     *
     * @param fractionLost in 256ths, 0 to 255
     * @param cumulativeLost signed, 24 bits
     * @param jitter in units of the RTP clock
     * @param lastSenderReport the middle 32 bits of the last SR's NTP time, 0 when none came
     * @param delaySinceLastSenderReport in units of 1/65536 s
     */
    public boolean reportBlock(
            long ssrc,
            int fractionLost,
            int cumulativeLost,
            long extendedHighestSequenceNumber,
            long jitter,
            int lastSenderReport,
            long delaySinceLastSenderReport) {
        if (reportAt < 0) {
            throw new IllegalStateException("a report block follows a report");
        }
        if (blocks == ReportBlocks.MAX_COUNT || !hasRoom(ReportBlocks.BLOCK_LENGTH)) {
            return false;
        }
        ReportBlocks.write(
                target,
                at,
                ssrc,
                fractionLost,
                cumulativeLost,
                extendedHighestSequenceNumber,
                jitter,
                lastSenderReport,
                delaySinceLastSenderReport);
        at += ReportBlocks.BLOCK_LENGTH;
        target.put8(reportAt, RtpPacket.VERSION << 6 | ++blocks);
        target.put16(reportAt + 2, (at - reportAt) / 4 - 1);
        return true;
    }

    /** @param cname at most 255 bytes of UTF-8 */
    public boolean cname(long ssrc, byte[] cname) {
        if (cname.length > 255) {
            throw new IllegalArgumentException("a CNAME has at most 255 bytes");
        }
        int length = SourceDescription.length(cname.length);
        if (!hasRoom(length)) {
            return false;
        }
        SourceDescription.write(target, at, ssrc, cname);
        return part(length);
    }

    public boolean goodbye(long ssrc) {
        if (!hasRoom(Goodbye.LENGTH)) {
            return false;
        }
        Goodbye.write(target, at, ssrc);
        return part(Goodbye.LENGTH);
    }

    /**
     * Asks for the packets {@code missing[from]} to {@code missing[to - 1]}, oldest first for the shortest message.
     *
     * @return the index of the first that found no room; {@code to} when all are written
     */
    public int nack(long senderSsrc, long mediaSsrc, int[] missing, int from, int to) {
        if (from == to || !hasRoom(Nack.HEADER + 4)) {
            return from;
        }
        reportAt = -1;
        int next = from;
        int start = at;
        at += Nack.HEADER;
        while (next < to && hasRoom(4)) {
            next = Nack.writeItem(target, at, missing, next, to);
            at += 4;
        }
        Nack.writeHeader(target, start, at - start, senderSsrc, mediaSsrc);
        return next;
    }

    public boolean pictureLossIndication(long senderSsrc, long mediaSsrc) {
        if (!hasRoom(PictureLossIndication.LENGTH)) {
            return false;
        }
        PictureLossIndication.write(target, at, senderSsrc, mediaSsrc);
        return part(PictureLossIndication.LENGTH);
    }

    /** @param commandSequenceNumber modulo 256; one more for each new request, the same for a repeated one */
    public boolean fullIntraRequest(long senderSsrc, long mediaSsrc, int commandSequenceNumber) {
        if (!hasRoom(FullIntraRequest.LENGTH)) {
            return false;
        }
        FullIntraRequest.write(target, at, senderSsrc, mediaSsrc, commandSequenceNumber);
        return part(FullIntraRequest.LENGTH);
    }

    /** @param ssrcCount how many of {@code ssrcs} share the bitrate, at most 255 */
    public boolean remb(long senderSsrc, long bitrateBps, long[] ssrcs, int ssrcCount) {
        if (ssrcCount > 255 || bitrateBps < 0) {
            throw new IllegalArgumentException(ssrcCount + " streams, " + bitrateBps + " bit/s");
        }
        if (!hasRoom(Remb.length(ssrcCount))) {
            return false;
        }
        Remb.write(target, at, senderSsrc, bitrateBps, ssrcs, ssrcCount);
        return part(Remb.length(ssrcCount));
    }

    /** Writes what {@code builder} has pending, as much as fits; false when nothing was written. Repeat until then. */
    public boolean transportFeedback(TransportFeedbackBuilder builder, long senderSsrc, long mediaSsrc) {
        int length = builder.write(target, at, limit - at, senderSsrc, mediaSsrc);
        return length > 0 && part(length);
    }

    /** RRTR: the receiver's time, which {@link #dlrr} answers (RFC 3611, 4.4). */
    public boolean receiverReferenceTime(long senderSsrc, long ntpTimestamp) {
        if (!hasRoom(ExtendedReport.REFERENCE_TIME_LENGTH)) {
            return false;
        }
        ExtendedReport.writeReferenceTime(target, at, senderSsrc, ntpTimestamp);
        return part(ExtendedReport.REFERENCE_TIME_LENGTH);
    }

    /** @param delaySinceLastReceiverReport in units of 1/65536 s (RFC 3611, 4.5) */
    public boolean dlrr(long senderSsrc, long ssrc, int lastReceiverReport, long delaySinceLastReceiverReport) {
        if (!hasRoom(ExtendedReport.DLRR_LENGTH)) {
            return false;
        }
        ExtendedReport.writeDlrr(target, at, senderSsrc, ssrc, lastReceiverReport, delaySinceLastReceiverReport);
        return part(ExtendedReport.DLRR_LENGTH);
    }

    private boolean hasRoom(int length) {
        return at + length <= limit;
    }

    private boolean report(int length) {
        reportAt = at;
        blocks = 0;
        at += length;
        return true;
    }

    private boolean part(int length) {
        reportAt = -1;
        at += length;
        return true;
    }
}
