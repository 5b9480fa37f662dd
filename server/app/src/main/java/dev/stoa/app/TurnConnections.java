package dev.stoa.app;

import dev.stoa.loop.TurnNode;
import dev.stoa.loop.TurnStream;
import dev.stoa.wire.TransportAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes the TCP and TLS connections of TURN's clients, and pipes their bytes to the node and back. */
final class TurnConnections {
    /** Nobody waits for the rest of what clients send. */
    static final Duration CLOSING = Duration.ofSeconds(2);

    private static final int TLS_HANDSHAKE_SECONDS = 10;
    private static final int BACKLOG = 1024;

    /** Longer than an allocation lives without a refresh. */
    private static final int IDLE_SECONDS = 660;

    /** How long a connection may take for its first bytes. */
    private static final long FIRST_BYTES_MILLIS = 10_000;

    private static final int MAX_CONNECTIONS = 8_192;
    private static final int MAX_CONNECTIONS_PER_SOURCE = 1_024;
    private static final int WRITE_QUEUE_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final TurnNode node;
    private final List<NetServer> servers = new CopyOnWriteArrayList<>();

    /** How many connections each source has: an IPv4 address or an IPv6 /64. */
    private final Map<Long, Integer> sources = new HashMap<>();

    /** Those that came in by a listener of another one's. */
    private final ChannelGroup adopted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    private int connections;

    TurnConnections(Vertx vertx, TurnNode node) {
        this.vertx = vertx;
        this.node = node;
    }

    /** Completes with the port that listens. */
    Future<Integer> open(int port, InetAddress address, Optional<ServerIdentity> identity) {
        var options = new NetServerOptions()
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setIdleTimeout(IDLE_SECONDS);
        identity.ifPresent(own -> options.setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(new SingleKeyManager(own)))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setSslHandshakeTimeout(TLS_HANDSHAKE_SECONDS));
        var server = vertx.createNetServer(options)
                .connectHandler(this::accept)
                // A handshake that fails is the client's affair.
                .exceptionHandler(_ -> {});
        return server.listen(port, LocalAddresses.text(address)).map(listening -> {
            servers.add(listening);
            return listening.actualPort();
        });
    }

    Future<?> close() {
        var _ = adopted.close();
        return Future.join(servers.stream().map(NetServer::close).toList());
    }

    /** Where connections come in that another listener has accepted. */
    @FunctionalInterface
    interface Door {
        /**
         * Takes a channel over, with its TLS and nothing behind that. To be called on its event loop.
         *
         * @return false when it is not wanted: the caller closes it
         */
        boolean enter(Channel channel);
    }

    /** {@link Door#enter}. */
    boolean adopt(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)
                || !(channel.localAddress() instanceof InetSocketAddress local)) {
            return false;
        }
        var from = TransportAddress.of(remote);
        long source = source(from);
        if (!admit(source)) {
            return false;
        }
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(WRITE_QUEUE_BYTES / 2, WRITE_QUEUE_BYTES));
        keepRecordsApart(channel);
        int id = node.connect(TransportAddress.of(local), from, new Adopted(channel));
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS), new AdoptedHandler(node, id, () -> release(source)));
        adopted.add(channel);
        return true;
    }

    /** Between a channel and the node. */
    private static final class AdoptedHandler extends SimpleChannelInboundHandler<ByteBuf> {
        private final TurnNode node;
        private final int id;
        private final Runnable ended;

        AdoptedHandler(TurnNode node, int id, Runnable ended) {
            this.node = node;
            this.id = id;
            this.ended = ended;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            if (!node.receive(id, ByteBufUtil.getBytes(bytes))) {
                var _ = context.close();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                var _ = context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            ended.run();
            node.disconnect(id);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A client that goes without a word.
            var _ = context.close();
        }
    }

    /** The same as {@link Piped}, without Vert.x. */
    private record Adopted(Channel channel) implements TurnStream {
        @Override
        public void send(byte[] message) {
            if (channel.isWritable()) {
                var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(message), channel.voidPromise());
            }
        }

        @Override
        public void close() {
            var _ = channel.close(channel.voidPromise());
        }
    }

    private void accept(NetSocket socket) {
        TransportAddress remote;
        TransportAddress local;
        try {
            remote = address(socket.remoteAddress());
            local = address(socket.localAddress());
        } catch (IllegalArgumentException e) {
            // It ended before it could be asked, or has an address that needs a scope.
            socket.close();
            return;
        }
        long source = source(remote);
        if (!admit(source)) {
            socket.close();
            return;
        }
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        if (socket instanceof NetSocketInternal internal) {
            keepRecordsApart(internal.channelHandlerContext().channel());
        }
        int id = node.connect(local, remote, new Piped(socket));
        long late = vertx.setTimer(FIRST_BYTES_MILLIS, _ -> socket.close());
        socket.handler(bytes -> {
            vertx.cancelTimer(late);
            if (!node.receive(id, bytes.getBytes())) {
                socket.close();
            }
        });
        socket.exceptionHandler(_ -> socket.close());
        socket.closeHandler(_ -> {
            vertx.cancelTimer(late);
            release(source);
            node.disconnect(id);
        });
    }

    /** Netty would put what is written in one moment into one TLS record, and some clients take a record for a message. */
    private static void keepRecordsApart(Channel channel) {
        var tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.setWrapDataSize(0);
        }
    }

    private static long source(TransportAddress remote) {
        return remote.isIpv4() ? remote.low() : remote.high();
    }

    private synchronized boolean admit(long source) {
        int own = sources.getOrDefault(source, 0);
        if (connections >= MAX_CONNECTIONS || own >= MAX_CONNECTIONS_PER_SOURCE) {
            return false;
        }
        connections++;
        sources.put(source, own + 1);
        return true;
    }

    private synchronized void release(long source) {
        connections--;
        sources.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
    }

    private static TransportAddress address(SocketAddress address) {
        return TransportAddress.of(address.hostAddress(), address.port());
    }

    private record Piped(NetSocket socket) implements TurnStream {
        @Override
        public void send(byte[] message) {
            if (!socket.writeQueueFull()) {
                socket.write(Buffer.buffer(message));
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
