package dev.stoa.ice;

import dev.stoa.testkit.Nat;
import dev.stoa.testkit.SimNetwork;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The driver of an agent on a simulated network: sockets, and the calling contract. */
final class Peer implements SimNetwork.Actor {
    /** What was sent, and when. */
    record Sent(long atNanos, Transmit transmit, boolean isRequest) {}

    final IceAgent agent;
    final List<IceEvent> events = new ArrayList<>();
    final List<Sent> sent = new ArrayList<>();
    private final SimNetwork network;
    private final Datagram in = Datagram.allocate(2048);
    private final Datagram out = Datagram.allocate(IceAgent.TRANSMIT_CAPACITY);
    private final Map<LocalBase, TransportAddress> opened = new HashMap<>();
    private int nextPort = 20_000;

    @Nullable Handled last;

    Peer(SimNetwork network, IceAgent agent) {
        this.network = network;
        this.agent = agent;
        network.addActor(this);
    }

    FullIceAgent full() {
        return (FullIceAgent) agent;
    }

    LocalBase bind(TransportAddress address) {
        var base = LocalBase.udp(address);
        network.attach(address, (from, bytes) -> receive(base, from, bytes));
        return base;
    }

    LocalBase bind(TransportAddress address, Nat nat) {
        var base = LocalBase.udp(address);
        network.attach(address, nat, (from, bytes) -> receive(base, from, bytes));
        return base;
    }

    /** A TCP listener; a connection is told by its other end. */
    LocalBase listen(TransportAddress address) {
        network.attach(address, (from, bytes) -> receive(LocalBase.tcpConnection(address, from), from, bytes));
        return LocalBase.tcp(address);
    }

    /** Binds a socket and adds its host candidate. */
    Candidate host(String address, int port) {
        return host(bind(TransportAddress.of(address, port)), Candidate.BEST_LOCAL_PREFERENCE);
    }

    Candidate host(LocalBase base, int preference) {
        var candidate = Candidate.host(base.address(), preference);
        full().addLocalCandidate(network.clock().nowNanos(), candidate, base);
        drain();
        return candidate;
    }

    void receive(LocalBase base, TransportAddress from, byte[] bytes) {
        in.set(bytes);
        last = agent.handle(network.clock().nowNanos(), in, base, from);
        drain();
    }

    void know(IceCredentials remote, boolean lite, Candidate... candidates) {
        long now = network.clock().nowNanos();
        agent.setRemote(now, remote, lite);
        for (var candidate : candidates) {
            agent.addRemoteCandidate(now, candidate);
        }
        drain();
    }

    void drain() {
        for (var transmit = agent.pollTransmit(out); transmit != null; transmit = agent.pollTransmit(out)) {
            sent.add(new Sent(network.clock().nowNanos(), transmit, out.u16(0) == 1));
            network.send(source(transmit), transmit.destination(), out);
        }
        for (var event = agent.pollEvent(); event != null; event = agent.pollEvent()) {
            events.add(event);
        }
    }

    /** A connection from port 0 is opened on first use, from a port of its own. */
    private TransportAddress source(Transmit transmit) {
        var base = transmit.base();
        if (base.peer() == null || base.address().port() != 0) {
            return base.address();
        }
        return opened.computeIfAbsent(base, connection -> {
            var address = connection.address().withPort(nextPort++);
            network.attach(address, (from, bytes) -> receive(connection, from, bytes));
            return address;
        });
    }

    boolean isConnected() {
        return agent.state() == IceState.CONNECTED || agent.state() == IceState.COMPLETED;
    }

    <E extends IceEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<IceState> states() {
        return events(IceEvent.StateChanged.class).stream()
                .map(IceEvent.StateChanged::state)
                .toList();
    }

    @Override
    public long nextTimeout() {
        return agent.nextTimeout();
    }

    @Override
    public void handleTimeout(long nowNanos) {
        agent.handleTimeout(nowNanos);
        drain();
    }
}
