package dev.stoa.sfu;

import dev.stoa.rtp.ReportBlocks;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.wire.SerialNumber;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A receiver's slot: forwards one track after another as one RTP stream that knows no break: sequence numbers, timestamps
 * and picture numbers run on, SSRC and payload types are the receiver's.
 *
 * <p>Calling contract: {@link #setSource} says whose packets go out; video begins with a key frame, which is asked for.
 * What the receiver's RTCP says of this SSRC comes by the other methods. Nothing allocates per packet.
 */
public final class Subscription implements TrackSink {
    /** As many as the default cache keeps: what is older cannot be sent again. */
    private static final int VIDEO_HISTORY = 512;

    private static final int AUDIO_HISTORY = 64;

    /** Missing more than this, a decoder is helped by a key frame rather than by what comes late. */
    private static final int MAX_GAP = 1024;

    /** A packet is not sent again within this, or the round-trip time, up to the other. */
    private static final long MIN_REPEAT_NANOS = 20_000_000L;

    private static final long MAX_REPEAT_NANOS = 100_000_000L;

    /** What was asked for before a key frame can have arrived is that key frame. */
    private static final long MIN_KEY_FRAME_GRACE_NANOS = 100_000_000L;

    private final SlotParameters slot;
    private final RtpOutput output;
    private final RetransmissionBudget budget;
    private final Deadline reportDeadline;
    private final SfuCounters counters;
    private final SequenceMapper sequence;
    private final PictureNumbers pictures = new PictureNumbers();
    private final SentPackets sent;
    private final SenderReports reports = new SenderReports();
    private final OutgoingRtp out;
    /** By the publisher's payload type: the receiver's codec. */
    private final @Nullable Codec[] codecs = new Codec[128];

    private @Nullable TrackSource source;
    /** Whether the next packet that fits begins anew. */
    private boolean waiting = true;
    /** Whether the receiver could decode what comes; otherwise a key frame does not help. */
    private boolean understood = true;

    /** Whether the present source's timestamps are mapped already. */
    private boolean shifted;

    private boolean sentAny;
    private int timestampShift;
    private int lastTimestamp;
    private long lastSentNanos;
    private long keyFrameSentNanos;
    private boolean keyFrameSent;
    private int rtxSequenceNumber;
    private long roundTripNanos = -1;
    private int fractionLost;
    private long packets;
    private long octets;
    private long retransmitted;

    Subscription(
            SlotParameters slot,
            int firstSequenceNumber,
            int firstRtxSequenceNumber,
            RtpOutput output,
            TransportSequence transportSequence,
            RtpHeaderWriter header,
            RetransmissionBudget budget,
            Deadline reportDeadline,
            SfuCounters counters) {
        this.slot = slot;
        this.output = output;
        this.budget = budget;
        this.reportDeadline = reportDeadline;
        this.counters = counters;
        rtxSequenceNumber = firstRtxSequenceNumber;
        sequence = new SequenceMapper(firstSequenceNumber);
        sent = new SentPackets(slot.video() ? VIDEO_HISTORY : AUDIO_HISTORY);
        out = new OutgoingRtp(slot, transportSequence, header, pictures);
    }

    public SlotParameters slot() {
        return slot;
    }

    public @Nullable TrackSource source() {
        return source;
    }

    /** From now on this track goes out, or none. */
    public void setSource(long nowNanos, @Nullable TrackSource next) {
        if (source == next) {
            return;
        }
        if (source != null) {
            source.removeSink(this);
        }
        source = next;
        shifted = false;
        waiting = true;
        understood = true;
        Arrays.fill(codecs, null);
        if (next != null) {
            chooseCodecs(next);
            next.addSink(this);
            next.requestKeyFrame(nowNanos);
        }
    }

    @Override
    public void handlePacket(long nowNanos, TrackPacket packet) {
        long number = packet.sequenceNumber();
        if (!waiting && number - sequence.highestInput() > MAX_GAP) {
            pause(nowNanos, packet.source());
        }
        if (waiting) {
            begin(nowNanos, packet);
            return;
        }
        forward(nowNanos, packet);
    }

    /** Goes on with the next key frame; the source stays. */
    private void pause(long nowNanos, TrackSource from) {
        waiting = true;
        from.requestKeyFrame(nowNanos);
    }

    /** Begins with this packet, if one can begin with it, and with what came before its turn. */
    private void begin(long nowNanos, TrackPacket packet) {
        var codec = codecs[packet.rtp().payloadType()];
        understood = codec != null;
        if (codec == null || packet.payloadLength() == 0 || (needsKeyFrame(packet) && !packet.keyFrame())) {
            return;
        }
        var from = packet.source();
        // The beginning of a frame may be behind what shows that it is a key frame: parameter sets, or reordering.
        long first = packet.sequenceNumber();
        for (long index = from.indexOf(first - 1); index >= 0; index = from.indexOf(first - 1)) {
            var earlier = from.packet(index);
            if (earlier == null || earlier.timestamp() != packet.timestamp() || earlier.payloadLength() == 0) {
                break;
            }
            first--;
        }
        waiting = false;
        shiftTimestamps(nowNanos, packet, codec);
        pictures.begin(packet);
        sequence.begin(first);
        if (packet.keyFrame()) {
            keyFrameSent = true;
            keyFrameSentNanos = nowNanos;
        }
        for (long number = first; number <= from.highestSequenceNumber(); number++) {
            var next = number == packet.sequenceNumber() ? packet : from.packet(from.indexOf(number));
            if (next != null) {
                forward(nowNanos, next);
            }
        }
        reportSoon(nowNanos);
    }

    private static boolean needsKeyFrame(TrackPacket packet) {
        return switch (packet.codec().kind()) {
            case VP8, VP9, H264, AV1 -> true;
            case OPUS, OTHER -> false;
        };
    }

    private void forward(long nowNanos, TrackPacket packet) {
        var codec = codecs[packet.rtp().payloadType()];
        if (codec == null) {
            counters.count(Counter.DROPPED_NO_COMMON_CODEC);
            sequence.skip(packet.sequenceNumber());
            return;
        }
        // A probe is left out; one whose place is there already fills it, so that nobody asks for it.
        if (packet.payloadLength() == 0 && sequence.skip(packet.sequenceNumber())) {
            return;
        }
        long number = sequence.map(packet.sequenceNumber());
        if (number < 0 || !sent.handleSent(number)) {
            counters.count(Counter.DROPPED_LATE);
            return;
        }
        int timestamp = packet.timestamp() + timestampShift;
        if (number == sequence.lastOutput()) {
            lastTimestamp = timestamp;
            lastSentNanos = nowNanos;
        }
        sentAny = true;
        packets++;
        octets += packet.payloadLength();
        budget.handleSent(packet.payloadLength());
        if (packet.keyFrame()) {
            keyFrameSent = true;
            keyFrameSentNanos = nowNanos;
        }
        pictures.handleForwarded(packet);
        counters.count(Counter.RTP_SENT);
        out.show(packet, codec.payloadType(), number, timestamp, isTimed(codec), false);
        output.send(nowNanos, out);
    }

    /** The receiver misses the packet with this outgoing number: sends it again when that is possible and sensible. */
    void handleMissing(long nowNanos, int sequenceNumber) {
        if (source == null || !sentAny) {
            counters.count(Counter.NACK_STALE);
            return;
        }
        long number = SerialNumber.extend16(sequence.lastOutput(), sequenceNumber);
        long input = sequence.unmap(number);
        var packet = input < 0 || !sent.contains(number) ? null : source.packet(source.indexOf(input));
        if (packet == null) {
            counters.count(Counter.NACK_STALE);
            return;
        }
        var codec = codecs[packet.rtp().payloadType()];
        if (codec == null || !(hasRtx(codec) || codec.nack())) {
            counters.count(Counter.NACK_STALE); // that it may be asked for again was not negotiated
            return;
        }
        long interval = Math.clamp(roundTripNanos, MIN_REPEAT_NANOS, MAX_REPEAT_NANOS);
        if (!sent.handleSentAgain(nowNanos, number, interval)) {
            counters.count(Counter.NACK_TOO_SOON);
            return;
        }
        if (!budget.take(packet.payloadLength())) {
            counters.count(Counter.NACK_OVER_BUDGET);
            return;
        }
        int timestamp = packet.timestamp() + timestampShift;
        retransmitted++;
        out.show(packet, codec.payloadType(), number, timestamp, isTimed(codec), true);
        if (hasRtx(codec)) {
            out.asRtx(codec.rtxPayloadType(), rtxSequenceNumber++ & 0xFFFF);
            counters.count(Counter.RTX_SENT);
        } else {
            packets++;
            octets += packet.payloadLength();
            counters.count(Counter.RETRANSMITTED_PLAINLY);
        }
        output.send(nowNanos, out);
    }

    /** The receiver cannot decode without a key frame. */
    void handleKeyFrameRequest(long nowNanos) {
        counters.count(Counter.KEY_FRAME_REQUEST_RECEIVED);
        long grace = Math.max(roundTripNanos, MIN_KEY_FRAME_GRACE_NANOS);
        if (source != null && !(keyFrameSent && nowNanos - keyFrameSentNanos < grace)) {
            source.requestKeyFrame(nowNanos);
        }
    }

    void handleReportBlock(long nowNanos, ReportBlocks blocks, int index) {
        fractionLost = blocks.fractionLost(index);
        long roundTrip = reports.roundTripNanos(
                nowNanos, blocks.lastSenderReport(index), blocks.delaySinceLastSenderReport(index));
        if (roundTrip >= 0) {
            roundTripNanos = roundTrip;
        }
    }

    private boolean hasReport() {
        return source != null && shifted && source.senderClock().isKnown();
    }

    @Override
    public void handleSenderReport(long nowNanos, TrackSource from) {
        reportSoon(nowNanos);
    }

    /** The receiver knows nothing of the present source's time yet. */
    private void reportSoon(long nowNanos) {
        if (hasReport() && !reports.isReported(source)) {
            reportDeadline.advanceTo(nowNanos);
        }
    }

    /** Writes a sender report and who it is; false when there was no room. */
    boolean writeReport(long nowNanos, RtcpWriter writer) {
        if (source == null || !hasReport()) {
            return true;
        }
        var clock = source.senderClock();
        long ntp = clock.ntpAt(nowNanos);
        int rtp = clock.rtpAt(nowNanos, source.clockRate()) + timestampShift;
        if (writer.length() + reportLength(source) > RtcpWriter.DEFAULT_LIMIT
                || !writer.senderReport(slot.ssrc(), ntp, rtp, packets, octets)
                || !writer.cname(slot.ssrc(), source.cname())) {
            return false;
        }
        reports.handleSent(nowNanos, ntp, source);
        return true;
    }

    private static int reportLength(TrackSource from) {
        return 28 + 16 + from.cname().length;
    }

    @Override
    public boolean waitsForKeyFrame() {
        return waiting && understood && source != null && source.isVideo();
    }

    @Override
    public void handleEnd(TrackSource ended) {
        if (source == ended) {
            source = null;
            shifted = false;
            waiting = true;
        }
    }

    /** From this receiver's last report, in 256ths. */
    public int fractionLost() {
        return fractionLost;
    }

    /** -1 while it is not known. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    public long packetCount() {
        return packets;
    }

    /** Bytes of payload. */
    public long octetCount() {
        return octets;
    }

    public long retransmittedCount() {
        return retransmitted;
    }

    private void chooseCodecs(TrackSource from) {
        for (int type = 0; type < codecs.length; type++) {
            var theirs = from.codec(type);
            for (var ours : slot.codecs()) {
                if (theirs != null && codecs[type] == null && theirs.matches(ours)) {
                    codecs[type] = ours;
                }
            }
        }
    }

    /** A new source's timestamps follow what was sent by the time that has passed. */
    private void shiftTimestamps(long nowNanos, TrackPacket packet, Codec codec) {
        if (shifted && !packet.source().hasRestarted(packet.sequenceNumber(), sequence.highestInput())) {
            return;
        }
        shifted = true;
        if (sentAny) {
            int elapsed = RtpTime.ofNanos(nowNanos - lastSentNanos, codec.clockRate());
            timestampShift = lastTimestamp + Math.max(1, elapsed) - packet.timestamp();
        }
    }

    private boolean hasRtx(Codec codec) {
        return codec.hasRtx() && slot.rtxSsrc() != TrackParameters.UNKNOWN;
    }

    /**
     * Where lost packets are sent again under their own number, they have to be the same byte for byte: two packets under
     * one number betray the key of AES-GCM (RFC 7714, 8.1). So they say no time.
     */
    private boolean isTimed(Codec codec) {
        return hasRtx(codec) || !codec.nack();
    }
}
