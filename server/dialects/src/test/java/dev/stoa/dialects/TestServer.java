package dev.stoa.dialects;

import dev.stoa.signaling.MediaEvent;
import dev.stoa.signaling.MediaServer;
import dev.stoa.signaling.Tokens;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server with the own protocol on a free port of the loopback, and clients for it. */
final class TestServer implements AutoCloseable {
    static final Tokens TOKENS = new Tokens(new byte[32], InstantSource.system());

    private final Vertx vertx;

    /** Apart, so that a client never waits for the loop that it loads. */
    private final Vertx clients = Vertx.vertx();

    /** Kept, because Vert.x closes a client that nobody refers to. */
    private final io.vertx.core.http.WebSocketClient connector =
            clients.createWebSocketClient(new WebSocketClientOptions().setMaxMessageSize(1 << 20));

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final StoaWebSocket door;
    final int port;

    TestServer(SignalingOptions options) {
        this(options, null);
    }

    TestServer(SignalingOptions options, @Nullable Function<Consumer<MediaEvent>, MediaServer> media) {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(options.loops()));
        door = new StoaWebSocket(vertx, options, TOKENS, meters, media);
        var listening = new AtomicInteger();
        var http = new HttpServerOptions()
                .setMaxWebSocketFrameSize(options.maxMessageBytes())
                .setMaxWebSocketMessageSize(options.maxMessageBytes())
                .setPort(freePort())
                .setHost("127.0.0.1");
        await(vertx.deployVerticle(
                () -> new AbstractVerticle() {
                    @Override
                    public void start(Promise<Void> started) {
                        vertx.createHttpServer(http)
                                .webSocketHandshakeHandler(door::handshake)
                                .webSocketHandler(door::handle)
                                .listen()
                                .onSuccess(server -> listening.set(server.actualPort()))
                                .<Void>mapEmpty()
                                .onComplete(started);
                    }
                },
                new DeploymentOptions().setInstances(options.loops())));
        port = listening.get();
    }

    /** Generous limits. */
    static SignalingOptions options(int loops) {
        return new SignalingOptions(65_536, 1_000, 100, 10, 0, 0, 0, 0, 30, false, List.of(), loops);
    }

    TestClient connect() {
        return connect(Map.of());
    }

    TestClient connect(Map<String, String> headers) {
        var options =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/ws");
        headers.forEach(options::putHeader);
        return new TestClient(await(connector.connect(options)));
    }

    double counter(String name, String... tags) {
        return meters.get(name).tags(tags).counter().count();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        await(clients.close());
        await(door.shutdown(Duration.ofSeconds(5)));
        await(vertx.close());
    }
}
