package dev.stoa.peer;

import dev.stoa.rtp.EncodedFrame;
import dev.stoa.rtp.FrameAssembler;
import dev.stoa.rtp.JitterBuffer;
import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.ReceptionStatistics;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.SenderReport;
import dev.stoa.sdp.Feedback;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiatedCodec;
import dev.stoa.wire.SerialNumber;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One SSRC that comes in: in order, asked for again where it has gaps, and put together to frames.
 *
 * <p>Frames that a decoder could not show are left out: those before the first key frame, and those after a loss until the
 * next one, which is asked for.
 */
final class InboundStream {
    private static final int VIDEO_CAPACITY = 1024;
    private static final int AUDIO_CAPACITY = 256;
    private static final int MAX_PACKET_BYTES = 1500;
    /** Longer than a retransmission takes over a continent. */
    private static final long MAX_VIDEO_DELAY_NANOS = 400_000_000L;

    private static final long MAX_AUDIO_DELAY_NANOS = 120_000_000L;
    private static final long REORDER_GRACE_NANOS = 5_000_000L;
    private static final long KEY_FRAME_REPEAT_NANOS = 1_000_000_000L;
    /** What one NACK asks for at most: it fits a packet however far apart they are. */
    private static final int MAX_MISSING = 256;

    private final long ssrc;
    private final MediaKind kind;
    private final JitterBuffer buffer;
    private final ReceptionStatistics statistics;
    private final RtpPacket view = new RtpPacket();
    private final int[] missing = new int[MAX_MISSING];
    private NegotiatedCodec codec;
    private FrameAssembler assembler;
    private boolean decodable;
    private long keyFrameDueNanos = Long.MAX_VALUE;

    private long reportNtp;
    private int reportTimestamp;

    private long frames;
    private long keyFrames;
    private long framesDropped;
    private long nacks;
    private long plis;
    private long repaired;
    private long discarded;

    InboundStream(long ssrc, MediaKind kind, NegotiatedCodec codec) {
        boolean video = kind == MediaKind.VIDEO;
        this.ssrc = ssrc;
        this.kind = kind;
        this.codec = codec;
        this.assembler = assembler(codec);
        this.decodable = !video;
        this.statistics = new ReceptionStatistics(ssrc, codec.clockRate());
        this.buffer = new JitterBuffer(
                video ? VIDEO_CAPACITY : AUDIO_CAPACITY,
                MAX_PACKET_BYTES,
                video ? MAX_VIDEO_DELAY_NANOS : MAX_AUDIO_DELAY_NANOS,
                REORDER_GRACE_NANOS);
    }

    /** Whether frames of this codec can be put together here. */
    static boolean canReceive(NegotiatedCodec codec) {
        return switch (codec.name().toUpperCase(Locale.ROOT)) {
            case "VP8", "VP9", "H264", "AV1", "OPUS" -> true;
            default -> false;
        };
    }

    private static FrameAssembler assembler(NegotiatedCodec codec) {
        return switch (codec.name().toUpperCase(Locale.ROOT)) {
            case "VP8" -> FrameAssembler.vp8();
            case "VP9" -> FrameAssembler.vp9();
            case "H264" -> FrameAssembler.h264();
            case "AV1" -> FrameAssembler.av1();
            case "OPUS" -> FrameAssembler.opus();
            default -> throw new IllegalArgumentException("cannot receive " + codec.name());
        };
    }

    long ssrc() {
        return ssrc;
    }

    NegotiatedCodec codec() {
        return codec;
    }

    /** @param recovered whether RTX brought it */
    void handlePacket(long nowNanos, RtpPacket packet, boolean recovered) {
        if (recovered) {
            repaired++;
        } else {
            statistics.handlePacket(packet.sequenceNumber(), packet.timestamp(), packet.payloadLength(), nowNanos);
        }
        buffer.handlePacket(packet, nowNanos);
    }

    /** @param codecOf of a payload type; null for one that was not negotiated */
    void pollFrames(long nowNanos, CodecTable codecOf, Consumer<EncodedFrame> into) {
        for (var next = buffer.poll(nowNanos); next != null; next = buffer.poll(nowNanos)) {
            var found = view.wrap(next) == null ? codecOf.find(view.payloadType()) : null;
            if (found == null) {
                discarded++;
                continue;
            }
            change(found);
            if (assembler.handlePacket(view, buffer.gapBefore()) != null) {
                discarded++;
            }
            for (var frame = assembler.pollFrame(); frame != null; frame = assembler.pollFrame()) {
                take(nowNanos, frame, into);
            }
        }
    }

    /** Which codec a payload type is. */
    interface CodecTable {
        @Nullable NegotiatedCodec find(int payloadType);
    }

    /** A sender may change the codec at any packet: browsers do on renegotiation, a server's slot with whom it shows. */
    private void change(NegotiatedCodec other) {
        if (!other.carries(codec)) {
            assembler = assembler(other);
            decodable = kind == MediaKind.AUDIO;
        }
        codec = other;
    }

    private void take(long nowNanos, EncodedFrame frame, Consumer<EncodedFrame> into) {
        frames++;
        if (kind == MediaKind.VIDEO) {
            if (frame.keyFrame()) {
                keyFrames++;
                decodable = true;
                keyFrameDueNanos = Long.MAX_VALUE;
            } else if (frame.afterLoss() || !decodable) {
                decodable = false;
                if (keyFrameDueNanos == Long.MAX_VALUE) {
                    keyFrameDueNanos = nowNanos;
                }
            }
            if (!decodable) {
                framesDropped++;
                return;
            }
        }
        into.accept(frame);
    }

    /** Asks for a key frame, unless one is being asked for. */
    void requestKeyFrame(long nowNanos) {
        if (kind == MediaKind.VIDEO && keyFrameDueNanos == Long.MAX_VALUE) {
            keyFrameDueNanos = nowNanos;
        }
    }

    void handleSenderReport(SenderReport report, long nowNanos) {
        statistics.handleSenderReport(report.ntpTimestamp(), nowNanos);
        reportNtp = report.ntpTimestamp();
        reportTimestamp = report.rtpTimestamp();
    }

    /** Nanoseconds since 1970 by the sender's clock; empty before its first report. */
    OptionalLong captureEpochNanos(int timestamp) {
        if (reportNtp == 0) {
            return OptionalLong.empty();
        }
        long ticks = SerialNumber.difference32(timestamp, reportTimestamp);
        return OptionalLong.of(NtpTime.toEpochNanos(reportNtp) + ticks * 1_000_000_000L / codec.clockRate());
    }

    void setRoundTripTime(long roundTripNanos) {
        buffer.setRoundTripTime(roundTripNanos);
    }

    long nextTimeout() {
        long next = Math.min(buffer.nextTimeout(), keyFrameDueNanos);
        return codec.feedback().contains(Feedback.NACK) ? Math.min(next, buffer.nextMissingTimeout()) : next;
    }

    /**
     * Writes what is to be asked of the sender now.
     *
     * @return whether there is more than one packet of it
     */
    boolean writeFeedback(long nowNanos, RtcpWriter writer, long ownSsrc) {
        int asked = 0;
        if (codec.feedback().contains(Feedback.NACK) && buffer.nextMissingTimeout() <= nowNanos) {
            asked = buffer.pollMissing(nowNanos, missing);
            if (asked > 0) {
                writer.nack(ownSsrc, ssrc, missing, 0, asked);
                nacks++;
            }
        }
        if (keyFrameDueNanos <= nowNanos) {
            if (codec.feedback().contains(Feedback.NACK_PLI)) {
                writer.pictureLossIndication(ownSsrc, ssrc);
                plis++;
            }
            keyFrameDueNanos = nowNanos + KEY_FRAME_REPEAT_NANOS;
        }
        return asked == missing.length;
    }

    boolean writeReportBlock(RtcpWriter writer, long nowNanos) {
        return statistics.writeBlock(writer, nowNanos);
    }

    InboundStatistics statistics(String mid) {
        return new InboundStatistics(
                mid,
                ssrc,
                codec.name(),
                statistics.receivedPackets() + repaired,
                statistics.receivedOctets(),
                statistics.cumulativeLost() - repaired,
                buffer.droppedCount() + discarded,
                statistics.jitter() / (double) codec.clockRate(),
                frames,
                keyFrames,
                framesDropped,
                nacks,
                plis,
                repaired);
    }
}
