package dev.stoa.rtp;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The header extensions this stack knows, by the URI they are negotiated with (RFC 8285, 5). */
public enum RtpHeaderExtension {
    /** Which m-section a stream belongs to (RFC 9143, 15.2): text. */
    MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
    /** Which simulcast layer a stream is (RFC 8852): text. */
    RTP_STREAM_ID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
    /** Which simulcast layer a repair stream repairs (RFC 8852): text. */
    REPAIRED_RTP_STREAM_ID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
    /** {@link AbsSendTime}. */
    ABS_SEND_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
    /** The transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01, 2): 16 bits. */
    TRANSPORT_SEQUENCE_NUMBER("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    /** {@link AudioLevel}. */
    AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
    /** {@link VideoOrientation}. */
    VIDEO_ORIENTATION("urn:3gpp:video-orientation"),
    /** {@link PlayoutDelay}. */
    PLAYOUT_DELAY("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
    /** {@link DependencyDescriptor}. */
    DEPENDENCY_DESCRIPTOR("https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension");

    private static final Map<String, RtpHeaderExtension> BY_URI =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(RtpHeaderExtension::uri, known -> known));

    private final String uri;

    RtpHeaderExtension(String uri) {
        this.uri = uri;
    }

    public String uri() {
        return uri;
    }

    /** Null for one that is not known here. */
    public static @Nullable RtpHeaderExtension of(String uri) {
        return BY_URI.get(uri);
    }
}
