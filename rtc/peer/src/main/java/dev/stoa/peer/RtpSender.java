package dev.stoa.peer;

import dev.stoa.rtp.AbsSendTime;
import dev.stoa.rtp.AudioLevel;
import dev.stoa.rtp.Nack;
import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.Packetizer;
import dev.stoa.rtp.ReportBlocks;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.sdp.HeaderExtensionUri;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiatedCodec;
import dev.stoa.sdp.NegotiatedSection;
import dev.stoa.sdp.SendTrack;
import dev.stoa.wire.Datagram;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends encoded frames in one m-section (W3C WebRTC, 5.2: RTCRtpSender): cuts them into packets, sends those again that are
 * asked for, and reports.
 */
public final class RtpSender {
    /** The least time between two {@link PeerEvent.KeyFrameRequested}. */
    public static final long KEY_FRAME_SPACING_NANOS = 300_000_000L;

    private static final long RESEND_SPACING_NANOS = 10_000_000L;
    /** What one NACK may ask for; more is asked again. */
    private static final int MAX_RESENT = 256;

    private static final int PACKET_BYTES = 1400;
    private static final int NO_LEVEL = -1;

    private final MediaKind kind;
    private final SendTrack track;
    private final RandomGenerator random;
    private final RtpSession session;
    private final PacketHistory history = new PacketHistory();
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final RtpPacket view = new RtpPacket();
    private final Datagram packet = Datagram.allocate(PACKET_BYTES);
    private final Datagram again = Datagram.allocate(PACKET_BYTES);
    private final int[] asked = new int[MAX_RESENT];
    private final int timestampOffset;
    private int sequenceNumber;
    private int rtxSequenceNumber;
    private @Nullable NegotiatedSection section;
    private @Nullable NegotiatedCodec codec;
    private @Nullable Packetizer packetizer;
    private byte[] mid = {};
    private int audioLevel = NO_LEVEL;

    private boolean hasSent;
    private int lastTimestamp;
    private long lastFrameNanos;
    private long keyFrameAskedNanos = Long.MIN_VALUE;

    private long packetsSent;
    private long bytesSent;
    private long framesSent;
    private long framesDropped;
    private long retransmitted;
    private long nacks;
    private long plis;
    private long firs;
    private long packetsLost;
    private double fractionLost;
    private long roundTripNanos;

    RtpSender(MediaKind kind, SendTrack track, RtpSession session, RandomGenerator random) {
        this.kind = kind;
        this.track = track;
        this.session = session;
        this.random = random;
        this.timestampOffset = random.nextInt();
        // Below half, so that the first roll-over is far off (RFC 3711, 3.3.1).
        this.sequenceNumber = random.nextInt(1 << 15);
        this.rtxSequenceNumber = random.nextInt(1 << 15);
    }

    /** What frames are to be encoded with; empty while nothing is to be sent. */
    public Optional<NegotiatedCodec> codec() {
        return Optional.ofNullable(codec);
    }

    public long ssrc() {
        return track.ssrc();
    }

    /**
     * What the next audio frames are said to be as loud as (RFC 6464): a server chooses the loudest by it.
     *
     * @param level in -dBov: 0 is the loudest, 127 silence
     */
    public void setAudioLevel(boolean voice, int level) {
        audioLevel = AudioLevel.octet(voice, level);
    }

    /**
     * Sends a frame.
     *
     * @param frame whole, as an encoder gives it: VP8 and VP9 as they are, H.264 with start codes, AV1 with sizes in its
     *     OBUs, Opus as it is
     * @param timestamp of the codec's clock, from any start: 90 kHz for video, 48 kHz for Opus
     * @return false when it was dropped: nothing is negotiated, or there is no connection yet
     * @throws IllegalArgumentException when it is no frame of the codec
     */
    public boolean sendFrame(long nowNanos, byte[] frame, int timestamp) {
        var sending = codec;
        var cutter = packetizer;
        if (sending == null || cutter == null || !session.isOpen()) {
            framesDropped++;
            return false;
        }
        cutter.begin(frame, Packetizers.isKeyFrame(sending, frame));
        lastTimestamp = timestamp + timestampOffset;
        lastFrameNanos = nowNanos;
        boolean first = !hasSent;
        hasSent = true;
        while (sendNext(nowNanos, sending, cutter, first)) {
            first = false;
        }
        framesSent++;
        return true;
    }

    /** @return false when the frame is done */
    private boolean sendNext(long nowNanos, NegotiatedCodec sending, Packetizer cutter, boolean firstEver) {
        header.begin(packet, 0, false, sending.payloadType(), sequenceNumber & 0xFFFF, lastTimestamp, track.ssrc());
        writeExtensions(nowNanos);
        int payloadAt = header.end();
        int length = cutter.next(packet, payloadAt);
        if (length == 0) {
            return false;
        }
        // The last packet of a picture (its payload format says so), the first of a talk spurt (RFC 3551, 4.1).
        boolean marker = kind == MediaKind.VIDEO ? cutter.isLast() : firstEver;
        packet.put8(1, sending.payloadType() | (marker ? 0x80 : 0));
        packet.setLength(payloadAt + length);
        history.put(nowNanos, sequenceNumber & 0xFFFF, packet);
        sequenceNumber++;
        send(packet, length);
        return true;
    }

    private void send(Datagram plain, int payloadLength) {
        session.sendRtp(plain);
        packetsSent++;
        bytesSent += payloadLength;
    }

    private void writeExtensions(long nowNanos) {
        if (mid.length > 0 && id(HeaderExtensionUri.MID) > 0) {
            header.extension(id(HeaderExtensionUri.MID), mid);
        }
        if (id(HeaderExtensionUri.ABS_SEND_TIME) > 0) {
            packet.put24(
                    header.extension(id(HeaderExtensionUri.ABS_SEND_TIME), AbsSendTime.LENGTH),
                    AbsSendTime.ofNanos(nowNanos));
        }
        if (id(HeaderExtensionUri.TRANSPORT_CC) > 0) {
            packet.put16(header.extension(id(HeaderExtensionUri.TRANSPORT_CC), 2), session.nextTransportNumber());
        }
        if (audioLevel != NO_LEVEL && id(HeaderExtensionUri.AUDIO_LEVEL) > 0) {
            packet.put8(header.extension(id(HeaderExtensionUri.AUDIO_LEVEL), AudioLevel.LENGTH), audioLevel);
        }
    }

    /** 0 for one that is not negotiated. */
    private int id(String uri) {
        return section == null ? 0 : section.sendExtensions().getOrDefault(uri, 0);
    }

    // What the other side asks for

    void handleNack(long nowNanos, Nack nack) {
        nacks++;
        int count = nack.copySequenceNumbers(asked);
        long spacing = Math.max(RESEND_SPACING_NANOS, roundTripNanos / 2);
        for (int i = 0; i < count; i++) {
            var kept = history.takeAgain(nowNanos, asked[i], spacing);
            if (kept != null) {
                resend(nowNanos, kept);
            }
        }
    }

    private void resend(long nowNanos, Datagram kept) {
        if (codec == null || view.wrap(kept) != null) {
            return;
        }
        int payloadLength = view.payloadLength();
        var rtx = codec.rtxPayloadType();
        var rtxSsrc = track.rtxSsrc();
        retransmitted++;
        if (rtx.isEmpty() || rtxSsrc.isEmpty()) {
            // Byte for byte what it was: another packet under one number would betray the key (RFC 7714, 8.1).
            send(kept, payloadLength);
            return;
        }
        Rtx.wrap(view, again, rtx.getAsInt(), rtxSequenceNumber++ & 0xFFFF, rtxSsrc.getAsLong());
        int transportNumberAt = view.extensionOffset(id(HeaderExtensionUri.TRANSPORT_CC));
        if (transportNumberAt > 0) {
            again.put16(transportNumberAt, session.nextTransportNumber());
        }
        int sendTimeAt = view.extensionOffset(id(HeaderExtensionUri.ABS_SEND_TIME));
        if (sendTimeAt > 0) {
            again.put24(sendTimeAt, AbsSendTime.ofNanos(nowNanos));
        }
        send(again, payloadLength + Rtx.OSN_LENGTH);
    }

    /** @return whether the owner is to be told */
    boolean handlePictureLoss(long nowNanos) {
        plis++;
        return wantsKeyFrame(nowNanos);
    }

    /** @return whether the owner is to be told */
    boolean handleFullIntraRequest(long nowNanos) {
        firs++;
        return wantsKeyFrame(nowNanos);
    }

    private boolean wantsKeyFrame(long nowNanos) {
        if (keyFrameAskedNanos != Long.MIN_VALUE && nowNanos - keyFrameAskedNanos < KEY_FRAME_SPACING_NANOS) {
            return false;
        }
        keyFrameAskedNanos = nowNanos;
        return true;
    }

    /** @param nowNtp the middle 32 bits of the NTP time, by the clock of {@link #writeReport} */
    void handleReport(ReportBlocks blocks, int block, int nowNtp) {
        packetsLost = blocks.cumulativeLost(block);
        fractionLost = blocks.fractionLost(block) / 256.0;
        long roundTrip = blocks.roundTripTime(block, nowNtp);
        if (roundTrip >= 0) {
            roundTripNanos = NtpTime.compactToNanos(roundTrip);
        }
    }

    // Reports

    /** Whether there is something to report. */
    boolean isActive() {
        return hasSent && codec != null;
    }

    /** Writes the sender report: the moment by both clocks, so that receivers can play in step (RFC 3550, 6.4.1). */
    void writeReport(RtcpWriter writer, long nowNanos, long epochNanos) {
        int clockRate = codec == null ? 1 : codec.clockRate();
        int elapsed = (int) ((nowNanos - lastFrameNanos) * clockRate / 1_000_000_000L);
        writer.senderReport(
                track.ssrc(), NtpTime.ofEpochNanos(epochNanos), lastTimestamp + elapsed, packetsSent, bytesSent);
    }

    SendTrack track() {
        return track;
    }

    /** @param negotiated null when nothing is to be sent */
    void configure(@Nullable NegotiatedSection negotiated) {
        section = negotiated;
        var earlier = codec;
        codec = negotiated == null
                ? null
                : negotiated.sendCodecs().stream()
                        .filter(Packetizers::canSend)
                        .findFirst()
                        .orElse(null);
        mid = negotiated == null ? new byte[0] : negotiated.mid().getBytes(StandardCharsets.UTF_8);
        if (codec == null) {
            packetizer = null;
        } else if (packetizer == null || earlier == null || !earlier.carries(codec)) {
            packetizer = Packetizers.create(codec, random);
        }
    }

    OutboundStatistics statistics() {
        return new OutboundStatistics(
                section == null ? "" : section.mid(),
                track.ssrc(),
                codec == null ? "" : codec.name(),
                packetsSent,
                bytesSent,
                framesSent,
                framesDropped,
                retransmitted,
                nacks,
                plis,
                firs,
                packetsLost,
                fractionLost,
                roundTripNanos / 1e9);
    }
}
