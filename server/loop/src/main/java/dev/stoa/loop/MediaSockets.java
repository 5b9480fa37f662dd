package dev.stoa.loop;

import dev.stoa.ice.Candidate;
import dev.stoa.ice.LocalBase;
import dev.stoa.ice.TcpType;
import dev.stoa.net.Driver;
import dev.stoa.net.LocalAddresses;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The sockets of one loop: one for UDP at each address and, at the first loop, one for TCP, all with one port.
 *
 * @param port that they have
 * @param udp the UDP sockets' ids at the driver, in the order of the addresses, which all loops share
 * @param bases the UDP sockets as ICE knows them, by their id at the driver
 * @param candidates of all of them, the best first
 */
record MediaSockets(int port, List<Integer> udp, Map<Integer, LocalBase> bases, List<Candidate> candidates) {
    /** A free port at one address may be taken at another; then another one is tried. */
    private static final int ATTEMPTS = 16;

    private static final int BEST_TCP_PREFERENCE = 8191;

    MediaSockets {
        udp = List.copyOf(udp);
        bases = Map.copyOf(bases);
        candidates = List.copyOf(candidates);
    }

    /** @param addresses from {@link #addresses}: UDP and TCP at each */
    static MediaSockets open(Driver driver, MediaOptions options, List<TransportAddress> addresses) throws IOException {
        for (int attempt = 1; ; attempt++) {
            var opened = new ArrayList<Integer>();
            try {
                return open(driver, options, addresses, opened);
            } catch (IOException e) {
                opened.forEach(driver::close);
                if (options.port() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static MediaSockets open(
            Driver driver, MediaOptions options, List<TransportAddress> addresses, List<Integer> opened)
            throws IOException {
        int port = options.port();
        var udp = new ArrayList<Integer>();
        var bases = new HashMap<Integer, LocalBase>();
        var candidates = new ArrayList<Candidate>();
        for (int i = 0; i < addresses.size(); i++) {
            int id = driver.bindUdp(addresses.get(i).withPort(port));
            opened.add(id);
            udp.add(id);
            var local = driver.localAddress(id);
            port = local.port();
            opened.add(driver.listenTcp(local));
            bases.put(id, LocalBase.udp(local));
            var shown = Advertised.of(options.advertised(), local, i);
            if (candidates.stream().noneMatch(candidate -> shown.equals(candidate.address()))) {
                candidates.add(Candidate.host(shown, Candidate.BEST_LOCAL_PREFERENCE - i));
                candidates.add(Candidate.tcpHost(shown, TcpType.PASSIVE, BEST_TCP_PREFERENCE - i));
            }
        }
        return new MediaSockets(port, udp, bases, candidates);
    }

    /** The same addresses and port for UDP at another driver; both have SO_REUSEPORT. */
    MediaSockets share(Driver driver) throws IOException {
        var ids = new ArrayList<Integer>();
        var shared = new HashMap<Integer, LocalBase>();
        for (int socket : udp) {
            var base = Objects.requireNonNull(bases.get(socket));
            int id = driver.bindUdp(base.address());
            ids.add(id);
            shared.put(id, base);
        }
        return new MediaSockets(port, ids, shared, candidates);
    }

    /** Which of the addresses a UDP socket has, -1 for a TCP connection. Without garbage. */
    int placeOf(int socket) {
        for (int place = 0; place < udp.size(); place++) {
            if (udp.get(place) == socket) {
                return place;
            }
        }
        return -1;
    }

    /** Where to listen. */
    static List<TransportAddress> addresses(MediaOptions options) throws IOException {
        if (!options.addresses().isEmpty()) {
            return options.addresses();
        }
        var network = LocalAddresses.list();
        return network.isEmpty() ? LocalAddresses.listWithLoopback() : network;
    }

    /** Where media comes to, as this machine has it and as others know it. */
    List<TransportAddress> addresses() {
        return Stream.concat(
                        bases.values().stream().map(LocalBase::address),
                        candidates.stream().map(Candidate::address))
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    List<String> candidateLines() {
        // The value of a=candidate, without the attribute's name.
        return candidates.stream()
                .map(candidate -> candidate.toLine().substring("candidate:".length()))
                .toList();
    }
}
