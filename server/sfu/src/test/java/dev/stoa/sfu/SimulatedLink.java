package dev.stoa.sfu;

import dev.stoa.wire.Datagram;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One direction of a path: loses, delays and reorders. */
final class SimulatedLink {
    private record InFlight(long atNanos, long order, Datagram datagram) {}

    private final Random random;
    private final double loss;
    private final long delayNanos;
    private final long jitterNanos;
    private final PriorityQueue<InFlight> queue =
            new PriorityQueue<>(Comparator.comparingLong(InFlight::atNanos).thenComparingLong(InFlight::order));
    private long sent;
    private long lost;
    private boolean perfect;

    SimulatedLink(Random random, double loss, long delayNanos, long jitterNanos) {
        this.random = random;
        this.loss = loss;
        this.delayNanos = delayNanos;
        this.jitterNanos = jitterNanos;
    }

    void send(long nowNanos, byte[] bytes) {
        sent++;
        if (!perfect && random.nextDouble() < loss) {
            lost++;
            return;
        }
        long jitter = random.nextInt(10) == 0 ? random.nextLong(jitterNanos + 1) : 0;
        queue.add(new InFlight(nowNanos + delayNanos + jitter, sent, Datagram.copyOf(bytes)));
    }

    /** Nothing is lost any more. */
    void heal() {
        perfect = true;
    }

    void deliver(long nowNanos, Consumer<Datagram> to) {
        for (var next = due(nowNanos); next != null; next = due(nowNanos)) {
            to.accept(next.datagram());
        }
    }

    long lostCount() {
        return lost;
    }

    private @Nullable InFlight due(long nowNanos) {
        var next = queue.peek();
        return next != null && next.atNanos() <= nowNanos ? queue.poll() : null;
    }
}
