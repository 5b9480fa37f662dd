package dev.stoa.sdp;

/** The URIs of the header extensions that Stoa knows. */
public final class HeaderExtensionUri {
    /** RFC 8843, 15. */
    public static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /** RFC 8852. */
    public static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /** RFC 8852. */
    public static final String REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    public static final String ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

    public static final String TRANSPORT_CC =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /** RFC 6464. */
    public static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /** 3GPP TS 26.114. */
    public static final String VIDEO_ORIENTATION = "urn:3gpp:video-orientation";

    public static final String PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

    /** The AV1 RTP specification, appendix A. */
    public static final String DEPENDENCY_DESCRIPTOR =
            "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

    /** RFC 5450. */
    public static final String TRANSMISSION_OFFSET = "urn:ietf:params:rtp-hdrext:toffset";

    private HeaderExtensionUri() {}
}
