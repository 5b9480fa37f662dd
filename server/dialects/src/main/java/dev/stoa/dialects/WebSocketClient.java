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
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of the own protocol. Reads on its connection's event loop; {@code session} belongs to its room's loop.
 *
 * <p>Life: opened -> join within {@value #JOIN_TIMEOUT_MILLIS} ms -> pinned to the loop of its room -> closed.
 */
final class WebSocketClient implements Link, TextSocket.Listener {
    static final long JOIN_TIMEOUT_MILLIS = 10_000;

    private static final long CLOSING_TIMEOUT_MILLIS = 2_000;
    private static final long ASK_AFTER_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long DEAD_AFTER_NANOS = Duration.ofSeconds(25).toNanos();

    /** Messages on their way to a room's loop before the connection is no longer read. */
    private static final int MAX_IN_FLIGHT = 64;

    private static final Problem JOIN_EXPECTED = new Problem(
            ErrorCode.JOIN_EXPECTED, "The first message is join, within 10 seconds.", "Send join and try again.");
    private static final Problem TEXT_ONLY =
            new Problem(ErrorCode.BAD_MESSAGE, "A message is a text frame.", "Send JSON as text, not as binary.");

    private final StoaWebSocket door;
    private final TextSocket socket;
    private final boolean trusted;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Bytes on their way from the room's loop to the connection's. */
    private final AtomicInteger onTheirWay = new AtomicInteger();

    /** Ends a connection that does not join; null once it has, or when there is no need any more. */
    private @Nullable ScheduledFuture<?> joinTimer;

    /** The loop of the client's room, once it has asked to join. */
    private @Nullable RoomLoop loop;

    private int inFlight;
    private long heardAtNanos = System.nanoTime();

    /** Only on the room's loop. */
    private @Nullable Session session;

    /** Takes {@code accepted} over, see {@link TextSocket#takeOver}. */
    WebSocketClient(StoaWebSocket door, ServerWebSocket accepted, boolean trusted) {
        this.door = door;
        this.trusted = trusted;
        this.socket = TextSocket.takeOver(accepted, this, door.maxMessageBytes());
        joinTimer = socket.schedule(JOIN_TIMEOUT_MILLIS, () -> end(JOIN_EXPECTED));
    }

    /**
     * Asks a connection that has been silent whether it still lives (RFC 6455, 5.5.2), and cuts off one that does not
     * answer. To be called every few seconds.
     */
    void checkAlive() {
        socket.run(() -> {
            var silent = System.nanoTime() - heardAtNanos;
            if (silent > DEAD_AFTER_NANOS) {
                socket.cutOff();
            } else if (silent > ASK_AFTER_NANOS && !closed.get()) {
                socket.ping();
            }
        });
    }

    @Override
    public void onClosed() {
        closed.set(true);
        cancelJoinTimer();
        if (loop != null) {
            loop.run(signaling -> {
                if (session != null) {
                    signaling.lost(System.nanoTime(), session, this);
                }
            });
        }
        door.onGone(this);
    }

    @Override
    public boolean send(Outgoing message, long seq) {
        if (closed.get()) {
            return true;
        }
        var text = message.utf8(seq);
        if (socket.inEventLoop()) {
            return socket.send(text);
        }
        if (onTheirWay.addAndGet(text.length) > TextSocket.MAX_QUEUED_BYTES) {
            return false;
        }
        socket.run(() -> {
            onTheirWay.addAndGet(-text.length);
            if (!closed.get() && !socket.send(text)) {
                end(SignalingLoop.TOO_SLOW);
            }
        });
        return true;
    }

    @Override
    public void close(Problem problem, @Nullable Long retryAfterMs) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        var last = new Outgoing(new ServerMessage.Closing(problem, retryAfterMs)).utf8(0);
        socket.run(() -> {
            cancelJoinTimer();
            socket.send(last);
            socket.close(problem.code().closeCode(), problem.code().wireName());
            // The close frame waits behind what a client has not read: one that never reads is cut off.
            var _ = socket.schedule(CLOSING_TIMEOUT_MILLIS, socket::cutOff);
        });
    }

    /** Counts {@code problem} and ends the connection with it. */
    void end(Problem problem) {
        door.metrics().refused(problem.code());
        close(problem, null);
    }

    private void cancelJoinTimer() {
        if (joinTimer != null) {
            joinTimer.cancel(false);
            joinTimer = null;
        }
    }

    @Override
    public void onPong() {
        heardAtNanos = System.nanoTime();
    }

    @Override
    public void onBinary() {
        heardAtNanos = System.nanoTime();
        if (!closed.get()) {
            refuse(TEXT_ONLY, null);
        }
    }

    @Override
    public void onUnreadable() {
        end(door.tooLarge());
    }

    @Override
    public void onText(byte[] utf8) {
        heardAtNanos = System.nanoTime();
        if (closed.get()) {
            return;
        }
        switch (ClientMessageReader.read(utf8)) {
            case ClientMessageReader.Result.Message(var message, var n) -> onMessage(message, n);
            case ClientMessageReader.Result.Bad(var problem, var n) -> refuse(problem, n);
        }
    }

    private void onMessage(ClientMessage message, long n) {
        if (loop != null) {
            post(loop, signaling -> {
                if (session != null) {
                    signaling.handle(System.nanoTime(), System.currentTimeMillis(), session, this, message, n);
                }
            });
        } else if (message instanceof ClientMessage.Join join) {
            cancelJoinTimer();
            loop = door.loopOf(join.room());
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
                signaling.refuse(session, this, problem, n);
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
            socket.setReading(false);
        }
        target.run(signaling -> {
            work.accept(signaling);
            socket.run(() -> {
                if (inFlight-- == MAX_IN_FLIGHT && !closed.get()) {
                    socket.setReading(true);
                }
            });
        });
    }
}
