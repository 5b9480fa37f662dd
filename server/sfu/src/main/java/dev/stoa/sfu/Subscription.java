package dev.stoa.sfu;

import dev.stoa.rtp.ReportBlocks;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.wire.SerialNumber;
import org.jspecify.annotations.Nullable;

/**
 * A receiver's slot: forwards one track after another, and of each the layer that the receiver can see, as one RTP stream
 * that knows no break: sequence numbers, timestamps and picture numbers run on, SSRC and payload types are the receiver's.
 *
 * <p>Calling contract: {@link #setTrack} says whose packets go out, {@link #setView} how large they are seen; video begins
 * with a key frame, which is asked for. {@link #reconsider} every now and then: layers come and go. What the receiver's RTCP
 * says of this SSRC comes by the other methods. Nothing allocates per packet.
 */
@SuppressWarnings("ReferenceEquality") // a stream is itself
public final class Subscription implements TrackSink, LayerChoice {
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

    /** So long a key frame waits for the end of the frame that another layer is in the midst of. */
    private static final long MAX_FRAME_NANOS = 30_000_000L;

    private final SlotParameters slot;
    private final RtpOutput output;
    private final RetransmissionBudget budget;
    private final Deadline reportDeadline;
    private final SfuCounters counters;
    private final Allowance allowance;
    private final SentPackets sent;
    private final SenderReports reports = new SenderReports();
    private final SimulcastSwitch layers = new SimulcastSwitch(this);
    private final LayerSelector selector = new LayerSelector();
    private final OutgoingRtp out;
    private final Passages passages = new Passages();
    private final Timeline timeline = new Timeline();
    private final SlotFilter filter = new SlotFilter();
    /** By the publisher's payload type: the receiver's codec. */
    private @Nullable Codec[] codecs = new Codec[128];

    private ViewSize view = ViewSize.BEST;
    private int spatialTarget;
    private int temporalTarget;
    private int wantedLayers;
    private int wantedSpatial;
    /** Whether the receiver could decode what comes; otherwise a key frame does not help. */
    private boolean understood = true;

    private long lastNumber;
    /** Whether the newest packet is not the last of its picture. */
    private boolean withinPicture;
    /** The stream whose key frame waits for that. */
    private @Nullable TrackSource next;

    private long nextIndex;
    private long nextNanos;
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
            Allowance allowance,
            SfuCounters counters) {
        this.slot = slot;
        this.output = output;
        this.budget = budget;
        this.reportDeadline = reportDeadline;
        this.allowance = allowance;
        this.counters = counters;
        rtxSequenceNumber = firstRtxSequenceNumber;
        lastNumber = firstSequenceNumber - 1L;
        sent = new SentPackets(slot.video() ? VIDEO_HISTORY : AUDIO_HISTORY);
        out = new OutgoingRtp(slot, transportSequence, header);
    }

    public SlotParameters slot() {
        return slot;
    }

    /** Null when the slot is empty. */
    public @Nullable Track track() {
        return layers.track();
    }

    /** The stream whose packets go out, null before its key frame. */
    public @Nullable TrackSource source() {
        return layers.current();
    }

    /** From now on this track goes out, or none. */
    public void setTrack(long nowNanos, @Nullable Track track) {
        var before = layers.track();
        if (before == track) {
            return;
        }
        if (before != null) {
            before.demand().remove(this);
        }
        layers.setTrack(track);
        next = null;
        understood = true;
        codecs = new Codec[128];
        if (track != null) {
            chooseCodecs(track);
            track.demand().add(this);
        }
        reconsider(nowNanos);
    }

    /** So large it is seen from now on. */
    void setView(long nowNanos, ViewSize next) {
        if (slot.video() && !view.equals(next)) {
            view = next;
            reconsider(nowNanos);
        }
    }

    /** Looks again for the layer to send: the view, what may be sent, or what comes has changed. */
    void reconsider(long nowNanos) {
        var track = layers.track();
        if (track == null) {
            wantedLayers = 0;
            wantedSpatial = 0;
            return;
        }
        long allowed = slot.video() ? allowance.bitrateBps(nowNanos, this) : Allowance.UNLIMITED_BPS;
        selector.select(nowNanos, track, view, allowed);
        spatialTarget = selector.spatial();
        temporalTarget = selector.temporal();
        layers.aim(nowNanos, selector.source());
        aimFilter(nowNanos);
        wantedLayers = selector.wantedLayers(nowNanos, track, layers.current());
        wantedSpatial = selector.wantedSpatial();
    }

    /** Within the stream that goes out. */
    private void aimFilter(long nowNanos) {
        var current = layers.current();
        var passage = passages.current();
        if (passage == null || current == null || current != layers.target()) {
            return;
        }
        filter.aim(current, spatialTarget, temporalTarget, timeline.lastTimestamp() - passage.timestampShift());
        if (filter.waitsForKeyFrame() && !current.awaitsKeyFrame()) {
            current.requestKeyFrame(nowNanos);
        }
    }

    @Override
    public int wantedLayers() {
        return wantedLayers;
    }

    @Override
    public int wantedSpatial() {
        return wantedSpatial;
    }

    @Override
    public void handlePacket(long nowNanos, TrackPacket packet) {
        var from = packet.source();
        var passage = passages.current();
        if (from == layers.current() && passage != null) {
            if (packet.sequenceNumber() - passage.sequence.highestInput() <= MAX_GAP) {
                forward(nowNanos, packet, passage);
            } else {
                layers.restart(nowNanos);
            }
        }
        if (layers.mayBeginWith(nowNanos, from) && canBeginWith(packet)) {
            nextIndex = packet.index();
            nextNanos = nowNanos;
            next = from;
        }
        var beginning = next;
        if (beginning == null) {
            return;
        }
        if (layers.current() == null || !withinPicture || nowNanos - nextNanos > MAX_FRAME_NANOS) {
            next = null;
            if (layers.mayBeginWith(nowNanos, beginning)) {
                begin(nowNanos, beginning, nextIndex);
            }
        }
    }

    private boolean canBeginWith(TrackPacket packet) {
        understood = codecs[packet.rtp().payloadType()] != null;
        boolean begins = packet.keyFrame() || !TrackPacket.needsKeyFrame(packet.codec());
        return understood && packet.payloadLength() > 0 && begins;
    }

    /** Begins with this packet, and with what came before its turn. */
    private void begin(long nowNanos, TrackSource from, long index) {
        var packet = from.packet(index);
        if (packet == null) {
            return;
        }
        long number = packet.sequenceNumber();
        int timestamp = packet.timestamp();
        // The beginning of a frame may be behind what shows that it is a key frame: parameter sets, or reordering.
        long first = number;
        for (long at = from.indexOf(first - 1); at >= 0; at = from.indexOf(first - 1)) {
            var earlier = from.packet(at);
            if (earlier == null || earlier.timestamp() != timestamp || earlier.payloadLength() == 0) {
                break;
            }
            first--;
        }
        packet = from.packet(index);
        if (packet != null) {
            begin(nowNanos, from, packet, first);
            for (long at = first; at <= from.highestSequenceNumber(); at++) {
                var following = from.packet(from.indexOf(at));
                var passage = passages.current();
                if (following != null && passage != null) {
                    forward(nowNanos, following, passage);
                }
            }
            reportSoon(nowNanos);
        }
    }

    private void begin(long nowNanos, TrackSource from, TrackPacket packet, long first) {
        var before = passages.current();
        int shift = timeline.shift(nowNanos, packet, packet.codec().clockRate(), before);
        var passage = passages.next();
        passage.begin(from, codecs, shift, timeline.running(packet, shift));
        passage.pictures.begin(packet, before == null ? null : before.pictures);
        passage.sequence.begin(first, lastNumber + 1);
        layers.handleBegin(nowNanos, from);
        boolean aimed = from == layers.target();
        filter.begin(
                packet,
                aimed ? spatialTarget : StreamShape.MAX_SPATIAL - 1,
                aimed ? temporalTarget : StreamShape.MAX_TEMPORAL - 1);
        if (packet.keyFrame()) {
            keyFrameSent = true;
            keyFrameSentNanos = nowNanos;
        }
    }

    private void forward(long nowNanos, TrackPacket packet, Passage passage) {
        var codec = codecs[packet.rtp().payloadType()];
        if (codec == null) {
            counters.count(Counter.DROPPED_NO_COMMON_CODEC);
            passage.sequence.skip(packet.sequenceNumber());
            return;
        }
        boolean probe =
                packet.payloadLength() == 0 || (OutgoingRtp.isOpened(packet, codec) && packet.primaryLength() == 0);
        int flags = probe ? LayerFilter.FORWARD : filter.decide(packet);
        if (flags == LayerFilter.DROP) {
            passage.handleFiltered();
            passage.pictures.handleLeftOut(packet);
        }
        if (probe || flags == LayerFilter.DROP) {
            // One whose place is there already fills it, with nothing, so that nobody asks for it.
            if (passage.sequence.skip(packet.sequenceNumber())) {
                return;
            }
            flags = SentPackets.EMPTY;
        }
        long number = passage.sequence.map(packet.sequenceNumber());
        if (number < 0 || !sent.handleSent(number, flags)) {
            counters.count(Counter.DROPPED_LATE);
            return;
        }
        if (number > lastNumber) {
            lastNumber = number;
            timeline.handleSent(nowNanos, passage.timestamp(packet));
            withinPicture = slot.video() && !packet.marker() && flags == LayerFilter.FORWARD;
        }
        int length = flags == SentPackets.EMPTY ? 0 : packet.payloadLength();
        packets++;
        octets += length;
        budget.handleSent(length);
        if (packet.keyFrame()) {
            keyFrameSent = true;
            keyFrameSentNanos = nowNanos;
        }
        if (flags != SentPackets.EMPTY) {
            passage.pictures.handleForwarded(packet);
        }
        counters.count(Counter.RTP_SENT);
        out.show(packet, passage, codec, number, flags, isTimed(codec), false);
        output.send(nowNanos, out);
    }

    /** The receiver misses the packet with this outgoing number: sends it again when that is possible and sensible. */
    void handleMissing(long nowNanos, int sequenceNumber) {
        long number = SerialNumber.extend16(lastNumber, sequenceNumber);
        var from = passages.of(number);
        var packet = from == null ? null : from.packet(number);
        // What came when another stream had taken over already takes its place only when somebody asks.
        if (from == null || packet == null || !(sent.contains(number) || isUnsent(from, packet, number))) {
            counters.count(Counter.NACK_STALE);
            return;
        }
        var codec = from.codec(packet);
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
        retransmitted++;
        out.show(packet, from, codec, number, sent.flags(number), isTimed(codec), true);
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

    private boolean isUnsent(Passage from, TrackPacket packet, long number) {
        boolean over = from != passages.current() || layers.current() == null;
        return over
                && !from.isFiltered()
                && sent.handleSent(number, packet.payloadLength() == 0 ? SentPackets.EMPTY : 0);
    }

    /** The receiver cannot decode without a key frame. */
    void handleKeyFrameRequest(long nowNanos) {
        counters.count(Counter.KEY_FRAME_REQUEST_RECEIVED);
        long grace = Math.max(roundTripNanos, MIN_KEY_FRAME_GRACE_NANOS);
        var asked = layers.current() == null ? layers.target() : layers.current();
        if (asked != null && !(keyFrameSent && nowNanos - keyFrameSentNanos < grace)) {
            asked.requestKeyFrame(nowNanos);
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
        var current = layers.current();
        return current != null && current.senderClock().isKnown();
    }

    @Override
    public void handleSenderReport(long nowNanos, TrackSource from) {
        if (from == layers.current()) {
            reportSoon(nowNanos);
        }
    }

    /** The receiver knows nothing of the present stream's time yet. */
    private void reportSoon(long nowNanos) {
        if (hasReport() && !reports.isReported(layers.current())) {
            reportDeadline.advanceTo(nowNanos);
        }
    }

    /** Writes a sender report and who it is; false when there was no room. */
    boolean writeReport(long nowNanos, RtcpWriter writer) {
        var source = layers.current();
        var passage = passages.current();
        if (source == null || passage == null || !hasReport()) {
            return true;
        }
        var clock = source.senderClock();
        long ntp = clock.ntpAt(nowNanos);
        int rtp = clock.rtpAt(nowNanos, source.clockRate()) + passage.timestampShift();
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
    public boolean waitsForKeyFrame(TrackSource source) {
        if (!understood || !source.isVideo()) {
            return false;
        }
        boolean higher = filter.waitsForKeyFrame() && source == layers.current();
        return higher || layers.waitsFor(source);
    }

    @Override
    public void handleEnd(TrackSource ended) {
        layers.handleEnd(ended);
        next = null;
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

    private void chooseCodecs(Track from) {
        for (int type = 0; type < codecs.length; type++) {
            var theirs = from.codec(type);
            for (var ours : slot.codecs()) {
                if (theirs != null && codecs[type] == null && theirs.matches(ours)) {
                    codecs[type] = ours;
                }
            }
            if (theirs != null && theirs.kind() == CodecKind.RED && codecs[type] == null) {
                codecs[type] = opus();
            }
        }
    }

    private @Nullable Codec opus() {
        return slot.codecs().stream()
                .filter(codec -> codec.kind() == CodecKind.OPUS)
                .findFirst()
                .orElse(null);
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
