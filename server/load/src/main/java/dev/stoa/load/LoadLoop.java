package dev.stoa.load;

import dev.stoa.ice.IceRole;
import dev.stoa.ice.LocalBase;
import dev.stoa.net.Counter;
import dev.stoa.net.DatagramHandler;
import dev.stoa.net.Driver;
import dev.stoa.net.DriverOptions;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.net.Sockets;
import dev.stoa.net.Task;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A thread of peers, each with a socket of its own. */
final class LoadLoop implements DatagramHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(LoadLoop.class.getName());

    /** For one peer; what a machine gives by default may hold less than a key frame. */
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private static final int SCRATCH_BYTES = 2048;

    private final Driver driver;
    private final TransportAddress local;
    private final Counts counts = new Counts();
    private final List<LoadPeer> peers = new ArrayList<>();
    private final List<LoadPeer> due = new ArrayList<>();
    private final Datagram scratch = Datagram.allocate(SCRATCH_BYTES);
    private @Nullable LoadPeer[] bySocket = new LoadPeer[64];
    private long nextNanos = NEVER;

    /** @param local what sockets are bound to */
    LoadLoop(String name, TransportAddress local) throws IOException {
        this.local = local;
        // As browsers do: each packet by itself, both ways.
        var options = DriverOptions.DEFAULT
                .withOffloads(false, false)
                .withBufferBytes(SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);
        this.driver = new Driver(name, Sockets.best(), options);
        driver.start(this);
    }

    Counts counts() {
        return counts;
    }

    List<LoadPeer> peers() {
        return peers;
    }

    CompletableFuture<LoadPeer> open(Identity identity, IceRole role) {
        return ask(now -> {
            try {
                int socket = driver.bindUdp(local.withPort(0));
                var base = LocalBase.udp(driver.localAddress(socket));
                var peer = new LoadPeer(now, this, identity, socket, base, role);
                if (socket >= bySocket.length) {
                    bySocket = Arrays.copyOf(bySocket, 2 * socket);
                }
                bySocket[socket] = peer;
                peers.add(peer);
                return peer;
            } catch (IOException e) {
                throw new IllegalStateException("no socket: " + e.getMessage(), e);
            }
        });
    }

    long get(Counter counter) {
        return driver.get(counter);
    }

    boolean post(Task task) {
        return driver.post(task);
    }

    /** Runs {@code question} on the loop's thread. */
    <T> CompletableFuture<T> ask(LongFunction<T> question) {
        var answer = new CompletableFuture<T>();
        boolean taken = driver.post(now -> {
            try {
                answer.complete(question.apply(now));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        if (!taken) {
            answer.completeExceptionally(new IllegalStateException("the loop is overloaded or closed"));
        }
        return answer;
    }

    /** The peer may have something to send. */
    void wake(LoadPeer peer) {
        if (!peer.isDue) {
            peer.isDue = true;
            due.add(peer);
        }
    }

    /** The peer's next time has changed. */
    void reschedule(LoadPeer peer) {
        peer.nextNanos = peer.nextTimeout();
        nextNanos = Math.min(nextNanos, peer.nextNanos);
    }

    @Override
    public void handle(long nowNanos, int socket, RemoteAddress remote, Datagram packet) {
        var peer = socket < bySocket.length ? bySocket[socket] : null;
        if (peer != null) {
            peer.handle(nowNanos, remote, packet);
        }
    }

    @Override
    public long nextTimeout() {
        return nextNanos;
    }

    @Override
    public void handleTimeout(long nowNanos) {
        nextNanos = NEVER;
        for (int i = 0; i < peers.size(); i++) {
            var peer = peers.get(i);
            if (peer.nextNanos <= nowNanos) {
                peer.handleTimeout(nowNanos);
                peer.nextNanos = peer.nextTimeout();
            }
            // What it has to send now is sent in this round, after which it is asked again.
            if (!peer.isDue) {
                nextNanos = Math.min(nextNanos, peer.nextNanos);
            }
        }
    }

    @Override
    public void pollTransmit(long nowNanos, SendBatch out) {
        for (int i = 0; i < due.size(); i++) {
            var peer = due.get(i);
            peer.isDue = false;
            peer.pollTransmit(nowNanos, out, scratch);
            reschedule(peer);
        }
        due.clear();
    }

    @Override
    public void handleFault(Throwable fault) {
        LOG.log(Level.ERROR, "A fault in the load generator", fault);
    }

    @Override
    public void close() {
        driver.post(now -> peers.forEach(peer -> {
            peer.close();
            wake(peer);
        }));
        driver.close();
    }
}
