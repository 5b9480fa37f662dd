package dev.stoa.turn;

import dev.stoa.turn.AddressRules.Verdict;
import dev.stoa.wire.TransportAddress;

/**
 * Peers as clients know them and as packets reach them. They differ for the server's own addresses where these are translated
 * on the way: what others know is not reached from within, so a peer that is another relay of this server is sent to at the
 * address that it is bound to, and what comes from there is shown as coming from where others know it.
 */
final class PeerAddresses {
    private final AddressRules rules;
    private final OwnAddresses own;
    private final RelayPorts ports;
    private final boolean translates;
    private long shownHigh;
    private long shownLow;

    PeerAddresses(AddressRules rules, OwnAddresses own, RelayPorts ports) {
        this.rules = rules;
        this.own = own;
        this.ports = ports;
        this.translates = own.relays().stream().anyMatch(OwnAddresses.RelayAddress::isTranslated);
    }

    Verdict check(TransportAddress peer) {
        return rules.check(peer);
    }

    /** Whether a port of the server's own address is one that it offers: a relay, or where its media is. */
    boolean isOwnPort(long high, long low, int port) {
        if (own.isService(high, low, port)) {
            return true;
        }
        for (int i = 0; i < own.relays().size(); i++) {
            var relay = own.relays().get(i);
            var shown = relay.shown();
            if (shown.low() == low && shown.high() == high && ports.isOpen(relay, port)) {
                return true;
            }
        }
        return false;
    }

    /** How a relay sends to a peer. */
    Path way(Relay relay, long high, long low, int port) {
        Path way = null;
        for (int i = 0; translates && i < own.relays().size(); i++) {
            var address = own.relays().get(i);
            boolean isOpen = ports.isOpen(address, port);
            if (address.shown().low() == low && address.shown().high() == high && (way == null || isOpen)) {
                way = new Path(
                        relay.socket(), address.local().high(), address.local().low(), port, false);
            }
        }
        return way == null ? new Path(relay.socket(), high, low, port, false) : way;
    }

    /** Finds out how the clients know the address that a packet came from: {@link #shownHigh} and {@link #shownLow}. */
    void show(long high, long low) {
        shownHigh = high;
        shownLow = low;
        for (int i = 0; translates && i < own.relays().size(); i++) {
            var address = own.relays().get(i);
            if (address.local().low() == low && address.local().high() == high) {
                shownHigh = address.shown().high();
                shownLow = address.shown().low();
            }
        }
    }

    long shownHigh() {
        return shownHigh;
    }

    long shownLow() {
        return shownLow;
    }
}
