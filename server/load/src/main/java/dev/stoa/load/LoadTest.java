package dev.stoa.load;

import com.sun.management.OperatingSystemMXBean;
import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.ice.IceRole;
import dev.stoa.net.Counter;
import dev.stoa.net.Driver;
import dev.stoa.srtp.SrtpCrypto;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Many peers in one process that meet in rooms of a server: publishers on one thread, subscribers on another.
 *
 * <p>Calling contract: {@link #open}, {@link #join}, then {@link #measure} any number of times, {@link #setPaused} between
 * them, {@link #close} at the end; all by one thread, which they block.
 */
public final class LoadTest implements AutoCloseable {
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final Duration VALIDITY = Duration.ofDays(30);
    /** How many join at once: as many as come through a door together, and no more than a small server answers in time. */
    private static final int JOINING = 16;

    private static final int CLOSE_SECONDS = 5;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final LoadSettings settings;
    private final Vertx vertx;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SecureRandom random = new SecureRandom();
    private final Identity identity;
    private final LoadLoop publishers;
    private final LoadLoop subscribers;
    private final Signaling signaling;
    private final long epochOffsetNanos;
    private final List<MediaSender> senders = new CopyOnWriteArrayList<>();
    private final List<MediaReceiver> receivers = new CopyOnWriteArrayList<>();

    private LoadTest(LoadSettings settings) throws IOException, LoadException {
        this.settings = settings;
        var now = Instant.now();
        this.epochOffsetNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano() - Driver.nanos();
        this.identity = new Identity(
                DtlsCertificate.generate(random, now.minus(CLOCK_SKEW), VALIDITY),
                SrtpCrypto.libcryptoOrJdk(),
                random,
                threads,
                settings.profile());
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        this.publishers = new LoadLoop("load-publishers", settings.local());
        this.subscribers = new LoadLoop("load-subscribers", settings.local());
        var fingerprint = identity.certificate().fingerprint("sha-256");
        this.signaling = switch (settings.dialect()) {
            case STOA -> new StoaSignaling(vertx, settings, fingerprint, random);
            case JANUS -> new JanusSignaling(vertx, settings, fingerprint, random);
        };
    }

    /** @throws LoadException when there is no such server */
    public static LoadTest open(LoadSettings settings) throws IOException, LoadException {
        return new LoadTest(settings);
    }

    static WebSocketClientOptions webSockets() {
        return new WebSocketClientOptions()
                .setMaxConnections(10_000)
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES)
                .setTrustAll(true)
                .setVerifyHost(false);
    }

    /** Has all publishers join, then all subscribers; returns when they are connected. */
    public void join() throws LoadException {
        var door = new Semaphore(JOINING);
        var joining = new ArrayList<Callable<Void>>();
        for (int room = 0; room < settings.rooms(); room++) {
            for (int i = 0; i < settings.publishers(); i++) {
                int to = room;
                int seed = room * settings.publishers() + i;
                joining.add(() -> publish(to, seed));
            }
        }
        runAll(door, joining);
        joining.clear();
        for (int i = 0; i < settings.subscribers(); i++) {
            for (int room = 0; room < settings.rooms(); room++) {
                int to = room;
                joining.add(() -> subscribe(to));
            }
        }
        runAll(door, joining);
    }

    private void runAll(Semaphore door, List<Callable<Void>> tasks) throws LoadException {
        var running = new ArrayList<Future<Void>>();
        for (var task : tasks) {
            running.add(threads.submit(() -> {
                door.acquire();
                try {
                    return task.call();
                } finally {
                    door.release();
                }
            }));
        }
        for (var each : running) {
            Wait.result(each, "a peer's connection");
        }
    }

    private Void publish(int room, long seed) throws LoadException {
        var peer = Wait.result(publishers.open(identity, IceRole.CONTROLLING), "a socket");
        var ssrcs = LoadSdp.Ssrcs.random(random);
        var agreed = signaling.publish(room, peer, ssrcs);
        var sender = new MediaSender(publishers.counts(), settings, agreed.ids(), ssrcs, seed, epochOffsetNanos);
        senders.add(sender);
        connect(publishers, peer, agreed, sender);
        return null;
    }

    private Void subscribe(int room) throws LoadException {
        var role = settings.dialect() == LoadSettings.Dialect.JANUS ? IceRole.CONTROLLED : IceRole.CONTROLLING;
        var peer = Wait.result(subscribers.open(identity, role), "a socket");
        var agreed = signaling.subscribe(room, peer);
        var receiver = new MediaReceiver(subscribers.counts(), agreed.ids(), random.nextLong(1, 1L << 32));
        receivers.add(receiver);
        connect(subscribers, peer, agreed, receiver);
        return null;
    }

    private static void connect(LoadLoop loop, LoadPeer peer, Signaling.Agreed agreed, PeerMedia media)
            throws LoadException {
        var begun = loop.ask(now -> {
            peer.connect(now, agreed.remote(), agreed.role(), media);
            return peer;
        });
        Wait.result(begun, "a peer's connection");
        Wait.result(peer.connected(), "a peer's connection");
    }

    /** Publishers begin paused. */
    public void setPaused(boolean paused) throws LoadException {
        Wait.result(
                publishers.ask(now -> {
                    senders.forEach(sender -> sender.setPaused(now, paused));
                    publishers.peers().forEach(publishers::reschedule);
                    return paused;
                }),
                "the publishers");
    }

    /** Whether each subscriber receives what each publisher of its room sends. */
    public boolean isComplete() throws LoadException {
        return Wait.result(
                subscribers.ask(
                        _ -> receivers.stream().allMatch(each -> each.trackCount() >= 2 * settings.publishers())),
                "the subscribers");
    }

    private record Before(
            long nanos,
            long cpuNanos,
            long sent,
            long sentLate,
            long received,
            long bytes,
            long recovered,
            long overflowed) {}

    /** Measures for a while. The publishers should be sending for some time already. */
    public LoadReport measure(Duration time) throws LoadException, InterruptedException {
        var before = begin();
        Thread.sleep(time);
        return end(before);
    }

    private Before begin() throws LoadException {
        long sent = Wait.result(publishers.ask(_ -> publishers.counts().sent), "the publishers");
        long late = Wait.result(publishers.ask(_ -> publishers.counts().sentLate), "the publishers");
        return Wait.result(
                subscribers.ask(_ -> {
                    receivers.forEach(MediaReceiver::beginMeasurement);
                    var counts = subscribers.counts();
                    counts.latencies.clear();
                    return new Before(
                            Driver.nanos(),
                            SYSTEM.getProcessCpuTime(),
                            sent,
                            late,
                            counts.received,
                            counts.receivedBytes,
                            counts.recovered,
                            overflowed());
                }),
                "the subscribers");
    }

    private LoadReport end(Before before) throws LoadException {
        long sent = Wait.result(publishers.ask(_ -> publishers.counts().sent), "the publishers");
        long late = Wait.result(publishers.ask(_ -> publishers.counts().sentLate), "the publishers");
        long lostPublishers = Wait.result(publishers.ask(_ -> publishers.counts().lostPeers), "the publishers");
        return Wait.result(
                subscribers.ask(_ -> {
                    var counts = subscribers.counts();
                    double nanos = Driver.nanos() - before.nanos;
                    return new LoadReport(
                            nanos / 1e9,
                            sent - before.sent,
                            counts.received - before.received,
                            counts.receivedBytes - before.bytes,
                            receivers.stream().mapToLong(MediaReceiver::lost).sum(),
                            counts.recovered - before.recovered,
                            overflowed() - before.overflowed,
                            counts.latencies.quantileMillis(0.5),
                            counts.latencies.quantileMillis(0.99),
                            counts.latencies.maxMillis(),
                            receivers.stream()
                                    .mapToDouble(MediaReceiver::jitterMillis)
                                    .average()
                                    .orElse(0),
                            (SYSTEM.getProcessCpuTime() - before.cpuNanos) / nanos,
                            late - before.sentLate,
                            counts.lostPeers + lostPublishers);
                }),
                "the subscribers");
    }

    private long overflowed() {
        return subscribers.get(Counter.DROPPED_RECEIVE_BUFFER_FULL) + publishers.get(Counter.DROPPED_SEND_BUFFER_FULL);
    }

    @Override
    public void close() {
        publishers.close();
        subscribers.close();
        signaling.close();
        threads.shutdownNow();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(_ -> null)
                .join();
    }
}
