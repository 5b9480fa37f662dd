package dev.stoa.dialects;

import dev.stoa.signaling.ClientMessage;
import dev.stoa.signaling.ClientMessageReader;
import dev.stoa.signaling.ErrorCode;
import dev.stoa.signaling.Link;
import dev.stoa.signaling.Outgoing;
import dev.stoa.signaling.Problem;
import dev.stoa.signaling.ServerMessage;
import dev.stoa.signaling.Session;
import dev.stoa.signaling.SignalingLoop;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the own protocol. Reads on its connection's event loop; {@code session} belongs to its room's loop.
 *
 * <p>Life: opened -> join within {@value #JOIN_TIMEOUT_MILLIS} ms -> pinned to the loop of its room -> closed.
 */
final class WebSocketClient implements Link {
    static final long JOIN_TIMEOUT_MILLIS = 10_000;

    private static final long CLOSING_TIMEOUT_MILLIS = 2_000;
    private static final long ASK_AFTER_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long DEAD_AFTER_NANOS = Duration.ofSeconds(25).toNanos();

    /** What the server holds for a client that does not read, beyond the kernel's buffers. */
    static final int MAX_QUEUED_BYTES = 1 << 20;

    /** Messages on their way to a room's loop before the connection is no longer read. */
    private static final int MAX_IN_FLIGHT = 64;

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketClient.class);
    private static final Problem JOIN_EXPECTED = new Problem(
            ErrorCode.JOIN_EXPECTED, "The first message is join, within 10 seconds.", "Send join and try again.");
    private static final Problem TEXT_ONLY =
            new Problem(ErrorCode.BAD_MESSAGE, "A message is a text frame.", "Send JSON as text, not as binary.");

    private final ServerWebSocket socket;
    private final ContextInternal home;
    private final Function<String, RoomLoop> loopOf;
    private final boolean trusted;
    private final SignalingMetrics metrics;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Characters on their way from the room's loop to the connection's. */
    private final AtomicInteger onTheirWay = new AtomicInteger();

    private final Vertx vertx;
    private final long joinTimer;

    /** The loop of the client's room, once it has asked to join. */
    private @Nullable RoomLoop loop;

    private int inFlight;
    private long heardAtNanos = System.nanoTime();

    /** Only on the room's loop. */
    private @Nullable Session session;

    WebSocketClient(
            Vertx vertx,
            ServerWebSocket socket,
            Function<String, RoomLoop> loopOf,
            boolean trusted,
            SignalingMetrics metrics) {
        this.vertx = vertx;
        this.socket = socket;
        this.home = (ContextInternal) vertx.getOrCreateContext();
        this.loopOf = loopOf;
        this.trusted = trusted;
        this.metrics = metrics;
        socket.setWriteQueueMaxSize(MAX_QUEUED_BYTES);
        socket.textMessageHandler(this::onText);
        socket.binaryMessageHandler(_ -> refuse(TEXT_ONLY, null));
        socket.pongHandler(_ -> heardAtNanos = System.nanoTime());
        joinTimer = vertx.setTimer(JOIN_TIMEOUT_MILLIS, _ -> {
            if (loop == null) {
                end(JOIN_EXPECTED);
            }
        });
    }

    /**
     * Asks a connection that has been silent whether it still lives (RFC 6455, 5.5.2), and cuts off one that does not
     * answer. To be called every few seconds.
     */
    void checkAlive() {
        home.runOnContext(_ -> {
            var silent = System.nanoTime() - heardAtNanos;
            if (silent > DEAD_AFTER_NANOS) {
                cutOff();
            } else if (silent > ASK_AFTER_NANOS && !closed.get() && !socket.isClosed()) {
                socket.writePing(Buffer.buffer());
            }
        });
    }

    /** Called when the connection is gone, whoever closed it. */
    void onClosed() {
        closed.set(true);
        vertx.cancelTimer(joinTimer);
        if (loop != null) {
            loop.run(signaling -> {
                if (session != null) {
                    signaling.lost(System.nanoTime(), session, this);
                }
            });
        }
    }

    @Override
    public boolean send(Outgoing message, long seq) {
        if (closed.get()) {
            return true;
        }
        var text = message.text(seq);
        if (home.nettyEventLoop().inEventLoop()) {
            return write(text);
        }
        if (onTheirWay.addAndGet(text.length()) > MAX_QUEUED_BYTES) {
            return false;
        }
        home.runOnContext(_ -> {
            onTheirWay.addAndGet(-text.length());
            if (!closed.get() && !write(text)) {
                end(SignalingLoop.TOO_SLOW);
            }
        });
        return true;
    }

    /** Writes on the connection's own loop; false when the client does not read what was written before. */
    private boolean write(String text) {
        try {
            if (socket.writeQueueFull()) {
                return false;
            }
            socket.writeTextMessage(text);
        } catch (IllegalStateException e) {
            LOG.trace("closed while sending", e);
        }
        return true;
    }

    @Override
    public void close(Problem problem, @Nullable Long retryAfterMs) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            socket.writeTextMessage(new Outgoing(new ServerMessage.Closing(problem, retryAfterMs)).text(0));
            socket.close((short) problem.code().closeCode(), problem.code().wireName());
            // The close frame waits behind what a client has not read: one that never reads is cut off.
            vertx.setTimer(CLOSING_TIMEOUT_MILLIS, _ -> cutOff());
        } catch (IllegalStateException e) {
            LOG.trace("closed by the client at the same time", e);
        }
    }

    /** Ends the TCP connection without any more words. */
    private void cutOff() {
        var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
    }

    /** Counts {@code problem} and ends the connection with it. */
    void end(Problem problem) {
        metrics.refused(problem.code());
        close(problem, null);
    }

    private void onText(String text) {
        heardAtNanos = System.nanoTime();
        if (closed.get()) {
            return;
        }
        switch (ClientMessageReader.read(text)) {
            case ClientMessageReader.Result.Message(var message, var n) -> onMessage(message, n);
            case ClientMessageReader.Result.Bad(var problem, var n) -> refuse(problem, n);
        }
    }

    private void onMessage(ClientMessage message, long n) {
        if (loop != null) {
            post(loop, signaling -> {
                if (session != null) {
                    signaling.handle(System.nanoTime(), System.currentTimeMillis(), session, message, n);
                }
            });
        } else if (message instanceof ClientMessage.Join join) {
            vertx.cancelTimer(joinTimer);
            loop = loopOf.apply(join.room());
            post(loop, signaling -> join(signaling, join));
        } else {
            end(JOIN_EXPECTED);
        }
    }

    private void join(SignalingLoop signaling, ClientMessage.Join join) {
        switch (signaling.join(System.nanoTime(), this, join, trusted)) {
            case SignalingLoop.Entry.Admitted(var admitted) -> session = admitted;
            case SignalingLoop.Entry.Refused(var problem) -> close(problem, null);
        }
    }

    private void refuse(Problem problem, @Nullable Long n) {
        if (loop == null) {
            end(problem);
            return;
        }
        post(loop, signaling -> {
            if (session != null) {
                signaling.refuse(session, problem, n);
            }
        });
    }

    /** Hands work to the room's loop; with too much of it under way, the connection is not read for a while. */
    private void post(RoomLoop target, Consumer<SignalingLoop> work) {
        if (target.isCurrent()) {
            target.run(work);
            return;
        }
        if (++inFlight == MAX_IN_FLIGHT) {
            socket.pause();
        }
        target.run(signaling -> {
            work.accept(signaling);
            home.runOnContext(_ -> {
                if (inFlight-- == MAX_IN_FLIGHT && !closed.get()) {
                    socket.resume();
                }
            });
        });
    }
}
