package dev.stoa.dialects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's WebSocket for text messages. It takes the channel over from Vert.x once the upgrade is done: the request, its
 * headers and the queues of a Vert.x connection, some 14 KiB, are free again while the connection lasts.
 *
 * <p>Used on the channel's event loop only. What is written goes out together at the end of the loop's turn.
 */
final class TextSocket extends ChannelInboundHandlerAdapter {
    /** What becomes of a socket, told on its event loop. */
    interface Listener {
        /** @param utf8 the listener's to keep */
        void onText(byte[] utf8);

        void onBinary();

        void onPong();

        /** A message is longer than allowed, or a frame is malformed: nothing more can be read. */
        void onUnreadable();

        /** The connection is gone, whoever ended it. The last call. */
        void onClosed();
    }

    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_CLOSE = 0x88;
    private static final int FINAL_PING = 0x89;
    private static final int FINAL_PONG = 0x8A;
    private static final int MAX_HEADER_BYTES = 10;
    private static final byte[] NOTHING = {};

    /** What the server holds for a client that does not read, beyond the kernel's buffers. */
    static final int MAX_QUEUED_BYTES = 1 << 20;

    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(MAX_QUEUED_BYTES / 2, MAX_QUEUED_BYTES);
    private static final Logger LOG = LoggerFactory.getLogger(TextSocket.class);

    private final Channel channel;
    private final Listener listener;
    private final int maxMessageBytes;
    private final Runnable flush;

    /** The fragments so far of a message that comes in several. */
    private @Nullable ByteBuf fragments;

    private boolean isBinary;
    private boolean isFlushDue;
    private boolean isUnreadable;
    private boolean isCloseSent;

    private TextSocket(Channel channel, Listener listener, int maxMessageBytes) {
        this.channel = channel;
        this.listener = listener;
        this.maxMessageBytes = maxMessageBytes;
        this.flush = () -> {
            isFlushDue = false;
            channel.flush();
        };
    }

    /** Takes over the channel of {@code socket}, which must have been opened in this turn of its event loop. */
    static TextSocket takeOver(ServerWebSocket socket, Listener listener, int maxMessageBytes) {
        var vertx = ((WebSocketInternal) socket).channelHandlerContext();
        var channel = vertx.channel();
        var taken = new TextSocket(channel, listener, maxMessageBytes);
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        var pipeline = channel.pipeline();
        pipeline.replace(vertx.name(), "stoa", taken);
        pipeline.remove(pipeline.get(WebSocketFrameEncoder.class));
        return taken;
    }

    boolean inEventLoop() {
        return channel.eventLoop().inEventLoop();
    }

    /** Carries out {@code work} on the socket's event loop: now, when that is the caller's own, else soon. */
    void run(Runnable work) {
        if (inEventLoop()) {
            work.run();
        } else {
            channel.eventLoop().execute(work);
        }
    }

    /** Carries out {@code work} on the socket's event loop after a while. */
    ScheduledFuture<?> schedule(long millis, Runnable work) {
        return channel.eventLoop().schedule(work, millis, TimeUnit.MILLISECONDS);
    }

    /** Sends a message, in UTF-8; false, and nothing is sent, when the client does not read what was written before. */
    boolean send(byte[] text) {
        if (isCloseSent || !channel.isActive()) {
            return true;
        }
        if (!channel.isWritable()) {
            return false;
        }
        write(frame(FINAL_TEXT, text));
        return true;
    }

    /** Asks the client for a pong. */
    void ping() {
        if (!isCloseSent) {
            write(frame(FINAL_PING, NOTHING));
        }
    }

    /** Sends the close frame. The connection ends when the client has answered it, or by {@link #cutOff}. */
    void close(int code, String reason) {
        if (isCloseSent) {
            return;
        }
        var payload = channel.alloc().buffer(2 + reason.length());
        payload.writeShort(code);
        payload.writeCharSequence(reason, StandardCharsets.UTF_8);
        sendClose(payload);
    }

    /** Ends the TCP connection without any more words. */
    void cutOff() {
        var _ = channel.close();
    }

    /** Stops reading or goes on. */
    void setReading(boolean reading) {
        channel.config().setAutoRead(reading);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof WebSocketFrame frame && !isUnreadable && !isCloseSent) {
                onFrame(frame);
            } else if (message instanceof CloseWebSocketFrame) {
                cutOff();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onFrame(WebSocketFrame frame) {
        switch (frame) {
            case TextWebSocketFrame text
            when text.isFinalFragment() -> listener.onText(ByteBufUtil.getBytes(text.content()));
            case BinaryWebSocketFrame binary when binary.isFinalFragment() -> listener.onBinary();
            case TextWebSocketFrame _, BinaryWebSocketFrame _, ContinuationWebSocketFrame _ -> onFragment(frame);
            case PingWebSocketFrame ping -> {
                if (channel.isWritable()) {
                    write(frame(FINAL_PONG, ByteBufUtil.getBytes(ping.content())));
                }
            }
            case PongWebSocketFrame _ -> listener.onPong();
            case CloseWebSocketFrame close -> {
                // The same status back (RFC 6455, 5.5.1), and it was the client who wanted to go.
                sendClose(
                        close.statusCode() < 0
                                ? Unpooled.EMPTY_BUFFER
                                : channel.alloc().buffer(2).writeShort(close.statusCode()));
                channel.flush();
                cutOff();
            }
            default -> {}
        }
    }

    /** The decoder has seen to it that fragments come in an order that makes sense. */
    private void onFragment(WebSocketFrame frame) {
        if (fragments == null) {
            fragments = channel.alloc().heapBuffer();
            isBinary = frame instanceof BinaryWebSocketFrame;
        }
        if (fragments.readableBytes() + frame.content().readableBytes() > maxMessageBytes) {
            unreadable();
            return;
        }
        fragments.writeBytes(frame.content());
        if (!frame.isFinalFragment()) {
            return;
        }
        var text = ByteBufUtil.getBytes(fragments);
        forgetFragments();
        if (isBinary) {
            listener.onBinary();
        } else {
            listener.onText(text);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException) {
            unreadable();
        } else if (cause instanceof IOException) {
            LOG.debug("A connection failed: {}", cause.toString());
            cutOff();
        } else {
            LOG.error("A connection is ended", cause);
            cutOff();
        }
    }

    private void unreadable() {
        if (!isUnreadable) {
            isUnreadable = true;
            forgetFragments();
            listener.onUnreadable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        forgetFragments();
        listener.onClosed();
    }

    private void forgetFragments() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
    }

    private void sendClose(ByteBuf payload) {
        isCloseSent = true;
        try {
            write(frame(FINAL_CLOSE, ByteBufUtil.getBytes(payload)));
        } finally {
            payload.release();
        }
    }

    /** The frames of a server are not masked, so one buffer holds header and payload (RFC 6455, 5.2). */
    private ByteBuf frame(int opcode, byte[] payload) {
        int length = payload.length;
        var frame = channel.alloc().directBuffer(MAX_HEADER_BYTES + length);
        frame.writeByte(opcode);
        if (length < 126) {
            frame.writeByte(length);
        } else if (length < 1 << 16) {
            frame.writeByte(126).writeShort(length);
        } else {
            frame.writeByte(127).writeLong(length);
        }
        return frame.writeBytes(payload);
    }

    private void write(ByteBuf frame) {
        var _ = channel.write(frame, channel.voidPromise());
        if (!isFlushDue) {
            isFlushDue = true;
            channel.eventLoop().execute(flush);
        }
    }
}
