package dev.stoa.peer;

import dev.stoa.rtp.EncodedFrame;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.Msid;
import dev.stoa.sdp.NegotiatedCodec;
import dev.stoa.sdp.NegotiatedSection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Receives encoded frames in one m-section (W3C WebRTC, 5.3: RTCRtpReceiver); they come as {@link PeerEvent.Frame}. Lost
 * packets and key frames are asked for without anybody's doing.
 */
public final class RtpReceiver {
    private final MediaKind kind;
    private @Nullable NegotiatedSection section;
    private @Nullable InboundStream stream;

    RtpReceiver(MediaKind kind) {
        this.kind = kind;
    }

    /** What the last frames were encoded with; empty before the first packet. */
    public Optional<NegotiatedCodec> codec() {
        return Optional.ofNullable(stream).map(InboundStream::codec);
    }

    /** Streams and track of the other side's description. What a server's slot carries is told by its signaling instead. */
    public List<Msid> msids() {
        return section == null ? List.of() : section.remoteMsids();
    }

    /**
     * When a frame was captured, in nanoseconds since 1970 by the sender's clock: with it the audio and video of one sender
     * are played and recorded in step. Empty before the sender's first report.
     *
     * @param timestamp of the frame
     */
    public OptionalLong captureEpochNanos(int timestamp) {
        return stream == null ? OptionalLong.empty() : stream.captureEpochNanos(timestamp);
    }

    /**
     * Asks the sender for a key frame, again and again until there is one (W3C webrtc-encoded-transform, 4.3:
     * sendKeyFrameRequest): a file or a decoder begins in the middle of the stream. What is lost is asked for without it.
     */
    public void sendKeyFrameRequest(long nowNanos) {
        if (stream != null) {
            stream.requestKeyFrame(nowNanos);
        }
    }

    void configure(@Nullable NegotiatedSection negotiated) {
        section = negotiated;
    }

    boolean isReceiving() {
        return section != null && section.direction().receives();
    }

    @Nullable NegotiatedSection section() {
        return section;
    }

    /** Null for a payload type that was not negotiated, or of which no frames can be made. */
    @Nullable NegotiatedCodec codecOf(int payloadType) {
        if (section == null) {
            return null;
        }
        for (var codec : section.receiveCodecs()) {
            if (codec.payloadType() == payloadType) {
                return InboundStream.canReceive(codec) ? codec : null;
            }
        }
        return null;
    }

    /** The codec whose retransmissions have this payload type, or null. */
    @Nullable NegotiatedCodec repairedBy(int payloadType) {
        if (section == null) {
            return null;
        }
        for (var codec : section.receiveCodecs()) {
            if (codec.rtxPayloadType().orElse(-1) == payloadType) {
                return codec;
            }
        }
        return null;
    }

    @Nullable InboundStream stream() {
        return stream;
    }

    /** A new SSRC in the section takes the place of the one before. */
    InboundStream begin(long ssrc, NegotiatedCodec codec) {
        var next = new InboundStream(ssrc, kind, codec);
        stream = next;
        return next;
    }

    void pollFrames(long nowNanos, Consumer<EncodedFrame> into) {
        if (stream != null) {
            stream.pollFrames(nowNanos, this::codecOf, into);
        }
    }

    Optional<InboundStatistics> statistics() {
        return section == null || stream == null ? Optional.empty() : Optional.of(stream.statistics(section.mid()));
    }
}
