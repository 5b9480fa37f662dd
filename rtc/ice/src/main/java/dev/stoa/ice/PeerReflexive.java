package dev.stoa.ice;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMessage;
import dev.stoa.wire.TransportAddress;

/** Candidates that only a check or its answer reveals (RFC 8445, 7.2.5.3.1 and 7.3.1.3). */
final class PeerReflexive {
    private static final long MAX_PRIORITY = 0x7FFF_FFFFL;

    private PeerReflexive() {}

    /** The sender of a check from an address that was not told. */
    static Candidate remote(StunMessage check, LocalBase base, TransportAddress from) {
        long told = check.u32(StunAttribute.PRIORITY) & MAX_PRIORITY;
        return candidate(
                from,
                from,
                base.transport(),
                TcpType.ACTIVE,
                Math.max(1, check.has(StunAttribute.PRIORITY) ? told : 1));
    }

    /** Ourselves as the other side sees us. */
    static Candidate local(TransportAddress mapped, LocalBase base, Candidate from) {
        var tcpType = from.tcpType() == null ? TcpType.ACTIVE : from.tcpType();
        return candidate(mapped, base.address(), base.transport(), tcpType, from.peerReflexivePriority());
    }

    /** Its foundation differs from that of every other candidate (RFC 8445, 7.3.1.3), as its type does. */
    private static Candidate candidate(
            TransportAddress address, TransportAddress base, Transport transport, TcpType tcpType, long priority) {
        return new Candidate(
                Candidate.foundation(CandidateType.PEER_REFLEXIVE, transport, base, address),
                Candidate.COMPONENT,
                transport,
                priority,
                new Candidate.Resolved(address),
                CandidateType.PEER_REFLEXIVE,
                transport == Transport.TCP ? tcpType : null,
                null,
                0,
                null);
    }
}
