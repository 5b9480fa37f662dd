package dev.stoa.doctor;

import dev.stoa.wire.TransportAddress;
import java.net.InetAddress;
import java.util.Set;

/** What a translator between here and the server seems to do. */
final class NatGuess {
    private static final String CHECK = "nat";

    private NatGuess() {}

    /**
     * @param first how one destination sees a socket
     * @param second how another one sees the same
     * @param localPort the socket's own
     * @param own this machine's addresses
     */
    static Finding of(TransportAddress first, TransportAddress second, int localPort, Set<InetAddress> own) {
        if (!first.equals(second)) {
            return Finding.warning(
                    CHECK,
                    "symmetric NAT suspected where you are: one socket is seen as " + first + " and as " + second,
                    "nothing to set: calls from here go by the server, or by its relay (turn-port), which must work");
        }
        if (own.contains(first.inetAddress()) && first.port() == localPort) {
            return Finding.ok(CHECK, "no translator between here and the server");
        }
        return Finding.ok(CHECK, "a translator that keeps its ports: seen as " + first + " by all");
    }
}
