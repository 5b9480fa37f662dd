package dev.stoa.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A handler that keeps what it is given, for the test's thread to look at. */
final class Recorder implements DatagramHandler {
    static final long DEADLINE_SECONDS = 20;

    @SuppressWarnings("ArrayRecordComponent")
    record Packet(int local, TransportAddress remote, byte[] bytes) {}

    final BlockingQueue<Packet> packets = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> disconnects = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> timeouts = new LinkedBlockingQueue<>();
    private final Deque<Consumer<SendBatch>> output = new ArrayDeque<>();
    /** Called for each packet before it is kept. */
    volatile Consumer<Packet> onPacket = packet -> {};

    volatile Runnable onTimeout = () -> {};
    volatile long nextTimeoutNanos = NEVER;

    /** Has the driver send something. */
    void send(Driver driver, Consumer<SendBatch> batch) {
        assertTrue(driver.post(now -> output.add(batch)));
    }

    /** Keeps something to be sent; on the driver's thread. */
    void enqueue(Consumer<SendBatch> batch) {
        output.add(batch);
    }

    Packet nextPacket() throws InterruptedException {
        return next(packets);
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        var head = queue.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(head, "nothing came in time");
        return head;
    }

    /** Waits until a counter has its value: what was sent arrives before it is counted. */
    static void awaitCount(long expected, Driver driver, Counter counter) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (driver.get(counter) != expected && System.nanoTime() < end) {
            onLoop(driver, () -> {});
        }
        assertEquals(expected, driver.get(counter), counter.name());
    }

    /** Runs something on the driver's thread and waits until it has. */
    static void onLoop(Driver driver, Runnable task) throws InterruptedException {
        var done = new CountDownLatch(1);
        var thrown = new LinkedBlockingQueue<Throwable>();
        assertTrue(driver.post(now -> {
            try {
                task.run();
            } catch (Throwable e) {
                thrown.add(e);
            }
            done.countDown();
        }));
        assertTrue(done.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, thrown.size(), () -> "thrown: " + thrown);
    }

    @Override
    public void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
        var kept = new Packet(local, remote.toTransportAddress(), packet.toArray());
        onPacket.accept(kept);
        packets.add(kept);
    }

    @Override
    public void handleDisconnect(long nowNanos, int local) {
        disconnects.add(local);
    }

    @Override
    public long nextTimeout() {
        return nextTimeoutNanos;
    }

    @Override
    public void handleTimeout(long nowNanos) {
        nextTimeoutNanos = NEVER;
        timeouts.add(nowNanos);
        onTimeout.run();
    }

    @Override
    public void pollTransmit(long nowNanos, SendBatch out) {
        while (!output.isEmpty()) {
            output.remove().accept(out);
        }
    }

    @Override
    public void handleFault(Throwable fault) {
        faults.add(fault);
    }
}
