package dev.stoa.turn;

import dev.stoa.turn.OwnAddresses.RelayAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives relayed addresses their ports, each one at random (RFC 8656, 7.2: nobody should guess the next one), and gets them
 * back.
 */
final class RelayPorts {
    /** Ports tried that we have not given out: another program may have them. */
    private static final int ATTEMPTS = 32;

    record Pair(Relay even, Relay next) {}

    private final RelaySockets sockets;
    private final RandomGenerator random;
    private final int min;
    private final int max;
    private final Map<RelayAddress, BitSet> taken = new HashMap<>();

    RelayPorts(RelaySockets sockets, RandomGenerator random, int min, int max) {
        this.sockets = sockets;
        this.random = random;
        this.min = min;
        this.max = max;
    }

    /** A relay at any free port, or null when none is left. */
    @Nullable Relay open(RelayAddress address) {
        return openFrom(address, 1);
    }

    /** At an even port (RFC 8656, 7.2, EVEN-PORT). */
    @Nullable Relay openEven(RelayAddress address) {
        return openFrom(address, 2);
    }

    /** An even port and the one behind it, or null. */
    @Nullable Pair openPair(RelayAddress address) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var even = openEven(address);
            if (even == null) {
                return null;
            }
            int port = even.port() + 1;
            var next = port > max || taken(address).get(port) ? null : bind(address, port);
            if (next != null) {
                return new Pair(even, next);
            }
            close(even);
        }
        return null;
    }

    private @Nullable Relay openFrom(RelayAddress address, int step) {
        var used = taken(address);
        int first = min + (step - min % step) % step;
        int choices = (max - first) / step + 1;
        int start = choices > 0 ? random.nextInt(choices) : 0;
        int attempts = 0;
        for (int i = 0; i < choices && attempts < ATTEMPTS; i++) {
            int port = first + (start + i) % choices * step;
            if (!used.get(port)) {
                attempts++;
                var relay = bind(address, port);
                if (relay != null) {
                    return relay;
                }
            }
        }
        return null;
    }

    private @Nullable Relay bind(RelayAddress address, int port) {
        int socket = sockets.open(address.local().withPort(port));
        if (socket == RelaySockets.FAILED) {
            return null;
        }
        taken(address).set(port);
        return new Relay(socket, address, port);
    }

    void close(Relay relay) {
        taken(relay.address()).clear(relay.port());
        sockets.close(relay.socket());
    }

    /** Whether it is the address of a relay, as the machine knows it. */
    boolean isOpen(RelayAddress address, int port) {
        return taken(address).get(port);
    }

    int open() {
        return taken.values().stream().mapToInt(BitSet::cardinality).sum();
    }

    private BitSet taken(RelayAddress address) {
        return taken.computeIfAbsent(address, _ -> new BitSet());
    }
}
