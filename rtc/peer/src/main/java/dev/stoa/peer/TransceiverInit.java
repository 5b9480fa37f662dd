package dev.stoa.peer;

import dev.stoa.sdp.Capabilities;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.MediaKind;

/**
 * How a transceiver begins (W3C WebRTC, 5.2: RTCRtpTransceiverInit, and setCodecPreferences).
 *
 * @param streamId what is sent with one stream id is played in sync
 * @param trackId names the track to the other side
 * @param capabilities codecs, best first, and header extensions
 */
public record TransceiverInit(Direction direction, String streamId, String trackId, Capabilities capabilities) {
    public static TransceiverInit sendOnly(MediaKind kind, String streamId, String trackId) {
        return new TransceiverInit(Direction.SENDONLY, streamId, trackId, RtpTransceiver.defaultCapabilities(kind));
    }

    public static TransceiverInit receiveOnly(MediaKind kind) {
        return new TransceiverInit(Direction.RECVONLY, "-", "-", RtpTransceiver.defaultCapabilities(kind));
    }

    public static TransceiverInit sendReceive(MediaKind kind, String streamId, String trackId) {
        return new TransceiverInit(Direction.SENDRECV, streamId, trackId, RtpTransceiver.defaultCapabilities(kind));
    }

    /** The same with these codecs only, the first the favourite: {@code "VP8", "H264"}. */
    public TransceiverInit withCodecs(String... names) {
        return new TransceiverInit(direction, streamId, trackId, capabilities.only(names));
    }
}
