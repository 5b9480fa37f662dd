package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A media node on the loopback interface, and what it tells. */
final class LoopbackNode implements AutoCloseable {
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    final MediaNode node;
    final int port;

    LoopbackNode() throws IOException {
        this(1);
    }

    LoopbackNode(int loops) throws IOException {
        var open = MediaPort.open(new MediaOptions(0, List.of(TransportAddress.of("127.0.0.1", 0)), List.of(), loops));
        port = open.number();
        node = new MediaNode(open, outcomes::add);
    }

    SocketPeer peer() throws IOException {
        return new SocketPeer(port);
    }

    /** The answer to a participant's first offer. */
    String answer(String participant) throws InterruptedException {
        return answer(participant, SocketPeer.offer());
    }

    /** The answer to the first offer of somebody in another room. */
    String answerIn(String room, String participant) throws InterruptedException {
        node.offer(room, participant, SocketPeer.offer(), SocketPeer.SOURCES, 1);
        return next(Outcome.Answered.class).sdp();
    }

    String answer(String participant, String offer) throws InterruptedException {
        node.offer("room", participant, offer, SocketPeer.SOURCES, 1);
        return next(Outcome.Answered.class).sdp();
    }

    /** The next of this type; nothing else may come before it but what is told of slots and layers. */
    <T extends Outcome> T next(Class<T> type) throws InterruptedException {
        while (true) {
            var outcome = outcomes.poll(SocketPeer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertNotNull(outcome, "an outcome");
            boolean aside = outcome instanceof Outcome.Slots || outcome instanceof Outcome.Layers;
            if (!aside || type.isInstance(outcome)) {
                return assertInstanceOf(type, outcome);
            }
        }
    }

    long count(MediaCounters.Kind kind) {
        return node.count(kind);
    }

    void awaitCount(MediaCounters.Kind kind, long count) {
        await(kind.name(), count, () -> count(kind));
    }

    /** Waits until so many are counted, and fails when they are more. */
    static void await(String what, long count, LongSupplier counter) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SocketPeer.PATIENCE_MILLIS);
        while (counter.getAsLong() < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(count, counter.getAsLong(), what);
    }

    void assertFlawless() {
        assertEquals(0, count(MediaCounters.Kind.FAULTS), "faults of ours");
        assertTrue(count(MediaCounters.Kind.PEERS_CLOSED) == 0, "nobody was thrown out");
    }

    @Override
    public void close() {
        node.close();
    }
}
