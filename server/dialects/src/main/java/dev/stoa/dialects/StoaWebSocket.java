package dev.stoa.dialects;

import dev.stoa.signaling.ErrorCode;
import dev.stoa.signaling.MediaEvent;
import dev.stoa.signaling.MediaServer;
import dev.stoa.signaling.Problem;
import dev.stoa.signaling.RateLimiter;
import dev.stoa.signaling.SignalingLimits;
import dev.stoa.signaling.SignalingLoop;
import dev.stoa.signaling.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The own protocol at {@code /ws} (docs/PROTOCOL.md). One instance serves all listeners and event loops: pass
 * {@link #handshake} and {@link #handle} to each HTTP server.
 */
public final class StoaWebSocket {
    private static final long EXPIRY_PERIOD_MILLIS = 1_000;
    private static final long ALIVE_PERIOD_MILLIS = 5_000;
    private static final long RETRY_AFTER_MILLIS = 1_000;
    private static final int MAX_SOURCES = 10_000;
    private static final Problem SHUTDOWN = new Problem(
            ErrorCode.SERVER_SHUTDOWN,
            "The server is being restarted.",
            "The call goes on; the page reconnects by itself.");

    private final SignalingOptions options;
    private final SignalingMetrics metrics;
    private final List<RoomLoop> loops = new ArrayList<>();
    private final Set<WebSocketClient> clients = ConcurrentHashMap.newKeySet();
    private final RateLimiter connectionBudget;
    private final Problem tooLarge;
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean draining;

    /**
     * Makes the signaling loops, each on an event loop of its own while there are enough.
     *
     * @param media makes the part of the server that carries media, given where it delivers its events, on any thread and
     *     only before {@code vertx} is closed; null: this server carries no media
     */
    public StoaWebSocket(
            Vertx vertx,
            SignalingOptions options,
            Tokens tokens,
            MeterRegistry registry,
            @Nullable Function<Consumer<MediaEvent>, MediaServer> media) {
        this.options = options;
        this.metrics = new SignalingMetrics(registry, clients::size);
        this.connectionBudget = new RateLimiter(options.joinsPerSecond(), options.joinsBurst(), MAX_SOURCES);
        this.tooLarge = new Problem(
                ErrorCode.MESSAGE_TOO_LARGE,
                "A message has at most " + options.maxMessageBytes() + " bytes.",
                "Send large data over a data channel.");
        var random = new SecureRandom();
        var epoch = new byte[8];
        random.nextBytes(epoch);
        var limits = new SignalingLimits(
                Math.ceilDiv(options.maxRooms(), options.loops()),
                options.maxParticipants(),
                options.maxMessageBytes(),
                options.resumeSeconds(),
                options.messagesPerSecond(),
                options.messagesBurst());
        var mediaServer = media == null ? null : media.apply(this::onMedia);
        for (int i = 0; i < options.loops(); i++) {
            var loop = new RoomLoop(
                    vertx.getOrCreateContext(),
                    new SignalingLoop(
                            HexFormat.of().formatHex(epoch),
                            System.nanoTime(),
                            limits,
                            tokens,
                            random,
                            metrics.forLoop(),
                            mediaServer));
            loops.add(loop);
            vertx.setPeriodic(EXPIRY_PERIOD_MILLIS, _ -> loop.run(signaling -> signaling.expire(System.nanoTime())));
        }
        vertx.setPeriodic(ALIVE_PERIOD_MILLIS, _ -> clients.forEach(WebSocketClient::checkAlive));
    }

    /** Decides on an upgrade, before anything is kept for it. */
    public void handshake(ServerWebSocketHandshake handshake) {
        if (!handshake.path().equals("/ws")) {
            handshake.reject(404);
        } else if (draining) {
            handshake.reject(503);
        } else if (!Requester.isOriginAllowed(handshake.headers(), options.allowedOrigins())) {
            metrics.refused(ErrorCode.ORIGIN_REFUSED);
            handshake.reject(403);
        } else if (!mayConnect(Requester.budgetKey(handshake.remoteAddress()))) {
            metrics.refused(ErrorCode.RATE_LIMITED);
            handshake.reject(429);
        } else if (clients.size() >= options.maxConnections()) {
            metrics.refused(ErrorCode.SERVER_FULL);
            handshake.reject(503);
        } else {
            handshake.accept();
        }
    }

    /** Takes an accepted connection away from Vert.x. */
    public void handle(ServerWebSocket socket) {
        var trusted = options.open() || Requester.isLocal(socket.remoteAddress(), socket.headers());
        var client = new WebSocketClient(this, socket, trusted);
        clients.add(client);
        if (draining) {
            client.close(SHUTDOWN, RETRY_AFTER_MILLIS);
        }
    }

    /** A client's connection has ended. */
    void onGone(WebSocketClient client) {
        clients.remove(client);
        if (draining && clients.isEmpty()) {
            drained.tryComplete();
        }
    }

    private void onMedia(MediaEvent event) {
        loopOf(event.room()).post(signaling -> signaling.handleMedia(event));
    }

    SignalingMetrics metrics() {
        return metrics;
    }

    Problem tooLarge() {
        return tooLarge;
    }

    int maxMessageBytes() {
        return options.maxMessageBytes();
    }

    /** Tells every client to come back soon and closes its connection; completes when all are gone or time is up. */
    public Future<Void> shutdown(Duration timeout) {
        draining = true;
        clients.forEach(client -> client.close(SHUTDOWN, RETRY_AFTER_MILLIS));
        if (clients.isEmpty()) {
            drained.tryComplete();
        }
        return drained.future()
                .timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    private synchronized boolean mayConnect(String source) {
        return connectionBudget.tryAcquire(source, System.nanoTime());
    }

    RoomLoop loopOf(String room) {
        return loops.get(Math.floorMod(room.hashCode(), loops.size()));
    }
}
