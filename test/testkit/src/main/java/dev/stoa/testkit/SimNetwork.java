package dev.stoa.testkit;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A network in which datagrams are lost, doubled, delayed and reordered by a seed, so that a run can be repeated.
 *
 * <p>Calling contract: endpoints are attached with their address and send with {@link #send}; what has a timer of its own
 * is added as an {@link Actor}. {@link #runUntil} and its kin move the clock from event to event and call receivers and
 * actors one at a time; those may send, attach and detach meanwhile.
 */
public final class SimNetwork {
    /** Takes what arrives at an address. */
    @FunctionalInterface
    public interface Receiver {
        /** @param from the sender as seen from here, that is after the translators on the way */
        void receive(TransportAddress from, byte[] datagram);
    }

    /** Something with timers: a state machine that does not know this network. */
    public interface Actor {
        /** When it wants to be called, or {@link Long#MAX_VALUE}. */
        long nextTimeout();

        void handleTimeout(long nowNanos);
    }

    private record Endpoint(Receiver receiver, @Nullable Nat nat) {}

    /** In the order of arrival; of two at one time the one sent first. */
    private static final class Flight {
        final long atNanos;
        final long order;
        final TransportAddress from;
        final TransportAddress to;
        final byte[] bytes;

        Flight(long atNanos, long order, TransportAddress from, TransportAddress to, byte[] bytes) {
            this.atNanos = atNanos;
            this.order = order;
            this.from = from;
            this.to = to;
            this.bytes = bytes;
        }
    }

    private record Route(TransportAddress fromHost, TransportAddress toHost) {}

    private final SimClock clock;
    private final Random random;
    private final Map<TransportAddress, Endpoint> endpoints = new HashMap<>();
    private final Map<Route, Link> links = new HashMap<>();
    private final List<Nat> nats = new ArrayList<>();
    private final List<Actor> actors = new ArrayList<>();
    private final PriorityQueue<Flight> flights = new PriorityQueue<>(
            Comparator.<Flight>comparingLong(flight -> flight.atNanos).thenComparingLong(flight -> flight.order));
    private Link link = Link.GOOD;
    private long order;
    private long sent;
    private long delivered;

    public SimNetwork(SimClock clock, long seed) {
        this.clock = clock;
        this.random = new Random(seed);
    }

    public SimClock clock() {
        return clock;
    }

    /** A public endpoint. */
    public void attach(TransportAddress address, Receiver receiver) {
        endpoints.put(address, new Endpoint(receiver, null));
    }

    /** An endpoint behind {@code nat}; those behind one translator reach each other directly. */
    public void attach(TransportAddress address, Nat nat, Receiver receiver) {
        endpoints.put(address, new Endpoint(receiver, nat));
    }

    public void detach(TransportAddress address) {
        endpoints.remove(address);
    }

    /** @param publicHost the translator's public address in digits */
    public Nat addNat(String publicHost, Nat.Mapping mapping, Nat.Filtering filtering) {
        var nat = new Nat(TransportAddress.of(publicHost, 0), mapping, filtering);
        nats.add(nat);
        return nat;
    }

    public void addActor(Actor actor) {
        actors.add(actor);
    }

    /** The link between all endpoints that have none of their own. */
    public void setLink(Link link) {
        this.link = link;
    }

    /** The link from one host to another, in this direction; hosts as they are attached, their ports do not matter. */
    public void setLink(TransportAddress from, TransportAddress to, Link link) {
        links.put(new Route(from.withPort(0), to.withPort(0)), link);
    }

    public void send(TransportAddress from, TransportAddress to, Datagram datagram) {
        send(from, to, datagram.toArray());
    }

    public void send(TransportAddress from, TransportAddress to, byte[] datagram) {
        sent++;
        var source = endpoints.get(from);
        if (source == null) {
            return;
        }
        var nat = source.nat;
        var target = endpoints.get(to);
        var seen = nat == null || (target != null && target.nat == nat) ? from : nat.outbound(from, to);
        var arrival = arrival(to, seen, nat);
        if (arrival == null) {
            return;
        }
        var way = links.getOrDefault(new Route(from.withPort(0), arrival.withPort(0)), link);
        int copies = random.nextDouble() < way.loss() ? 0 : random.nextDouble() < way.duplication() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long jitter = way.jitterNanos() == 0 ? 0 : random.nextLong(way.jitterNanos());
            long at = clock.nowNanos() + way.delayNanos() + jitter;
            flights.add(new Flight(at, order++, seen, arrival, datagram.clone()));
        }
    }

    /** The endpoint that a datagram to {@code to} comes to, or null when none can be reached. */
    private @Nullable TransportAddress arrival(TransportAddress to, TransportAddress seen, @Nullable Nat from) {
        var target = endpoints.get(to);
        if (target != null) {
            return target.nat == null || target.nat == from ? to : null;
        }
        for (var nat : nats) {
            if (nat.owns(to)) {
                return nat.inbound(to, seen);
            }
        }
        return null;
    }

    /** Runs until {@code nanos} of the clock. */
    public void runUntil(long nanos) {
        while (step(nanos)) {
            // Each step is one event.
        }
        clock.advanceTo(nanos);
    }

    public void runFor(long nanos) {
        runUntil(clock.nowNanos() + nanos);
    }

    /** Runs until {@code done}, or for {@code limitNanos}; says whether it was done. */
    public boolean runUntil(BooleanSupplier done, long limitNanos) {
        long end = clock.nowNanos() + limitNanos;
        while (!done.getAsBoolean()) {
            if (!step(end)) {
                return false;
            }
        }
        return true;
    }

    /** Datagrams handed to {@link #send}. */
    public long sent() {
        return sent;
    }

    /** Datagrams that reached a receiver. */
    public long delivered() {
        return delivered;
    }

    /** The next event that is not after {@code end}; false when there is none. */
    private boolean step(long end) {
        Actor first = null;
        long at = Long.MAX_VALUE;
        for (var actor : actors) {
            long timeout = actor.nextTimeout();
            if (timeout < at) {
                first = actor;
                at = timeout;
            }
        }
        var flight = flights.peek();
        boolean flightFirst = flight != null && flight.atNanos <= at;
        if (flightFirst) {
            at = flight.atNanos;
        }
        if (at > end || at == Long.MAX_VALUE) {
            return false;
        }
        clock.advanceTo(Math.max(at, clock.nowNanos()));
        if (flightFirst) {
            flights.remove();
            deliver(flight);
        } else if (first != null) {
            first.handleTimeout(clock.nowNanos());
            if (first.nextTimeout() <= at) {
                throw new IllegalStateException("its timer does not move on from " + at + ": " + first);
            }
        }
        return true;
    }

    private void deliver(Flight flight) {
        var endpoint = endpoints.get(flight.to);
        if (endpoint != null) {
            delivered++;
            endpoint.receiver.receive(flight.from, flight.bytes);
        }
    }
}
