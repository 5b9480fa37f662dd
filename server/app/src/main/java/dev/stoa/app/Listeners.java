package dev.stoa.app;

import dev.stoa.dialects.StoaWebSocket;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Opens the ports. Each is served by every event loop: one server a loop, which Vert.x joins at the same socket.
 *
 * <p>HTTP/1.1 only: the page is a handful of files that stay in the browser's cache, WebSockets need 1.1 anyway, and
 * what is not spoken cannot be abused.
 */
final class Listeners {
    private static final int IDLE_SECONDS = 30;
    private static final int TLS_HANDSHAKE_SECONDS = 10;
    private static final int BACKLOG = 4096;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    private final Vertx vertx;
    private final int loops;
    private final ListenAddress address;
    private final int maxMessageBytes;
    private final Handler<HttpServerRequest> requests;
    private final StoaWebSocket signaling;
    private final TurnConnections.Door turn;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private int opened;

    /**
     * What to open.
     *
     * @param identity speaks TLS when present
     */
    record Socket(Port port, Optional<ServerIdentity> identity) {}

    Listeners(
            Vertx vertx,
            int loops,
            ListenAddress address,
            int maxMessageBytes,
            Handler<HttpServerRequest> requests,
            StoaWebSocket signaling,
            TurnConnections.Door turn) {
        this.vertx = vertx;
        this.loops = loops;
        this.address = address;
        this.maxMessageBytes = maxMessageBytes;
        this.requests = requests;
        this.signaling = signaling;
        this.turn = turn;
    }

    /** Completes with the port that listens. */
    Future<Integer> open(Socket socket) {
        var host = LocalAddresses.text(address.address());
        // Any free port, but the same one for all loops.
        var socketAddress = socket.port().number() == 0
                ? SocketAddress.sharedRandomPort(++opened, host)
                : SocketAddress.inetSocketAddress(socket.port().number(), host);
        var options = options(socket);
        var bound = new CopyOnWriteArrayList<HttpServer>();
        Supplier<Deployable> loop = () -> _ -> listen(socketAddress, options, bound);
        return vertx.deployVerticle(loop, new DeploymentOptions().setInstances(loops))
                .map(_ -> actualPort(bound));
    }

    /** Takes no more connections and ends those that are idle; the others get until {@code timeout}. */
    Future<?> shutdown(Duration timeout) {
        return Future.join(
                servers.stream().map(server -> server.shutdown(timeout)).toList());
    }

    private Future<HttpServer> listen(SocketAddress socketAddress, HttpServerOptions options, List<HttpServer> bound) {
        var server = vertx.createHttpServer(options)
                .requestHandler(requests)
                .webSocketHandshakeHandler(signaling::handshake)
                .webSocketHandler(this::accept)
                .connectionHandler(connection -> StunSniffer.watch(connection, turn));
        return server.listen(socketAddress).onSuccess(listening -> {
            bound.add(listening);
            servers.add(listening);
        });
    }

    private static int actualPort(List<HttpServer> bound) {
        return bound.stream().mapToInt(HttpServer::actualPort).max().orElseThrow();
    }

    /** A call may be silent for longer than a page; the signaling protocol's own ping watches over it. */
    private void accept(ServerWebSocket webSocket) {
        if (webSocket instanceof WebSocketInternal internal) {
            var pipeline = internal.channelHandlerContext().pipeline();
            if (pipeline.get(IdleStateHandler.class) != null) {
                pipeline.remove(IdleStateHandler.class);
            }
        }
        signaling.handle(webSocket);
    }

    private HttpServerOptions options(Socket socket) {
        var options = new HttpServerOptions()
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                .setMaxWebSocketFrameSize(maxMessageBytes)
                .setMaxWebSocketMessageSize(maxMessageBytes)
                // Each compressed connection would hold two windows of memory, for messages of a few hundred bytes.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        socket.identity()
                .ifPresent(identity -> options.setSsl(true)
                        .setKeyCertOptions(KeyCertOptions.wrap(new SingleKeyManager(identity)))
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                        .setSslHandshakeTimeout(TLS_HANDSHAKE_SECONDS));
        return options;
    }
}
