package dev.stoa.ice;

import dev.stoa.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a local candidate's datagrams are sent from (its base, RFC 8445, 4): a UDP socket, a relayed address, a listening
 * TCP socket, or one TCP connection. The driver maps it to the socket; equal ones are one.
 *
 * @param address the local address; for a relayed candidate the relayed one
 * @param peer the other end of a TCP connection; null for all else
 */
public record LocalBase(
        TransportAddress address,
        Transport transport,
        @Nullable TransportAddress peer) {
    public LocalBase {
        if (peer != null && transport == Transport.UDP) {
            throw new IllegalArgumentException("a UDP socket has no fixed peer");
        }
    }

    public static LocalBase udp(TransportAddress address) {
        return new LocalBase(address, Transport.UDP, null);
    }

    /**
     * A listening socket; for an active candidate, what connections are opened from (port 0). Only connections carry
     * datagrams: an accepted one has the listener's address as its own.
     */
    public static LocalBase tcp(TransportAddress address) {
        return new LocalBase(address, Transport.TCP, null);
    }

    public static LocalBase tcpConnection(TransportAddress address, TransportAddress peer) {
        return new LocalBase(address, Transport.TCP, peer);
    }

    /** Whether this connection was accepted by, or opened from, {@code socket}. */
    boolean belongsTo(LocalBase socket) {
        return equals(socket)
                || (socket.peer == null && transport == socket.transport && address.equals(socket.address));
    }
}
