package dev.stoa.peer;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.LocalBase;
import dev.stoa.srtp.SrtpCrypto;
import dev.stoa.testkit.SimClock;
import dev.stoa.testkit.SimNetwork;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Two PeerConnections in a simulated network. Only the handshake takes real time, and then the simulation waits for it. */
final class TwoPeers implements AutoCloseable {
    /** 2026-11-01T00:00:00Z is the simulation's zero. */
    static final long EPOCH_NANOS = 1_793_491_200_000_000_000L;

    static final long MILLIS = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    private static final DtlsCertificate ONE = certificate();
    private static final DtlsCertificate OTHER = certificate();
    private static final long PATIENCE_NANOS = 20 * SECOND;

    final SimNetwork network;
    final Side caller;
    final Side callee;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore activity = new Semaphore(0);

    TwoPeers(long seed) {
        network = new SimNetwork(new SimClock(SECOND), seed);
        caller = new Side(new Random(seed), ONE, "192.0.2.1");
        callee = new Side(new Random(~seed), OTHER, "192.0.2.2");
    }

    static DtlsCertificate certificate() {
        return DtlsCertificate.generate(new SecureRandom(), Instant.parse("2026-10-01T00:00:00Z"), Duration.ofDays(90));
    }

    long now() {
        return network.clock().nowNanos();
    }

    /** The caller offers, the callee answers. */
    TwoPeers negotiate() throws PeerException {
        return negotiate(caller, callee);
    }

    TwoPeers negotiate(Side offerer, Side answerer) throws PeerException {
        var offer = offerer.connection.setLocalDescription(now());
        answerer.connection.setRemoteDescription(now(), offer);
        var answer = answerer.connection.setLocalDescription(now());
        offerer.connection.setRemoteDescription(now(), answer);
        offerer.drain();
        answerer.drain();
        return this;
    }

    TwoPeers connect() throws PeerException {
        negotiate();
        if (!run(() -> caller.isConnected() && callee.isConnected())) {
            throw new AssertionError(caller.events + " " + callee.events);
        }
        return this;
    }

    /** Lets time pass until it is so; false when that takes too long. */
    boolean run(BooleanSupplier until) {
        long limit = System.nanoTime() + PATIENCE_NANOS;
        while (!until.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                return false;
            }
            long before = network.delivered();
            network.runFor(MILLIS);
            caller.wakeUp();
            callee.wakeUp();
            if (network.delivered() == before) {
                awaitActivity();
            }
        }
        return true;
    }

    private void awaitActivity() {
        try {
            activity.tryAcquire(1, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        caller.connection.close();
        callee.connection.close();
        threads.shutdownNow();
    }

    /** One of the two, with its sockets. */
    final class Side implements SimNetwork.Actor {
        final PeerConnection connection;
        final List<PeerEvent> events = new ArrayList<>();
        private final Datagram scratch = Datagram.allocate(2048);
        private final Map<LocalBase, TransportAddress> sockets = new HashMap<>();

        Side(Random random, DtlsCertificate certificate, String address) {
            var configuration =
                    new PeerConfiguration(certificate, SrtpCrypto.libcryptoOrJdk(), random, threads, EPOCH_NANOS);
            connection = new PeerConnection(configuration, activity::release);
            network.addActor(this);
            attach(address);
        }

        /** One more address. */
        LocalBase attach(String address) {
            var here = TransportAddress.of(address, 5000);
            var base = LocalBase.udp(here);
            sockets.put(base, here);
            network.attach(here, (from, bytes) -> {
                connection.handle(now(), Datagram.copyOf(bytes), base, from);
                drain();
            });
            connection.addLocalCandidate(now(), Candidate.host(here, 65535 - sockets.size()), base);
            drain();
            return base;
        }

        void detach(LocalBase base) {
            network.detach(base.address());
            sockets.remove(base);
            connection.handleBaseClosed(now(), base);
            drain();
        }

        @Override
        public long nextTimeout() {
            return connection.nextTimeout();
        }

        @Override
        public void handleTimeout(long nowNanos) {
            connection.handleTimeout(nowNanos);
            drain();
        }

        void wakeUp() {
            connection.handleWakeUp(now());
            drain();
        }

        void drain() {
            for (var event = connection.pollEvent(); event != null; event = connection.pollEvent()) {
                events.add(event);
            }
            for (var next = connection.pollTransmit(now(), scratch);
                    next != null;
                    next = connection.pollTransmit(now(), scratch)) {
                var from = sockets.get(next.base());
                if (from != null) {
                    network.send(from, next.destination(), scratch);
                }
            }
        }

        boolean isConnected() {
            return connection.connectionState() == PeerConnectionState.CONNECTED;
        }

        /** Those that came until now. */
        <E extends PeerEvent> List<E> events(Class<E> kind) {
            return events.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }
}
