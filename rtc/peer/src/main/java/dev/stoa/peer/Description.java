package dev.stoa.peer;

/**
 * RTCSessionDescription (W3C WebRTC, 4.6.2).
 *
 * @param sdp empty for a rollback
 */
public record Description(SdpType type, String sdp) {
    public static Description offer(String sdp) {
        return new Description(SdpType.OFFER, sdp);
    }

    public static Description answer(String sdp) {
        return new Description(SdpType.ANSWER, sdp);
    }

    public static Description rollback() {
        return new Description(SdpType.ROLLBACK, "");
    }
}
