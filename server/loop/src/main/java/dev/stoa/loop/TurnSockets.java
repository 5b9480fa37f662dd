package dev.stoa.loop;

import dev.stoa.net.Driver;
import dev.stoa.net.LocalAddresses;
import dev.stoa.turn.OwnAddresses;
import dev.stoa.turn.OwnAddresses.RelayAddress;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The UDP sockets that TURN's clients reach: one at each address, all with one port.
 *
 * @param listeners their addresses, by their id at the driver
 */
record TurnSockets(Optional<Integer> port, Map<Integer, TransportAddress> listeners, OwnAddresses own) {
    /** A free port at one address may be taken at another; then another one is tried. */
    private static final int ATTEMPTS = 16;

    TurnSockets {
        listeners = Map.copyOf(listeners);
    }

    static TurnSockets open(Driver driver, TurnOptions options) throws IOException {
        var addresses = options.addresses().isEmpty() ? LocalAddresses.listWithLoopback() : options.addresses();
        var own = own(options, addresses);
        if (!options.udp()) {
            return new TurnSockets(Optional.empty(), Map.of(), own);
        }
        for (int attempt = 1; ; attempt++) {
            var listeners = new HashMap<Integer, TransportAddress>();
            try {
                int port = bind(driver, options.port(), addresses, listeners);
                return new TurnSockets(Optional.of(port), listeners, own);
            } catch (IOException e) {
                listeners.keySet().forEach(driver::close);
                if (options.port() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static int bind(
            Driver driver, int port, List<TransportAddress> addresses, Map<Integer, TransportAddress> listeners)
            throws IOException {
        int bound = port;
        for (var address : addresses) {
            int id = driver.bindUdp(address.withPort(bound));
            var local = driver.localAddress(id);
            listeners.put(id, local);
            bound = local.port();
        }
        return bound;
    }

    /** A relayed address is to be reached by others: it is a loopback address only where there is no other. */
    private static OwnAddresses own(TurnOptions options, List<TransportAddress> addresses) throws IOException {
        var outer = addresses.stream().filter(address -> !isLoopback(address)).toList();
        var relays = new ArrayList<RelayAddress>();
        for (var address : outer.isEmpty() ? addresses : outer) {
            relays.add(new RelayAddress(address, Advertised.of(options.advertised(), address, relays.size())));
        }
        return new OwnAddresses(LocalAddresses.listWithLoopback(), options.services(), relays);
    }

    private static boolean isLoopback(TransportAddress address) {
        return address.inetAddress().isLoopbackAddress();
    }
}
