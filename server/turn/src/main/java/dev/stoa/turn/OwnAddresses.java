package dev.stoa.turn;

import dev.stoa.wire.TransportAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The addresses of this machine, as it has them and as others know them where they are translated one to one on the way.
 *
 * @param hosts all of them, whatever their ports
 * @param services where the server itself can be a peer: its media port
 * @param relays what relayed addresses are made of
 */
public record OwnAddresses(List<TransportAddress> hosts, List<TransportAddress> services, List<RelayAddress> relays) {
    /**
     * One of them.
     *
     * @param local what relay sockets are bound to; the port has no meaning
     * @param shown what clients are told
     */
    public record RelayAddress(TransportAddress local, TransportAddress shown) {
        public RelayAddress {
            if (local.isIpv4() != shown.isIpv4()) {
                throw new IllegalArgumentException(local + " cannot be shown as " + shown);
            }
        }

        boolean isTranslated() {
            return local.high() != shown.high() || local.low() != shown.low();
        }
    }

    public OwnAddresses {
        relays = List.copyOf(relays);
        services = List.copyOf(services);
        hosts = all(hosts, services, relays);
    }

    private static List<TransportAddress> all(
            List<TransportAddress> hosts, List<TransportAddress> services, List<RelayAddress> relays) {
        Set<TransportAddress> all = Stream.of(
                        hosts.stream(),
                        services.stream(),
                        relays.stream().flatMap(relay -> Stream.of(relay.local(), relay.shown())))
                .flatMap(addresses -> addresses)
                .map(address -> address.withPort(0))
                .collect(Collectors.toSet());
        return List.copyOf(all);
    }

    boolean contains(long high, long low) {
        for (int i = 0; i < hosts.size(); i++) {
            var host = hosts.get(i);
            if (host.low() == low && host.high() == high) {
                return true;
            }
        }
        return false;
    }

    boolean isService(long high, long low, int port) {
        for (int i = 0; i < services.size(); i++) {
            var service = services.get(i);
            if (service.port() == port && service.low() == low && service.high() == high) {
                return true;
            }
        }
        return false;
    }
}
