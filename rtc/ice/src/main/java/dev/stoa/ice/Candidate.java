package dev.stoa.ice;

import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A transport address at which an agent may be reached (RFC 8445, 5.1), with what a candidate line says of it (RFC 8839,
 * 5.1; RFC 6544, 4.5).
 *
 * @param foundation 1 to 32 ice-chars, equal for candidates that are likely to fare alike
 * @param component 1: everything is multiplexed onto one
 * @param priority 1 to 2^31 - 1, greater is better
 * @param tcpType null for UDP
 * @param related the base of a reflexive candidate, the mapped address of a relayed one
 * @param generation an extension of Chromium: counts restarts
 * @param ufrag an extension: the generation it belongs to
 */
public record Candidate(
        String foundation,
        int component,
        Transport transport,
        long priority,
        Endpoint endpoint,
        CandidateType type,
        @Nullable TcpType tcpType,
        @Nullable TransportAddress related,
        int generation,
        @Nullable String ufrag)
        implements CandidateParse {

    /** The local preference when there is one address only (RFC 8445, 5.1.2.1). */
    public static final int BEST_LOCAL_PREFERENCE = 65535;

    /** The port in the line of an active TCP candidate, which has none to be reached at (RFC 6544, 4.5). */
    public static final int DISCARD_PORT = 9;

    static final int COMPONENT = 1;

    /** Where a candidate is. */
    public sealed interface Endpoint {}

    public record Resolved(TransportAddress address) implements Endpoint {}

    /** A name, most often {@code ….local}, that hides an address until multicast DNS resolves it. */
    public record Named(String host, int port) implements Endpoint {}

    /** Reads {@code candidate:…}, with or without {@code a=} before it. */
    public static CandidateParse parse(String line) {
        return CandidateLine.parse(line);
    }

    /** @param localPreference 0 to 65535: which of several addresses is the better one */
    public static Candidate host(TransportAddress address, int localPreference) {
        return udp(CandidateType.HOST, address, address, null, null, localPreference);
    }

    /** @param otherPreference 0 to 8191 (RFC 6544, 4.2) */
    public static Candidate tcpHost(TransportAddress address, TcpType tcpType, int otherPreference) {
        // For host candidates active before passive before simultaneous open (RFC 6544, 4.2).
        int direction = switch (tcpType) {
            case ACTIVE -> 6;
            case PASSIVE -> 4;
            case SO -> 2;
        };
        int localPreference = (direction << 13) | (otherPreference & 0x1FFF);
        var shown = tcpType == TcpType.ACTIVE ? address.withPort(DISCARD_PORT) : address;
        return new Candidate(
                foundation(CandidateType.HOST, Transport.TCP, address, null),
                COMPONENT,
                Transport.TCP,
                priority(CandidateType.HOST, Transport.TCP, localPreference),
                new Resolved(shown),
                CandidateType.HOST,
                tcpType,
                null,
                0,
                null);
    }

    /** @param server the STUN server that saw {@code mapped} */
    public static Candidate serverReflexive(
            TransportAddress mapped, TransportAddress base, TransportAddress server, int localPreference) {
        return udp(CandidateType.SERVER_REFLEXIVE, mapped, base, base, server, localPreference);
    }

    /**
     * @param mapped what the TURN server sees of the client
     * @param server the TURN server
     */
    public static Candidate relayed(
            TransportAddress relayed, TransportAddress mapped, TransportAddress server, int localPreference) {
        return udp(CandidateType.RELAYED, relayed, relayed, mapped, server, localPreference);
    }

    /** RFC 8445, 5.1.2.1. */
    public static long priority(CandidateType type, Transport transport, int localPreference) {
        return (long) type.preference(transport) << 24 | (localPreference & 0xFFFFL) << 8 | (256 - COMPONENT);
    }

    private static Candidate udp(
            CandidateType type,
            TransportAddress address,
            TransportAddress base,
            @Nullable TransportAddress related,
            @Nullable TransportAddress server,
            int localPreference) {
        return new Candidate(
                foundation(type, Transport.UDP, base, server),
                COMPONENT,
                Transport.UDP,
                priority(type, Transport.UDP, localPreference),
                new Resolved(address),
                type,
                null,
                related,
                0,
                null);
    }

    /** Equal for equal type, base address, server address and transport (RFC 8445, 5.1.1.3). */
    static String foundation(
            CandidateType type, Transport transport, TransportAddress base, @Nullable TransportAddress server) {
        var crc = new CRC32();
        var from = type + " " + transport + " " + base.host() + " " + (server == null ? "" : server.host());
        crc.update(from.getBytes(StandardCharsets.US_ASCII));
        return Long.toString(crc.getValue());
    }

    /** The address, or null while it is only a name. */
    public @Nullable TransportAddress address() {
        return switch (endpoint) {
            case Resolved resolved -> resolved.address;
            case Named _ -> null;
        };
    }

    /** The same candidate, its name resolved. */
    public Candidate withAddress(TransportAddress address) {
        return new Candidate(
                foundation,
                component,
                transport,
                priority,
                new Resolved(address),
                type,
                tcpType,
                related,
                generation,
                ufrag);
    }

    public Candidate withUfrag(String other) {
        return new Candidate(
                foundation, component, transport, priority, endpoint, type, tcpType, related, generation, other);
    }

    Candidate withPriority(long other) {
        return new Candidate(
                foundation, component, transport, other, endpoint, type, tcpType, related, generation, ufrag);
    }

    /** The local preference that its priority carries. */
    int localPreference() {
        return (int) (priority >>> 8) & 0xFFFF;
    }

    /** What PRIORITY says in a check from it: the peer-reflexive candidate that may come of it (RFC 8445, 7.1.1). */
    long peerReflexivePriority() {
        return priority(CandidateType.PEER_REFLEXIVE, transport, localPreference());
    }

    /** {@code candidate:…}: the value of {@code a=} in SDP, and of RTCIceCandidate's {@code candidate}. */
    public String toLine() {
        return CandidateLine.write(this);
    }
}
