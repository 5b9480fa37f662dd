package dev.stoa.peer;

/**
 * What was sent in one m-section, in the words of RTCOutboundRtpStreamStats and, from {@code packetsLost} on,
 * RTCRemoteInboundRtpStreamStats (W3C webrtc-stats).
 *
 * @param codec empty while nothing is negotiated
 * @param bytesSent of payload, retransmissions included
 * @param framesSent frames handed over that went out
 * @param framesDropped frames handed over while nothing could be sent
 * @param retransmittedPacketsSent are part of {@code packetsSent}
 * @param nackCount requests, each of which may name several packets
 * @param packetsLost as the other side last reported
 * @param fractionLost of its last interval, 0 to 1
 * @param roundTripTime in seconds; 0 before the first report
 */
public record OutboundStatistics(
        String mid,
        long ssrc,
        String codec,
        long packetsSent,
        long bytesSent,
        long framesSent,
        long framesDropped,
        long retransmittedPacketsSent,
        long nackCount,
        long pliCount,
        long firCount,
        long packetsLost,
        double fractionLost,
        double roundTripTime) {}
