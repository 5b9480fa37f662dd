package dev.stoa.turn;

import dev.stoa.turn.OwnAddresses.RelayAddress;
import dev.stoa.wire.TransportAddress;

/**
 * A relay socket.
 *
 * @param socket its number
 * @param port that it is bound to, and that others know
 */
record Relay(int socket, RelayAddress address, int port) {
    boolean isIpv4() {
        return address.local().isIpv4();
    }

    TransportAddress shown() {
        return address.shown().withPort(port);
    }
}
