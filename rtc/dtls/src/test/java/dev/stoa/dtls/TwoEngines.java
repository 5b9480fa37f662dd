package dev.stoa.dtls;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A client, a server and a network between them, which may lose, repeat and reorder. Real time passes: the library's
 * handshake has no other.
 */
final class TwoEngines implements AutoCloseable {
    static final DtlsCertificate CLIENT_CERTIFICATE = certificate();
    static final DtlsCertificate SERVER_CERTIFICATE = certificate();
    private static final long LIMIT_NANOS = Duration.ofSeconds(15).toNanos();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore activity = new Semaphore(0);
    private final List<InFlight> network = new ArrayList<>();
    private Random random = new Random(0);
    private int lossPercent;
    private UnaryOperator<byte[]> toServer = UnaryOperator.identity();

    DtlsEngine client;
    DtlsEngine server;
    final List<DtlsEvent> clientEvents = new ArrayList<>();
    final List<DtlsEvent> serverEvents = new ArrayList<>();
    int datagrams;

    private static final class InFlight {
        private final boolean toServer;
        private final byte[] bytes;

        InFlight(boolean toServer, byte[] bytes) {
            this.toServer = toServer;
            this.bytes = bytes;
        }
    }

    TwoEngines() {
        this(DtlsEngine.SRTP_PROFILES, DtlsEngine.SRTP_PROFILES);
    }

    TwoEngines(List<Integer> clientProfiles, List<Integer> serverProfiles) {
        client = engine(DtlsRole.CLIENT, List.of(SERVER_CERTIFICATE.fingerprint("sha-256")), clientProfiles);
        server = engine(DtlsRole.SERVER, List.of(CLIENT_CERTIFICATE.fingerprint("sha-256")), serverProfiles);
    }

    static DtlsCertificate certificate() {
        return DtlsCertificate.generate(new SecureRandom(), Instant.parse("2026-11-01T00:00:00Z"), Duration.ofDays(30));
    }

    DtlsEngine engine(DtlsRole role, List<Fingerprint> remote, List<Integer> profiles) {
        var certificate = role == DtlsRole.CLIENT ? CLIENT_CERTIFICATE : SERVER_CERTIFICATE;
        return new DtlsEngine(role, certificate, remote, profiles, threads, activity::release);
    }

    TwoEngines expecting(List<Fingerprint> ofServer, List<Fingerprint> ofClient) {
        client = engine(DtlsRole.CLIENT, ofServer, DtlsEngine.SRTP_PROFILES);
        server = engine(DtlsRole.SERVER, ofClient, DtlsEngine.SRTP_PROFILES);
        return this;
    }

    /** Loses that many of a hundred datagrams, sends one of ten twice, and delivers in any order. */
    TwoEngines lossy(int percent, long seed) {
        lossPercent = percent;
        random = new Random(seed);
        return this;
    }

    /** Changes what the client sends on its way. */
    TwoEngines tampering(UnaryOperator<byte[]> change) {
        toServer = change;
        return this;
    }

    TwoEngines start() {
        client.start(now());
        server.start(now());
        return this;
    }

    TwoEngines connect() {
        start();
        if (!run(() -> client.isConnected() && server.isConnected())) {
            throw new AssertionError("no association: " + clientEvents + " " + serverEvents);
        }
        return this;
    }

    static long now() {
        return System.nanoTime();
    }

    /** Lets datagrams pass until it is so; false when that takes too long. */
    boolean run(BooleanSupplier until) {
        long limit = now() + LIMIT_NANOS;
        while (!until.getAsBoolean()) {
            if (now() > limit) {
                return false;
            }
            if (!step()) {
                awaitActivity(2);
            }
        }
        settle();
        return true;
    }

    /** Lets pass what is on its way. */
    void settle() {
        boolean moved = true;
        while (moved) {
            moved = step();
        }
    }

    void awaitActivity(int millis) {
        try {
            activity.tryAcquire(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean step() {
        boolean moved = collect(client, clientEvents, true);
        moved |= collect(server, serverEvents, false);
        if (!network.isEmpty()) {
            var next = network.removeFirst();
            if (next.toServer) {
                server.handle(now(), toServer.apply(next.bytes));
            } else {
                client.handle(now(), next.bytes);
            }
            moved = true;
        }
        return moved;
    }

    private boolean collect(DtlsEngine engine, List<DtlsEvent> events, boolean fromClient) {
        boolean moved = false;
        for (var event = engine.pollEvent(); event != null; event = engine.pollEvent()) {
            events.add(event);
            moved = true;
        }
        for (var bytes = engine.pollTransmit(); bytes != null; bytes = engine.pollTransmit()) {
            datagrams++;
            moved = true;
            int copies = random.nextInt(100) < lossPercent ? 0 : lossPercent > 0 && random.nextInt(10) == 0 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                int at = lossPercent > 0 ? random.nextInt(network.size() + 1) : network.size();
                network.add(at, new InFlight(fromClient, bytes.clone()));
            }
        }
        return moved;
    }

    /** The first datagram of a client engine of its own: a ClientHello. */
    byte[] clientHello() {
        var other =
                engine(DtlsRole.CLIENT, List.of(SERVER_CERTIFICATE.fingerprint("sha-256")), DtlsEngine.SRTP_PROFILES);
        other.start(now());
        byte[] hello = other.pollTransmit();
        while (hello == null) {
            awaitActivity(2);
            hello = other.pollTransmit();
        }
        other.close();
        return hello;
    }

    static List<byte[]> applicationData(List<DtlsEvent> events) {
        return events.stream()
                .filter(DtlsEvent.ApplicationData.class::isInstance)
                .map(event -> ((DtlsEvent.ApplicationData) event).bytes())
                .toList();
    }

    @Override
    public void close() {
        client.close();
        server.close();
        threads.shutdownNow();
    }
}
