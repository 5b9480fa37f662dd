package dev.stoa.peer;

/**
 * What came in one m-section, in the words of RTCInboundRtpStreamStats (W3C webrtc-stats).
 *
 * @param ssrc 0 before the first packet
 * @param codec empty before the first packet
 * @param bytesReceived of payload
 * @param packetsLost retransmissions that came count as received; negative when there were more duplicates than losses
 * @param packetsDiscarded came twice or too late, or cannot be read
 * @param jitter in seconds
 * @param framesReceived whole frames
 * @param framesDropped of these, those that could not be decoded: before a key frame, or after a loss
 * @param nackCount requests, each of which may name several packets
 * @param retransmittedPacketsReceived what RTX brought
 */
public record InboundStatistics(
        String mid,
        long ssrc,
        String codec,
        long packetsReceived,
        long bytesReceived,
        long packetsLost,
        long packetsDiscarded,
        double jitter,
        long framesReceived,
        long keyFramesReceived,
        long framesDropped,
        long nackCount,
        long pliCount,
        long retransmittedPacketsReceived) {}
