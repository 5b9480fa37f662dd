package dev.stoa.ice;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMessage;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds a pair of addresses between which datagrams pass, and watches that they still do: one component, to which
 * everything is multiplexed.
 *
 * <p>Calling contract: after every call that takes {@code nowNanos}, call {@link #pollTransmit} until it gives null and send
 * what it writes, call {@link #pollEvent} until it gives null, and arrange for {@link #handleTimeout} at
 * {@link #nextTimeout}, which may be past already. Times are nanoseconds of one clock that never goes back. One thread at a
 * time. Bytes from the network never make a method throw; a call against the contract does.
 */
public sealed interface IceAgent permits LiteIceAgent, FullIceAgent {
    /** Enough for {@link #pollTransmit}'s target: two ufrags of 256 characters and all attributes. */
    int TRANSMIT_CAPACITY = 700;

    IceRole role();

    IceState state();

    /** Those of the present generation, to be told to the other side. */
    IceCredentials localCredentials();

    /** What to send from and to, or null; stays through a restart until the new generation has a pair. */
    @Nullable CandidatePair selectedPair();

    /**
     * Whether something authenticated has come from there: a check of the other side's, or an answer to one of ours. Only
     * from such addresses may anything else be accepted, DTLS first of all.
     */
    boolean isValidated(TransportAddress remote);

    /** @param base what it came in by */
    boolean isValidated(LocalBase base, TransportAddress remote);

    /**
     * Takes what the other side's session description says. The present generation must not have other credentials of the
     * other side yet: its restart calls for {@link #restart} here first.
     *
     * @param lite whether it said {@code a=ice-lite}
     */
    void setRemote(long nowNanos, IceCredentials remote, boolean lite);

    AddedCandidate addRemoteCandidate(long nowNanos, Candidate candidate);

    /** No remote candidate follows in this generation (RFC 8838, 14). */
    void endRemoteCandidates(long nowNanos);

    /** Begins a new generation (RFC 8445, 9), with credentials never used before. Local candidates stay. */
    void restart(long nowNanos, IceCredentials local);

    /**
     * Takes a datagram.
     *
     * @param base what it came in by: the UDP socket, or the TCP connection
     * @param from the sender
     */
    Handled handle(long nowNanos, Datagram packet, LocalBase base, TransportAddress from);

    /** The socket or connection is gone. */
    void handleBaseClosed(long nowNanos, LocalBase base);

    /** Writes the next message into {@code target}, of at least {@link #TRANSMIT_CAPACITY} bytes; null when there is none. */
    @Nullable Transmit pollTransmit(Datagram target);

    @Nullable IceEvent pollEvent();

    /** When to call {@link #handleTimeout}; {@link Long#MAX_VALUE} for never. */
    long nextTimeout();

    void handleTimeout(long nowNanos);

    IceStatistics statistics();

    /** The end; nothing is sent or accepted any more. */
    void close();

    /**
     * The ufrag of the agent that a Binding request is for, or null when the datagram is none: with it a socket that serves
     * many agents finds the right one. Looks at no more than the username, and neither checks nor allocates anything else.
     */
    static @Nullable String localUfrag(Datagram packet) {
        if (!StunMessage.looksLikeStun(packet) || packet.u16(0) != 1) {
            return null;
        }
        int end = Math.min(packet.length(), StunMessage.HEADER_LENGTH + packet.u16(2));
        int at = StunMessage.HEADER_LENGTH;
        for (int seen = 0; at + 4 <= end && seen < StunMessage.MAX_ATTRIBUTES; seen++) {
            int length = packet.u16(at + 2);
            if (packet.u16(at) == StunAttribute.USERNAME) {
                return at + 4 + length <= end ? ufrag(packet, at + 4, Math.min(length, 257)) : null;
            }
            at += 4 + (length + 3) / 4 * 4;
        }
        return null;
    }

    private static @Nullable String ufrag(Datagram packet, int at, int length) {
        for (int i = 0; i < length; i++) {
            if (packet.u8(at + i) == ':') {
                return i == 0 ? null : new String(packet.toArray(at, i), StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }
}
