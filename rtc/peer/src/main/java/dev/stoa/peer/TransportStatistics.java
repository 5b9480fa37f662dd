package dev.stoa.peer;

import dev.stoa.ice.CandidatePair;
import dev.stoa.ice.IceRole;
import dev.stoa.srtp.ProtectionProfile;
import java.util.Optional;

/**
 * The one transport, in the words of RTCTransportStats (W3C webrtc-stats). Media alone is counted, protection included.
 *
 * @param srtpProfile once DTLS is connected
 * @param packetsDiscarded what came and was thrown away: not authentic, replayed, malformed, of an unknown stream or from a
 *     stranger
 */
public record TransportStatistics(
        IceRole iceRole,
        Optional<CandidatePair> selectedCandidatePair,
        Optional<ProtectionProfile> srtpProfile,
        long packetsSent,
        long bytesSent,
        long packetsReceived,
        long bytesReceived,
        long packetsDiscarded) {}
