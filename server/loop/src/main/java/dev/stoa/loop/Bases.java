package dev.stoa.loop;

import dev.stoa.ice.LocalBase;
import dev.stoa.net.Driver;
import dev.stoa.net.RemoteAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The driver's sockets and TCP connections as ICE knows them. */
final class Bases {
    private final Driver driver;
    private final Map<Integer, LocalBase> bySocket;
    private final Map<LocalBase, Integer> byBase = new HashMap<>();

    /** @param udp the UDP sockets */
    Bases(Driver driver, Map<Integer, LocalBase> udp) {
        this.driver = driver;
        this.bySocket = new HashMap<>(udp);
        udp.forEach((socket, base) -> byBase.put(base, socket));
    }

    /** The base that a datagram came in by; a TCP connection is one from its first packet on. */
    LocalBase baseOf(int socket, RemoteAddress remote) {
        var known = bySocket.get(socket);
        if (known != null) {
            return known;
        }
        var base = LocalBase.tcpConnection(driver.localAddress(socket), remote.toTransportAddress());
        bySocket.put(socket, base);
        byBase.put(base, socket);
        return base;
    }

    /** Null when it is gone. */
    @Nullable Integer socketOf(LocalBase base) {
        return byBase.get(base);
    }

    /** A TCP connection is gone; null when nothing came by it. */
    @Nullable LocalBase forget(int socket) {
        var base = bySocket.remove(socket);
        if (base != null) {
            byBase.remove(base, socket);
        }
        return base;
    }
}
