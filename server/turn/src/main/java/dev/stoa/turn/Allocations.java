package dev.stoa.turn;

import dev.stoa.turn.OwnAddresses.RelayAddress;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All allocations, what they hold, and who may have how many. */
final class Allocations {
    /** RFC 8656, 14.7: how long the port behind an even one is kept. */
    static final long RESERVATION_NANOS = 30_000_000_000L;

    static final int MAX_RESERVATIONS = 1024;

    /** A relay that waits for the request that names its token. */
    private record Reservation(Relay relay, long expiresNanos) {}

    private final TurnSettings settings;
    private final RelayPorts ports;
    private final RandomGenerator random;
    private final TurnCounters counters;
    private final AllocationTable byPath = new AllocationTable();
    private final IntMap<Allocation> bySocket = new IntMap<>();
    private final Map<String, User> users = new HashMap<>();
    private final Map<Long, Reservation> reservations = new HashMap<>();

    Allocations(TurnSettings settings, RelaySockets sockets, RandomGenerator random, TurnCounters counters) {
        this.settings = settings;
        this.ports = new RelayPorts(
                sockets, random, settings.limits().minPort(), settings.limits().maxPort());
        this.random = random;
        this.counters = counters;
    }

    @Nullable Allocation find(int local, long high, long low, int port) {
        return byPath.get(local, high, low, port);
    }

    @Nullable Allocation find(Path path) {
        return byPath.get(path);
    }

    @Nullable Allocation ofSocket(int socket) {
        return bySocket.get(socket);
    }

    /** The user, or null when it has as many allocations as it may. */
    @Nullable User admit(long nowNanos, String name) {
        var user = users.get(name);
        if (user == null) {
            // Not entered before it has something.
            return new User(name, new Rate(nowNanos, settings.limits().bitratePerUserBps()));
        }
        return user.allocations < settings.limits().allocationsPerUser() ? user : null;
    }

    boolean isFull() {
        return byPath.size() >= settings.limits().allocations();
    }

    /** Where a client's relays of a family are: at the address that it has reached the server by, or the first. */
    @Nullable RelayAddress relayAddress(boolean ipv4, @Nullable TransportAddress listener) {
        RelayAddress first = null;
        for (var relay : settings.own().relays()) {
            var local = relay.local();
            if (local.isIpv4() != ipv4) {
                continue;
            }
            if (listener != null && local.high() == listener.high() && local.low() == listener.low()) {
                return relay;
            }
            first = first == null ? relay : first;
        }
        return first;
    }

    RelayPorts ports() {
        return ports;
    }

    boolean mayReserve() {
        return reservations.size() < MAX_RESERVATIONS;
    }

    /** Keeps a relay for whoever names the token. */
    long reserve(long nowNanos, Relay relay) {
        long token = random.nextLong() | 1;
        reservations.put(token, new Reservation(relay, nowNanos + RESERVATION_NANOS));
        return token;
    }

    @Nullable Relay takeReserved(long token) {
        var reservation = reservations.remove(token);
        return reservation == null ? null : reservation.relay();
    }

    void add(Allocation allocation) {
        byPath.add(allocation);
        for (var relay : allocation.relays()) {
            bySocket.put(relay.socket(), allocation);
        }
        var user = allocation.owner.user();
        user.allocations++;
        users.put(user.name, user);
        counters.add(TurnCounters.Kind.ALLOCATIONS_OPENED);
    }

    void close(Allocation allocation) {
        byPath.remove(allocation);
        for (var relay : List.copyOf(allocation.relays())) {
            close(allocation, relay);
        }
        var user = allocation.owner.user();
        if (--user.allocations == 0) {
            users.remove(user.name);
        }
        counters.add(TurnCounters.Kind.ALLOCATIONS_CLOSED);
    }

    /** One of two relays of an allocation. */
    void close(Allocation allocation, Relay relay) {
        allocation.remove(relay);
        bySocket.remove(relay.socket());
        ports.close(relay);
    }

    /** Ends what has expired. */
    void expire(long nowNanos) {
        for (var allocation : byPath.all()) {
            if (allocation.expiresNanos <= nowNanos) {
                close(allocation);
            }
        }
        var late = new ArrayList<Long>();
        reservations.forEach((token, reservation) -> {
            if (reservation.expiresNanos() <= nowNanos) {
                late.add(token);
                ports.close(reservation.relay());
            }
        });
        late.forEach(reservations::remove);
    }

    void closeAll() {
        expire(Long.MAX_VALUE);
    }

    boolean isEmpty() {
        return byPath.size() == 0 && reservations.isEmpty();
    }

    int size() {
        return byPath.size();
    }

    int users() {
        return users.size();
    }

    List<Allocation> all() {
        return byPath.all();
    }

    int reservations() {
        return reservations.size();
    }
}
