package dev.stoa.peer;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.LocalBase;
import dev.stoa.net.DatagramHandler;
import dev.stoa.net.Driver;
import dev.stoa.net.DriverOptions;
import dev.stoa.net.LocalAddresses;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.net.Sockets;
import dev.stoa.net.Task;
import dev.stoa.srtp.SrtpCrypto;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Gives PeerConnections sockets, time and a thread: one thread for all of a host's, a UDP socket for each connection and
 * local address.
 *
 * <p>Calling contract: {@link #open}, {@link #connect}, {@link #post} and {@link #postAt} from any thread, {@link #close} at
 * the end. A PeerConnection and all that belongs to it is used on the host's thread only: in its listener and in posted
 * tasks, which must not block.
 */
public final class PeerHost implements AutoCloseable {
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final Duration VALIDITY = Duration.ofDays(30);
    private static final int MAX_DATAGRAM_BYTES = 2048;

    private final Driver driver;
    private final List<TransportAddress> addresses;
    private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
    private final PeerConfiguration configuration;
    private final Handler handler;
    private volatile boolean closed;

    private PeerHost(Driver driver, List<TransportAddress> addresses, Consumer<Throwable> faults) {
        this.driver = driver;
        this.addresses = addresses;
        this.handler = new Handler(faults);
        var random = new SecureRandom();
        var now = Instant.now();
        this.configuration = new PeerConfiguration(
                DtlsCertificate.generate(random, now.minus(CLOCK_SKEW), VALIDITY),
                SrtpCrypto.libcryptoOrJdk(),
                random,
                handshakes,
                now.getEpochSecond() * 1_000_000_000L + now.getNano() - Driver.nanos());
    }

    /**
     * Opens a host at all addresses of this machine.
     *
     * @param faults told what listeners and tasks throw; it ends nothing else
     */
    public static PeerHost open(Consumer<Throwable> faults) throws IOException {
        return open(localAddresses(), faults);
    }

    /** @param addresses to send from and be reached at; their ports do not matter */
    public static PeerHost open(List<TransportAddress> addresses, Consumer<Throwable> faults) throws IOException {
        var driver = new Driver("stoa-peers", Sockets.best(), DriverOptions.DEFAULT);
        var host = new PeerHost(driver, List.copyOf(addresses), faults);
        driver.start(host.handler);
        return host;
    }

    /** A browser or server on this very machine is reached by loopback as well as by any other address. */
    private static List<TransportAddress> localAddresses() throws SocketException {
        return LocalAddresses.listWithLoopback();
    }

    /** The time of all hosts, as listeners and tasks are told it. */
    public static long nanos() {
        return Driver.nanos();
    }

    /**
     * Makes a PeerConnection, with the host candidates of this machine.
     *
     * @param begin runs first on the host's thread: adds transceivers, makes the offer
     */
    public CompletableFuture<PeerConnection> connect(PeerListener listener, Beginning begin) {
        var made = new CompletableFuture<PeerConnection>();
        boolean taken = driver.post(now -> {
            try {
                made.complete(handler.open(now, listener, begin));
            } catch (IOException | PeerException | RuntimeException e) {
                made.completeExceptionally(e);
            }
        });
        if (!taken) {
            made.completeExceptionally(new IllegalStateException("the host is closed, or has too much to do"));
        }
        return made;
    }

    /** What is done first with a new PeerConnection. */
    @FunctionalInterface
    public interface Beginning {
        void begin(long nowNanos, PeerConnection connection) throws PeerException;
    }

    /**
     * Runs a task on the host's thread, soon.
     *
     * @return false when the host is closed, or too many tasks wait
     */
    public boolean post(Task task) {
        return driver.post(task);
    }

    /**
     * Runs a task on the host's thread when {@link #nanos} has reached a time: a clip's next frame, say.
     *
     * @return false when the host is closed, or too many tasks wait
     */
    public boolean postAt(long nanos, Task task) {
        return driver.post(_ -> handler.timers.add(new Timer(nanos, task)));
    }

    /** Whether tasks are refused for good. From any thread. */
    public boolean isClosed() {
        return closed;
    }

    /** Closes all connections, which tells the other sides, and ends the thread. */
    @Override
    public void close() {
        closed = true;
        driver.post(handler::closeAll);
        driver.close();
        handshakes.shutdownNow();
    }

    /** A connection, its listener and its sockets. */
    private static final class Hosted {
        final PeerConnection connection;
        final PeerListener listener;
        final Map<LocalBase, Integer> sockets = new HashMap<>();

        Hosted(PeerConnection connection, PeerListener listener) {
            this.connection = connection;
            this.listener = listener;
        }
    }

    private record Place(Hosted peer, LocalBase base) {}

    private record Timer(long nanos, Task task) {}

    /** Everything on the driver's thread. */
    private final class Handler implements DatagramHandler {
        private final Consumer<Throwable> faults;
        private final Map<Integer, Place> places = new HashMap<>();
        private final List<Hosted> peers = new ArrayList<>();
        private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::nanos));
        private final Datagram scratch = Datagram.allocate(MAX_DATAGRAM_BYTES);

        Handler(Consumer<Throwable> faults) {
            this.faults = faults;
        }

        PeerConnection open(long nowNanos, PeerListener listener, Beginning begin) throws IOException, PeerException {
            var connection = new PeerConnection(configuration, () -> driver.post(this::wake));
            var peer = new Hosted(connection, listener);
            try {
                for (int i = 0; i < addresses.size(); i++) {
                    bind(nowNanos, peer, addresses.get(i), Candidate.BEST_LOCAL_PREFERENCE - i);
                }
                connection.endLocalCandidates();
                peers.add(peer);
                begin.begin(nowNanos, connection);
            } catch (IOException | PeerException | RuntimeException e) {
                connection.close();
                forget(peer);
                throw e;
            }
            return connection;
        }

        private void bind(long nowNanos, Hosted peer, TransportAddress address, int preference) throws IOException {
            int socket = driver.bindUdp(address.withPort(0));
            var base = LocalBase.udp(driver.localAddress(socket));
            places.put(socket, new Place(peer, base));
            peer.sockets.put(base, socket);
            peer.connection.addLocalCandidate(nowNanos, Candidate.host(base.address(), preference), base);
        }

        /** Some handshake has got on. */
        private void wake(long nowNanos) {
            peers.forEach(peer -> peer.connection.handleWakeUp(nowNanos));
        }

        @Override
        public void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
            var place = places.get(local);
            if (place != null) {
                place.peer.connection.handle(nowNanos, packet, place.base, remote.toTransportAddress());
            }
        }

        @Override
        public long nextTimeout() {
            var timer = timers.peek();
            long next = timer == null ? NEVER : timer.nanos;
            for (var peer : peers) {
                next = Math.min(next, peer.connection.nextTimeout());
            }
            return next;
        }

        @Override
        public void handleTimeout(long nowNanos) {
            for (var timer = timers.peek(); timer != null && timer.nanos <= nowNanos; timer = timers.peek()) {
                timers.remove();
                run(nowNanos, timer.task);
            }
            for (var peer : peers) {
                if (peer.connection.nextTimeout() <= nowNanos) {
                    peer.connection.handleTimeout(nowNanos);
                }
            }
        }

        private void run(long nowNanos, Task task) {
            try {
                task.run(nowNanos);
            } catch (RuntimeException e) {
                faults.accept(e);
            }
        }

        @Override
        public void pollTransmit(long nowNanos, SendBatch out) {
            // Backwards: a connection that has ended is taken out.
            for (int i = peers.size() - 1; i >= 0; i--) {
                var peer = peers.get(i);
                tell(nowNanos, peer);
                do {
                    send(nowNanos, peer, out);
                } while (tell(nowNanos, peer));
                if (peer.connection.connectionState() == PeerConnectionState.CLOSED) {
                    forget(peer);
                }
            }
        }

        /** @return whether there was anything: a listener may have done something about it */
        private boolean tell(long nowNanos, Hosted peer) {
            boolean any = false;
            for (var event = peer.connection.pollEvent(); event != null; event = peer.connection.pollEvent()) {
                any = true;
                try {
                    peer.listener.handle(nowNanos, peer.connection, event);
                } catch (RuntimeException e) {
                    faults.accept(e);
                }
            }
            return any;
        }

        private void send(long nowNanos, Hosted peer, SendBatch out) {
            for (var next = peer.connection.pollTransmit(nowNanos, scratch);
                    next != null;
                    next = peer.connection.pollTransmit(nowNanos, scratch)) {
                var socket = peer.sockets.get(next.base());
                if (socket != null) {
                    out.send(socket, next.destination(), scratch);
                }
            }
        }

        /** After what it had to say is in the batch, which leaves before the sockets are used again. */
        private void forget(Hosted peer) {
            peers.remove(peer);
            for (int socket : peer.sockets.values()) {
                places.remove(socket);
                driver.post(now -> driver.close(socket));
            }
        }

        void closeAll(long nowNanos) {
            for (var peer : peers) {
                peer.connection.close();
            }
        }

        @Override
        public void handleFault(Throwable fault) {
            faults.accept(fault);
        }
    }
}
