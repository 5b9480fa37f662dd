package dev.stoa.rtp;

/**
 * What a receiver knows of one stream, for its report blocks (RFC 3550, 6.4.1, A.1, A.3, A.8).
 *
 * <p>Calling contract: {@link #handlePacket} for each packet of the SSRC as it came from the network (not what RTX
 * brought), {@link #handleSenderReport} for its reports, {@link #writeBlock} when a report is due. Nothing allocates.
 */
public final class ReceptionStatistics {
    private static final int MAX_DROPOUT = 3000;
    private static final int MAX_MISORDER = 100;
    private static final int SEQUENCE_MODULUS = 1 << 16;

    private final long ssrc;
    private final int clockRate;

    private boolean started;
    private int maxSequence;
    private long cycles;
    private long baseSequence;
    /** The number that would prove a restart, -1 when none is suspected. */
    private int badSequence = -1;

    private long received;
    private long octets;
    private long expectedPrior;
    private long receivedPrior;
    private int transit;
    /** Times 16, as in A.8, so that the divisions round less. */
    private int scaledJitter;

    private int lastSenderReport;
    private long lastSenderReportNanos;

    /** @param clockRate of the RTP timestamps, in Hz */
    public ReceptionStatistics(long ssrc, int clockRate) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
    }

    /** @param payloadLength in bytes, without header and padding */
    public void handlePacket(int sequenceNumber, int rtpTimestamp, int payloadLength, long nowNanos) {
        int arrival = toRtpUnits(nowNanos);
        int packetTransit = arrival - rtpTimestamp;
        if (!started) {
            started = true;
            restart(sequenceNumber);
            transit = packetTransit;
        } else if (!accept(sequenceNumber)) {
            return;
        }
        received++;
        octets += payloadLength;
        int difference = Math.abs(packetTransit - transit);
        transit = packetTransit;
        // A jump of a minute is a new clock, not jitter.
        if (difference >= 0 && difference < clockRate * 60L) {
            scaledJitter += difference - ((scaledJitter + 8) >> 4);
        }
    }

    /** @param ntpTimestamp the report's 64 bits */
    public void handleSenderReport(long ntpTimestamp, long nowNanos) {
        lastSenderReport = NtpTime.compact(ntpTimestamp);
        lastSenderReportNanos = nowNanos;
    }

    /** Writes the report block and begins a new interval; false when there was no room or no packet yet. */
    public boolean writeBlock(RtcpWriter writer, long nowNanos) {
        if (!started) {
            return false;
        }
        long expected = expectedPackets();
        long expectedInterval = expected - expectedPrior;
        long lostInterval = expectedInterval - (received - receivedPrior);
        int fraction = expectedInterval <= 0 || lostInterval <= 0
                ? 0
                : (int) Math.min(255, (lostInterval << 8) / expectedInterval);
        long delay = lastSenderReport == 0 ? 0 : NtpTime.ofNanos(Math.max(0, nowNanos - lastSenderReportNanos));
        if (!writer.reportBlock(
                ssrc, fraction, cumulativeLost(), extendedHighestSequenceNumber(), jitter(), lastSenderReport, delay)) {
            return false;
        }
        expectedPrior = expected;
        receivedPrior = received;
        return true;
    }

    public long ssrc() {
        return ssrc;
    }

    /** Duplicates counted too. */
    public long receivedPackets() {
        return received;
    }

    public long receivedOctets() {
        return octets;
    }

    public long expectedPackets() {
        return started ? extendedHighestSequenceNumber() - baseSequence + 1 : 0;
    }

    /** Negative when there were more duplicates than losses; held to the report's 24 bits. */
    public int cumulativeLost() {
        return (int) Math.clamp(expectedPackets() - received, -0x80_0000L, 0x7F_FFFFL);
    }

    public long extendedHighestSequenceNumber() {
        return cycles + maxSequence;
    }

    /** In units of the RTP clock. */
    public long jitter() {
        return scaledJitter >> 4;
    }

    /** A.1, without the probation of new sources: SRTP has proved who sends. */
    private boolean accept(int sequenceNumber) {
        int ahead = (sequenceNumber - maxSequence) & 0xFFFF;
        if (ahead < MAX_DROPOUT) {
            if (sequenceNumber < maxSequence) {
                cycles += SEQUENCE_MODULUS;
            }
            maxSequence = sequenceNumber;
        } else if (ahead <= SEQUENCE_MODULUS - MAX_MISORDER) {
            if (sequenceNumber != badSequence) {
                badSequence = sequenceNumber + 1 & 0xFFFF;
                return false;
            }
            restart(sequenceNumber); // two in a row: the other side started anew
        }
        return true;
    }

    private void restart(int sequenceNumber) {
        baseSequence = sequenceNumber;
        maxSequence = sequenceNumber;
        cycles = 0;
        badSequence = -1;
        received = 0;
        receivedPrior = 0;
        expectedPrior = 0;
    }

    private int toRtpUnits(long nanos) {
        // Seconds apart, so that the product cannot overflow.
        long seconds = Math.floorDiv(nanos, 1_000_000_000L);
        return (int) (seconds * clockRate + Math.floorMod(nanos, 1_000_000_000L) * clockRate / 1_000_000_000L);
    }
}
