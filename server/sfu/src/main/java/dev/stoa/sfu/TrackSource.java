package dev.stoa.sfu;

import dev.stoa.rtp.AudioLevel;
import dev.stoa.rtp.FrameDependencyStructure;
import dev.stoa.rtp.NackTracker;
import dev.stoa.rtp.ReceptionStatistics;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import dev.stoa.wire.SerialNumber;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One RTP stream that somebody sends, with its retransmissions: keeps its last packets, asks for the lost ones, knows its
 * key frames, and hands each packet to the {@link TrackSink}s. With simulcast a track has one of these per layer.
 *
 * <p>Calling contract: {@link #start} when the SSRC is known. Then for each datagram {@link #nextSlot}, unprotect into it,
 * and {@link #handlePacket} when that succeeded; a slot that was not accepted is handed out again. {@link #handleTimeout}
 * when {@link #nextTimeout} has come: only that calls the {@link Feedback}. {@link #close} when it ends, after which nothing
 * is called any more. Sinks may be added and removed at any time, but not from within their own calls. Nothing allocates per
 * packet.
 */
public final class TrackSource implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;
    private static final TrackSink[] NO_SINKS = {};

    /** A jump further ahead or back than this is a new beginning, or nonsense (RFC 3550, A.1). */
    static final int MAX_JUMP = 3000;

    /** Nothing for this long: it is paused, and not worth asking. Longer than between the frames of a still screen. */
    private static final long SILENCE_NANOS = 2_000_000_000L;

    /** How far apart the numbers before and after a new beginning are made: no mapping reaches over it. */
    private static final long RESTART_DISTANCE = 1L << 17;

    private final TrackId id;
    private final String rid;
    private final byte[] cname;
    private final SfuSettings settings;
    private final SfuCounters counters;
    private final Feedback feedback;
    private final @Nullable Codec[] codecs = new Codec[128];
    private final @Nullable Codec[] codecsByRtx = new Codec[128];
    private final int clockRate;
    private final RtpExtensionIds extensions;
    private final int audioLevelId;
    private NackTracker nacks;
    private long roundTripNanos = 100_000_000L;
    private final KeyFrameRequests keyFrames;
    private final Loudness loudness = new Loudness();
    private final SenderClock senderClock = new SenderClock();
    private final RtpPacket parsed = new RtpPacket();
    private final RtpPacket restored = new RtpPacket();
    private final RtpPacket earlierRtp = new RtpPacket();
    private final TrackPacket current;
    private final TrackPacket earlier;
    private final StreamShape shape = new StreamShape();
    private final int[] missing = new int[128];
    private TrackSink[] sinks = NO_SINKS;

    private @Nullable PacketCache cache;
    private @Nullable ReceptionStatistics statistics;
    private @Nullable FrameDependencyStructure structure;
    private long ssrc = TrackParameters.UNKNOWN;
    private long rtxSsrc = TrackParameters.UNKNOWN;
    private long highest = -1;
    /** The number that would confirm a jump. */
    private int jumpSequenceNumber = -1;

    private long arrivedNanos;

    /** The next packet is the first under another SSRC. */
    private boolean restart;

    private long abandoned;
    private long recovered;
    private boolean closed;

    /**
     * @param cname what RTCP calls who sends this: the same for all that is to be played in step, at most 255 bytes
     * @param extensions the ids its packets have them under
     */
    public TrackSource(
            TrackParameters parameters,
            String cname,
            RtpExtensionIds extensions,
            SfuSettings settings,
            SfuCounters counters,
            Feedback feedback) {
        this(parameters, "", cname, extensions, settings, counters, feedback);
    }

    /** @param rid of the layer, empty without simulcast */
    TrackSource(
            TrackParameters parameters,
            String rid,
            String cname,
            RtpExtensionIds extensions,
            SfuSettings settings,
            SfuCounters counters,
            Feedback feedback) {
        this.id = parameters.id();
        this.rid = rid;
        this.cname = cname.getBytes(StandardCharsets.UTF_8);
        this.extensions = extensions;
        this.settings = settings;
        this.counters = counters;
        this.feedback = feedback;
        for (var codec : parameters.codecs()) {
            codecs[codec.payloadType()] = codec;
            if (codec.hasRtx()) {
                codecsByRtx[codec.rtxPayloadType()] = codec;
            }
        }
        clockRate = parameters.codecs().getFirst().clockRate();
        int descriptorId = isVideo() ? extensions.id(RtpHeaderExtension.DEPENDENCY_DESCRIPTOR) : 0;
        current = new TrackPacket(this, descriptorId);
        earlier = new TrackPacket(this, descriptorId);
        audioLevelId = id.source().isVideo() ? 0 : extensions.id(RtpHeaderExtension.AUDIO_LEVEL);
        nacks = new NackTracker(settings.reorderGraceNanos());
        keyFrames = new KeyFrameRequests(settings.keyFrameIntervalNanos(), settings.keyFrameRepeatNanos());
    }

    /** The stream has this SSRC; again when it began anew under another one. Takes the memory for its packets. */
    public void start(long itsSsrc) {
        requireOpen();
        ssrc = itsSsrc;
        statistics = new ReceptionStatistics(itsSsrc, clockRate);
        if (cache == null) {
            cache = new PacketCache(settings.cacheSlots(id.source()), settings.slotCapacity());
        } else {
            jumpSequenceNumber = -1;
            restart = true;
            structure = null;
            shape.reset();
            forgetMissing();
        }
        senderClock.reset();
    }

    /** The same for its retransmissions. */
    public void startRtx(long itsSsrc) {
        rtxSsrc = itsSsrc;
    }

    public boolean isStarted() {
        return cache != null;
    }

    public TrackId id() {
        return id;
    }

    /** Of the layer that it is of its track; empty without simulcast. */
    public String rid() {
        return rid;
    }

    byte[] cname() {
        return cname;
    }

    /** The ids its packets have them under. */
    public RtpExtensionIds extensions() {
        return extensions;
    }

    public boolean isVideo() {
        return id.source().isVideo();
    }

    /** {@link TrackParameters#UNKNOWN} before {@link #start}. */
    public long ssrc() {
        return ssrc;
    }

    public long rtxSsrc() {
        return rtxSsrc;
    }

    /** The codec that packets of this type are in, null when it was not negotiated. */
    public @Nullable Codec codec(int payloadType) {
        return codecs[payloadType];
    }

    boolean isRtxPayloadType(int payloadType) {
        return codecsByRtx[payloadType] != null;
    }

    /** Where the next datagram of this stream, or of its retransmissions, is to be unprotected to. */
    public Datagram nextSlot() {
        return cache().nextSlot();
    }

    /** Takes the packet in {@code slot}, which is {@link #nextSlot}. Null when it was accepted. */
    public @Nullable Malformation handlePacket(long nowNanos, Datagram slot) {
        var malformation = parsed.wrap(slot);
        if (malformation != null) {
            counters.count(Counter.DROPPED_MALFORMED);
            return malformation;
        }
        return handlePacket(nowNanos, parsed);
    }

    /** The same when somebody has looked at the packet already. */
    @Nullable Malformation handlePacket(long nowNanos, RtpPacket rtp) {
        if (rtp.ssrc() == rtxSsrc) {
            return handleRtx(nowNanos, rtp);
        }
        var codec = codecs[rtp.payloadType()];
        if (codec == null) {
            counters.count(Counter.DROPPED_UNKNOWN_PAYLOAD_TYPE);
            return Malformation.UNKNOWN_TYPE;
        }
        counters.count(Counter.RTP_RECEIVED);
        statistics().handlePacket(rtp.sequenceNumber(), rtp.timestamp(), rtp.payloadLength(), nowNanos);
        if (audioLevelId != 0 || !isVideo()) {
            loudness.handleLevel(nowNanos, loudnessOf(rtp));
        }
        return accept(nowNanos, rtp, codec);
    }

    private int loudnessOf(RtpPacket rtp) {
        // An element may be there without data (RFC 8285, 4.3).
        if (rtp.extensionLength(audioLevelId) < AudioLevel.LENGTH) {
            return Loudness.UNKNOWN;
        }
        int octet = rtp.datagram().u8(rtp.extensionOffset(audioLevelId));
        return AudioLevel.SILENCE - AudioLevel.level(octet);
    }

    private @Nullable Malformation handleRtx(long nowNanos, RtpPacket rtx) {
        counters.count(Counter.RTX_RECEIVED);
        var codec = codecsByRtx[rtx.payloadType()];
        if (codec == null) {
            counters.count(Counter.DROPPED_UNKNOWN_PAYLOAD_TYPE);
            return Malformation.UNKNOWN_TYPE;
        }
        if (highest < 0) {
            counters.count(Counter.DROPPED_TOO_OLD); // nothing of the stream itself has come yet
            return Malformation.REPLAYED;
        }
        var slot = rtx.datagram();
        var malformation = Rtx.unwrap(rtx, slot, codec.payloadType(), ssrc);
        if (malformation != null) {
            return malformation; // padding alone: a probe for bandwidth
        }
        malformation = restored.wrap(slot);
        if (malformation != null) {
            counters.count(Counter.DROPPED_MALFORMED);
            return malformation;
        }
        malformation = accept(nowNanos, restored, codec);
        if (malformation == null) {
            recovered++;
        }
        return malformation;
    }

    private @Nullable Malformation accept(long nowNanos, RtpPacket rtp, Codec codec) {
        int number = rtp.sequenceNumber();
        if (highest < 0 || restart) {
            highest = highest < 0 ? (1L << 16) + number - 1 : afterRestart(number) - 1;
            restart = false;
        }
        long extended = SerialNumber.extend16(highest, number);
        if (Math.abs(extended - highest) > MAX_JUMP) {
            if (number != jumpSequenceNumber) {
                jumpSequenceNumber = (number + 1) & 0xFFFF;
                counters.count(Counter.DROPPED_JUMP);
                return Malformation.BAD_VALUE;
            }
            extended = afterRestart(number);
            forgetMissing();
        }
        jumpSequenceNumber = -1;
        var packets = cache();
        if (extended <= highest - packets.capacity()) {
            counters.count(Counter.DROPPED_TOO_OLD);
            return Malformation.REPLAYED;
        }
        if (packets.indexOf(extended) >= 0) {
            counters.count(Counter.DROPPED_DUPLICATE);
            return Malformation.REPLAYED;
        }
        highest = Math.max(highest, extended);
        if (codec.nack()) {
            nacks.handlePacket(number, nowNanos);
        }
        long index = packets.add(extended);
        if (current.show(rtp, index, extended, codec, structure) != null) {
            counters.count(Counter.DROPPED_MALFORMED); // of the payload; the receiver's decoder may judge
        }
        if (current.keyFrame()) {
            counters.count(Counter.KEY_FRAME_RECEIVED);
            keyFrames.handleKeyFrame();
        }
        if (isVideo() && current.payloadLength() > 0) {
            learn(nowNanos, extended == highest);
        }
        for (var sink : sinks) {
            sink.handlePacket(nowNanos, current);
        }
        return null;
    }

    /** What a packet of video says of the stream. */
    private void learn(long nowNanos, boolean newest) {
        arrivedNanos = nowNanos;
        if (keyFrames.isHeld()) {
            keyFrames.release(nowNanos);
        }
        var dependencies = current.dependencies();
        var attached = dependencies == null ? null : dependencies.attachedStructure();
        if (attached != null && (newest || structure == null)) {
            structure = attached;
            shape.handleStructure(attached);
        }
        shape.handlePacket(nowNanos, current);
    }

    /** A packet that is still in the cache, good until the next call; null when it is not there any more. */
    public @Nullable TrackPacket packet(long index) {
        var slot = cache == null ? null : cache.get(index);
        if (slot == null || earlierRtp.wrap(slot) != null) {
            return null;
        }
        var codec = codecs[earlierRtp.payloadType()];
        if (codec == null) {
            return null;
        }
        earlier.show(earlierRtp, index, cache().sequenceNumber(index), codec, structure);
        return earlier;
    }

    /** The index of the packet with this extended sequence number, -1 when it is not in the cache. */
    public long indexOf(long sequenceNumber) {
        return cache == null ? -1 : cache.indexOf(sequenceNumber);
    }

    /** The highest extended sequence number that came, -1 before the first. */
    public long highestSequenceNumber() {
        return highest;
    }

    public void addSink(TrackSink sink) {
        requireOpen();
        var more = Arrays.copyOf(sinks, sinks.length + 1);
        more[sinks.length] = sink;
        sinks = more;
    }

    @SuppressWarnings("ReferenceEquality") // a sink is itself
    public void removeSink(TrackSink sink) {
        sinks = Arrays.stream(sinks).filter(other -> other != sink).toArray(TrackSink[]::new);
    }

    public int sinkCount() {
        return sinks.length;
    }

    /** Somebody wants a key frame. All wishes together become few requests. */
    public void requestKeyFrame(long nowNanos) {
        if (isVideo()) {
            keyFrames.handleRequest(nowNanos);
        }
    }

    /** Whether a request is due already. */
    boolean awaitsKeyFrame() {
        return keyFrames.nextTimeout() != KeyFrameRequests.NEVER || keyFrames.isHeld();
    }

    /** How long a packet from the publisher takes to be there again after it was asked for. */
    public void setRoundTripTime(long roundTripNanos) {
        this.roundTripNanos = roundTripNanos;
        nacks.setRoundTripTime(roundTripNanos);
    }

    public void handleSenderReport(long nowNanos, long ntpTimestamp, int rtpTimestamp) {
        statistics().handleSenderReport(ntpTimestamp, nowNanos);
        senderClock.handleReport(nowNanos, ntpTimestamp, rtpTimestamp);
        for (var sink : sinks) {
            sink.handleSenderReport(nowNanos, this);
        }
    }

    /** What the publisher's reports say of its timestamps. */
    public SenderClock senderClock() {
        return senderClock;
    }

    /** In Hz. */
    public int clockRate() {
        return clockRate;
    }

    /** 0 for silence to 127, smoothed. */
    public double loudness(long nowNanos) {
        return loudness.at(nowNanos);
    }

    /** Of video: its layers. */
    public StreamShape shape() {
        return shape;
    }

    /** When the last packet of video came that carried something; meaningless before the first. */
    long arrivedNanos() {
        return arrivedNanos;
    }

    /** Whether a packet has ever come. */
    boolean hasArrived() {
        return highest >= 0;
    }

    /** Null before {@link #start}. */
    public @Nullable ReceptionStatistics receptionStatistics() {
        return statistics;
    }

    /** Packets that only a retransmission brought. */
    public long recoveredCount() {
        return recovered;
    }

    /** Native memory held, in bytes. */
    public long cacheBytes() {
        return cache == null ? 0 : cache.bytes();
    }

    boolean writeReportBlock(RtcpWriter writer, long nowNanos) {
        return statistics == null || statistics.writeBlock(writer, nowNanos);
    }

    public long nextTimeout() {
        if (highest < 0) {
            return NEVER; // it will begin with a key frame by itself
        }
        return Math.min(keyFrames.nextTimeout(), nacks.missingCount() == 0 ? NEVER : nacks.nextTimeout());
    }

    /** Calls the {@link Feedback} for what is due. */
    public void handleTimeout(long nowNanos) {
        if (highest < 0) {
            return;
        }
        if (nacks.missingCount() > 0) {
            int count = nacks.pollMissing(nowNanos, missing);
            if (count > 0) {
                counters.count(Counter.NACK_SENT);
                feedback.requestPackets(nowNanos, this, missing, count);
            }
        }
        long given = nacks.abandonedCount();
        if (given > abandoned) {
            counters.add(Counter.RTP_ABANDONED, given - abandoned);
            abandoned = given;
            requestKeyFrame(nowNanos);
        }
        if (keyFrames.nextTimeout() <= nowNanos && nowNanos - arrivedNanos > SILENCE_NANOS) {
            keyFrames.hold();
        } else if (keyFrames.poll(nowNanos, anySinkWaits())) {
            counters.count(Counter.KEY_FRAME_REQUEST_SENT);
            feedback.requestKeyFrame(nowNanos, this);
        }
    }

    private boolean anySinkWaits() {
        for (var sink : sinks) {
            if (sink.waitsForKeyFrame(this)) {
                return true;
            }
        }
        return false;
    }

    /** Whether between two extended sequence numbers the stream began anew: its timestamps have no common measure. */
    boolean hasRestarted(long number, long earlierNumber) {
        return number - earlierNumber > RESTART_DISTANCE / 2;
    }

    private void forgetMissing() {
        abandoned = 0;
        nacks = new NackTracker(settings.reorderGraceNanos());
        nacks.setRoundTripTime(roundTripNanos);
    }

    /** A number whose low 16 bits are these, out of reach of all before. */
    private long afterRestart(int number) {
        return ((highest + RESTART_DISTANCE) >> 16 << 16) + number;
    }

    private PacketCache cache() {
        requireOpen();
        if (cache == null) {
            throw new IllegalStateException("not started");
        }
        return cache;
    }

    private ReceptionStatistics statistics() {
        if (statistics == null) {
            throw new IllegalStateException("not started");
        }
        return statistics;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    /** Tells the sinks, which are none of its any more, and frees the cache. */
    @Override
    public void close() {
        var left = sinks;
        sinks = NO_SINKS;
        for (var sink : left) {
            sink.handleEnd(this);
        }
        if (cache != null) {
            cache.close();
            cache = null;
        }
        closed = true;
    }
}
