package dev.stoa.peer;

import java.util.List;
import java.util.Optional;

/**
 * What getStats tells (W3C WebRTC, 8).
 *
 * @param transport empty before the first description
 */
public record PeerStatistics(
        Optional<TransportStatistics> transport, List<OutboundStatistics> outbound, List<InboundStatistics> inbound) {
    public PeerStatistics {
        outbound = List.copyOf(outbound);
        inbound = List.copyOf(inbound);
    }
}
