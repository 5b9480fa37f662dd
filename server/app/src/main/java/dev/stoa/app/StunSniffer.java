package dev.stoa.app;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Lets one TLS port carry HTTPS and TURN, for networks that let nothing but 443 through: the first byte behind TLS decides. A
 * method of HTTP begins with a letter; a STUN message, and so a TURN connection, with two zero bits (RFC 8489, 5).
 */
final class StunSniffer extends ChannelInboundHandlerAdapter {
    /** As in RFC 7983, 7. */
    private static final int LAST_FIRST_BYTE_OF_STUN = 3;

    private final TurnConnections.Door turn;

    private StunSniffer(TurnConnections.Door turn) {
        this.turn = turn;
    }

    /** To be called on the connection's event loop, before its first byte was read. */
    static void watch(HttpConnection connection, TurnConnections.Door turn) {
        if (connection instanceof HttpServerConnection http) {
            var pipeline = http.channelHandlerContext().pipeline();
            var tls = pipeline.context(SslHandler.class);
            if (tls != null) {
                pipeline.addAfter(tls.name(), "stun-sniffer", new StunSniffer(turn));
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            context.fireChannelRead(message);
            return;
        }
        var pipeline = context.pipeline();
        if (bytes.getUnsignedByte(bytes.readerIndex()) > LAST_FIRST_BYTE_OF_STUN) {
            pipeline.remove(this);
            // Its context still knows the next one.
            context.fireChannelRead(message);
            return;
        }
        while (pipeline.last() != this) {
            pipeline.removeLast();
        }
        if (turn.enter(context.channel())) {
            context.fireChannelRead(message);
            pipeline.remove(this);
        } else {
            ReferenceCountUtil.release(message);
            var _ = context.close();
        }
    }
}
