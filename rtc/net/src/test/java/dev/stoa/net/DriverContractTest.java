package dev.stoa.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every kind of {@link Sockets} has to do: UDP, tasks, time and the end. */
@ParameterizedClass
@MethodSource("kinds")
class DriverContractTest {
    private static final TransportAddress LOOPBACK = TransportAddress.of("127.0.0.1", 0);

    private final Sockets kind;
    private final Driver driver;
    private final Recorder recorder = new Recorder();
    private final DatagramSocket peer;
    private final TransportAddress peerAddress;

    static List<Sockets> kinds() {
        return Sockets.whyNotFfm().isEmpty() ? List.of(Sockets.values()) : List.of(Sockets.NIO);
    }

    DriverContractTest(Sockets kind) throws IOException {
        this.kind = kind;
        driver = new Driver("test", kind, DriverOptions.DEFAULT);
        peer = openPeer("127.0.0.1");
        peerAddress = TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
    }

    private static DatagramSocket openPeer(String address) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Recorder.DEADLINE_SECONDS));
        socket.setReceiveBufferSize(4 << 20);
        return socket;
    }

    @AfterEach
    void close() {
        driver.close();
        peer.close();
        assertEquals(List.of(), List.copyOf(recorder.faults));
    }

    private void sendFromPeer(byte[] bytes, int to) throws IOException {
        peer.send(
                new DatagramPacket(bytes, bytes.length, driver.localAddress(to).socketAddress()));
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** Bytes that differ by length and number. */
    private static byte[] bytes(int length, int number) {
        var bytes = new byte[length];
        new Random(31L * length + number).nextBytes(bytes);
        return bytes;
    }

    @Test
    void receivesEverySize() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        driver.start(recorder);
        for (int length = 1; length <= 1500; length++) {
            sendFromPeer(bytes(length, 1), local);
            if (length % 100 == 0) {
                for (int came = length - 99; came <= length; came++) {
                    var packet = recorder.nextPacket();
                    assertArrayEquals(bytes(came, 1), packet.bytes());
                    assertEquals(local, packet.local());
                    assertEquals(peerAddress, packet.remote());
                }
            }
        }
        Recorder.awaitCount(1500, driver, Counter.PACKETS_IN);
        Recorder.awaitCount(1500 * 1501 / 2, driver, Counter.BYTES_IN);
    }

    @Test
    void sendsEverySizeInOrder() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        driver.start(recorder);
        for (int first = 1; first <= 1500; first += 30) {
            int from = first;
            recorder.send(driver, out -> {
                var area = out.begin(local, peerAddress);
                for (int length = from; length < from + 30; length++) {
                    assertTrue(out.hasRoom(length));
                    area.put(out.position(), bytes(length, 2), 0, length);
                    out.append(length);
                }
                out.end();
            });
            for (int length = from; length < from + 30; length++) {
                assertArrayEquals(bytes(length, 2), receive(peer));
            }
        }
        Recorder.awaitCount(1500, driver, Counter.PACKETS_OUT);
        Recorder.awaitCount(1500 * 1501 / 2, driver, Counter.BYTES_OUT);
    }

    @Test
    void sendsBurstsOfEqualSizeToManyInOrder() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        driver.start(recorder);
        var peers = new ArrayList<DatagramSocket>();
        for (int i = 0; i < 100; i++) {
            peers.add(openPeer("127.0.0.1"));
        }
        // More bursts than a batch has areas, the last packet of each shorter.
        recorder.send(driver, out -> {
            for (var one : peers) {
                var area = out.begin(local, TransportAddress.of((InetSocketAddress) one.getLocalSocketAddress()));
                for (int i = 0; i < 9; i++) {
                    var bytes = bytes(i < 8 ? 1200 : 700, one.getLocalPort() + i);
                    area.put(out.position(), bytes, 0, bytes.length);
                    out.append(bytes.length);
                }
                out.end();
            }
        });
        for (var one : peers) {
            for (int i = 0; i < 9; i++) {
                assertArrayEquals(bytes(i < 8 ? 1200 : 700, one.getLocalPort() + i), receive(one));
            }
            one.close();
        }
        Recorder.awaitCount(900, driver, Counter.PACKETS_OUT);
        Recorder.awaitCount(kind == Sockets.FFM ? 900 : 0, driver, Counter.GSO_PACKETS);
    }

    @Test
    void splitsABurstThatIsLongerThanTheKernelCuts() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        driver.start(recorder);
        recorder.send(driver, out -> {
            var area = out.begin(local, peerAddress);
            for (int i = 0; i < 128; i++) {
                area.put(out.position(), bytes(500, i), 0, 500);
                out.append(500);
            }
            assertFalse(out.hasRoom(1));
            out.end();
        });
        for (int i = 0; i < 128; i++) {
            assertArrayEquals(bytes(500, i), receive(peer));
        }
    }

    @Test
    void answersToTheSenderByTheSocketItCameTo() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        int other = driver.bindUdp(LOOPBACK);
        assertNotEquals(local, other);
        recorder.onPacket =
                packet -> recorder.enqueue(out -> out.send(packet.local(), packet.remote(), packet.bytes()));
        driver.start(recorder);
        for (int socket : new int[] {local, other, local}) {
            sendFromPeer(bytes(100, socket), socket);
            var answer = new DatagramPacket(new byte[1500], 1500);
            peer.receive(answer);
            assertEquals(driver.localAddress(socket).socketAddress(), answer.getSocketAddress());
            assertArrayEquals(bytes(100, socket), Arrays.copyOf(answer.getData(), answer.getLength()));
        }
    }

    @Test
    void aDualStackSocketKnowsIpv4PeersAsSuch() throws Exception {
        int local = driver.bindUdp(TransportAddress.of("::", 0));
        recorder.onPacket =
                packet -> recorder.enqueue(out -> out.send(packet.local(), packet.remote(), packet.bytes()));
        driver.start(recorder);
        int port = driver.localAddress(local).port();
        for (var address : List.of("127.0.0.1", "::1")) {
            try (var one = openPeer(address)) {
                one.send(new DatagramPacket(bytes(9, 9), 9, InetAddress.ofLiteral(address), port));
                assertArrayEquals(bytes(9, 9), receive(one));
                assertEquals(
                        TransportAddress.of(address, one.getLocalPort()),
                        recorder.nextPacket().remote());
            }
        }
    }

    @Test
    void dropsAndCountsPacketsTooLongOrEmpty() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        driver.start(recorder);
        sendFromPeer(bytes(DriverOptions.DEFAULT.maxDatagramBytes() + 1, 1), local);
        sendFromPeer(new byte[0], local);
        sendFromPeer(bytes(DriverOptions.DEFAULT.maxDatagramBytes(), 1), local);
        assertEquals(
                DriverOptions.DEFAULT.maxDatagramBytes(), recorder.nextPacket().bytes().length);
        Recorder.awaitCount(1, driver, Counter.DROPPED_TOO_LONG);
        Recorder.awaitCount(1, driver, Counter.DROPPED_EMPTY);
        Recorder.awaitCount(1, driver, Counter.PACKETS_IN);
    }

    @Test
    void countsWhatCannotBeSent() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        int closed = driver.bindUdp(LOOPBACK);
        driver.close(closed);
        driver.start(recorder);
        recorder.send(driver, out -> {
            out.send(closed, peerAddress, bytes(10, 1));
            // An IPv6 peer from an IPv4 socket, the wildcard port, and more than UDP can carry.
            out.send(local, TransportAddress.of("2001:db8::1", 9), bytes(10, 2));
            out.send(local, peerAddress.withPort(0), bytes(10, 3));
            out.send(local, peerAddress, bytes(65_536, 4));
            out.send(local, peerAddress, bytes(10, 5));
        });
        assertArrayEquals(bytes(10, 5), receive(peer));
        Recorder.onLoop(driver, () -> {});
        Recorder.awaitCount(1, driver, Counter.DROPPED_NO_SOCKET);
        Recorder.awaitCount(3, driver, Counter.DROPPED_SEND_REFUSED);
        Recorder.awaitCount(1, driver, Counter.PACKETS_OUT);
    }

    @Test
    void opensAndClosesSocketsWhileItRuns() throws Exception {
        driver.start(recorder);
        var ids = new ArrayList<Integer>();
        for (int i = 0; i < 20; i++) {
            Recorder.onLoop(driver, () -> {
                try {
                    ids.add(driver.bindUdp(LOOPBACK));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            int local = ids.getLast();
            sendFromPeer(bytes(10, i), local);
            assertArrayEquals(bytes(10, i), recorder.nextPacket().bytes());
            Recorder.onLoop(driver, () -> driver.close(local));
        }
        assertEquals(20, ids.stream().distinct().count(), "an id is not used again");
        assertThrows(IllegalStateException.class, () -> driver.bindUdp(LOOPBACK));
    }

    @Test
    void sharesAPortOnlyWhenAsked() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        assertThrows(IOException.class, () -> driver.bindUdp(driver.localAddress(local)));
        try (var one = new Driver("one", kind, DriverOptions.DEFAULT.withReusePort(true));
                var two = new Driver("two", kind, DriverOptions.DEFAULT.withReusePort(true))) {
            int shared = one.bindUdp(LOOPBACK);
            int same = two.bindUdp(one.localAddress(shared));
            assertEquals(one.localAddress(shared), two.localAddress(same));
        }
    }

    @Test
    void saysWhatBuffersWereGranted() throws Exception {
        var options = DriverOptions.DEFAULT.withBufferBytes(64 << 10, 32 << 10);
        try (var small = new Driver("small", kind, options)) {
            int local = small.bindUdp(LOOPBACK);
            assertEquals(64 << 10, small.receiveBufferBytes(local));
            assertEquals(32 << 10, small.sendBufferBytes(local));
        }
    }

    @Test
    void runsTasksOfManyThreadsEachInOrder() throws Exception {
        driver.start(recorder);
        int each = 10_000;
        int[] seen = new int[4];
        var done = new CountDownLatch(4 * each);
        var threads = IntStream.range(0, 4)
                .mapToObj(thread -> Thread.startVirtualThread(() -> {
                    for (int i = 0; i < each; i++) {
                        int number = i;
                        while (!driver.post(now -> {
                            assertTrue(driver.isCurrent());
                            assertEquals(number, seen[thread]++);
                            done.countDown();
                        })) {
                            LockSupport.parkNanos(10_000);
                        }
                    }
                }))
                .toList();
        assertTrue(done.await(Recorder.DEADLINE_SECONDS, TimeUnit.SECONDS));
        for (var thread : threads) {
            thread.join();
        }
        Recorder.awaitCount(4L * each, driver, Counter.TASKS);
        assertTrue(driver.get(Counter.WAKE_UPS) < 4L * each, "wake-ups coalesce");
    }

    @Test
    void refusesTasksWhenTheQueueIsFull() throws Exception {
        try (var small = new Driver("small", kind, DriverOptions.DEFAULT.withQueues(4, 4))) {
            small.start(recorder);
            var entered = new CountDownLatch(1);
            var leave = new CountDownLatch(1);
            assertTrue(small.post(now -> {
                entered.countDown();
                awaitOrFail(leave);
            }));
            awaitOrFail(entered);
            var ran = new LinkedBlockingQueue<Integer>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                assertTrue(small.post(now -> ran.add(number)));
            }
            assertFalse(small.post(now -> ran.add(4)));
            Recorder.awaitCount(1, small, Counter.REFUSED_TASKS);
            leave.countDown();
            for (int i = 0; i < 4; i++) {
                assertEquals(i, Recorder.next(ran));
            }
        }
    }

    @Test
    void handlesPacketsThatAnotherDriverReceived() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        driver.start(recorder);
        try (var other = new Driver("other", kind, DriverOptions.DEFAULT)) {
            int theirs = other.bindUdp(LOOPBACK);
            other.start(new Relay(driver, local));
            for (int i = 0; i < 1000; i++) {
                peer.send(new DatagramPacket(
                        bytes(100, i), 100, other.localAddress(theirs).socketAddress()));
                var packet = recorder.nextPacket();
                assertArrayEquals(bytes(100, i), packet.bytes());
                assertEquals(local, packet.local());
                assertEquals(peerAddress, packet.remote());
            }
        }
        Recorder.awaitCount(1000, driver, Counter.PACKETS_CROSSED);
    }

    /** Passes on what it gets. */
    private static final class Relay implements DatagramHandler {
        private final Driver owner;
        private final int local;

        Relay(Driver owner, int local) {
            this.owner = owner;
            this.local = local;
        }

        @Override
        public void handle(long nowNanos, int socket, RemoteAddress remote, Datagram packet) {
            assertTrue(owner.cross(local, remote, packet));
        }

        @Override
        public long nextTimeout() {
            return NEVER;
        }

        @Override
        public void handleTimeout(long nowNanos) {}

        @Override
        public void pollTransmit(long nowNanos, SendBatch out) {}

        @Override
        public void handleFault(Throwable fault) {
            throw new AssertionError(fault);
        }
    }

    @Test
    void dropsCrossingPacketsWhenTheRingIsFull() throws Exception {
        try (var small = new Driver("small", kind, DriverOptions.DEFAULT.withQueues(4, 4))) {
            small.start(recorder);
            var entered = new CountDownLatch(1);
            var leave = new CountDownLatch(1);
            assertTrue(small.post(now -> {
                entered.countDown();
                awaitOrFail(leave);
            }));
            awaitOrFail(entered);
            var remote = new RemoteAddress();
            remote.set(peerAddress);
            for (int i = 0; i < 4; i++) {
                assertTrue(small.cross(7, remote, Datagram.copyOf(bytes(10, i))));
            }
            assertFalse(small.cross(7, remote, Datagram.copyOf(bytes(10, 4))));
            assertFalse(small.cross(7, remote, Datagram.copyOf(bytes(2049, 5))));
            Recorder.awaitCount(2, small, Counter.DROPPED_CROSSING_FULL);
            leave.countDown();
            for (int i = 0; i < 4; i++) {
                assertArrayEquals(bytes(10, i), recorder.nextPacket().bytes());
            }
        }
    }

    @Test
    void packetsOfManyThreadsCrossEachInOrder() throws Exception {
        driver.start(recorder);
        int each = 5000;
        var threads = IntStream.range(0, 3)
                .mapToObj(thread -> Thread.startVirtualThread(() -> {
                    var remote = new RemoteAddress();
                    remote.set(thread, thread, thread);
                    var packet = Datagram.allocate(8);
                    packet.setLength(8);
                    for (int i = 0; i < each; i++) {
                        packet.put64(0, i);
                        while (!driver.cross(thread, remote, packet)) {
                            LockSupport.parkNanos(10_000);
                        }
                    }
                }))
                .toList();
        long[] next = new long[3];
        for (int i = 0; i < 3 * each; i++) {
            var packet = recorder.nextPacket();
            int thread = packet.local();
            assertEquals(new TransportAddress(thread, thread, thread), packet.remote());
            assertEquals(next[thread]++, Datagram.copyOf(packet.bytes()).i64(0));
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Recorder.DEADLINE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void firesTimersOnTimeAndNeverEarly() throws Exception {
        driver.start(recorder);
        for (long delay : new long[] {0, 300_000, 1_000_000, 5_500_000, 20_000_000}) {
            var due = new long[1];
            Recorder.onLoop(driver, () -> {
                due[0] = Driver.nanos() + delay;
                recorder.nextTimeoutNanos = due[0];
            });
            long fired = Recorder.next(recorder.timeouts);
            assertTrue(fired >= due[0], "early by " + (due[0] - fired) + " ns");
            assertTrue(fired < due[0] + 500_000_000, "late by " + (fired - due[0]) + " ns");
        }
    }

    @Test
    void goesOnAfterTheHandlerThrew() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        var fault = new IllegalStateException("a fault");
        recorder.onPacket = packet -> {
            if (packet.bytes().length == 1) {
                throw fault;
            }
        };
        driver.start(recorder);
        sendFromPeer(new byte[1], local);
        sendFromPeer(new byte[2], local);
        assertEquals(2, recorder.nextPacket().bytes().length);
        assertSame(fault, Recorder.next(recorder.faults));

        assertTrue(driver.post(now -> {
            throw fault;
        }));
        assertSame(fault, Recorder.next(recorder.faults));

        // A burst left open is forgotten.
        recorder.send(driver, out -> {
            out.send(local, peerAddress, bytes(7, 7));
            out.begin(local, peerAddress);
            throw fault;
        });
        assertSame(fault, Recorder.next(recorder.faults));
        recorder.send(driver, out -> out.send(local, peerAddress, bytes(8, 8)));
        assertArrayEquals(bytes(7, 7), receive(peer));
        assertArrayEquals(bytes(8, 8), receive(peer));
        Recorder.awaitCount(3, driver, Counter.FAULTS);
    }

    @Test
    void aTimerThatThrowsDoesNotSpin() throws Exception {
        var handler = new Recorder();
        handler.onTimeout = () -> {
            handler.nextTimeoutNanos = 1;
            throw new IllegalStateException("again");
        };
        handler.nextTimeoutNanos = 1;
        driver.start(handler);
        long before = Driver.nanos();
        for (int i = 0; i < 6; i++) {
            Recorder.next(handler.faults);
        }
        assertTrue(Driver.nanos() - before > 40_000_000);
    }

    @Test
    void closingRunsWhatWasPostedAndSendsWhatIsLeft() throws Exception {
        int local = driver.bindUdp(LOOPBACK);
        driver.start(recorder);
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        assertTrue(driver.post(now -> {
            entered.countDown();
            awaitOrFail(leave);
        }));
        awaitOrFail(entered);
        recorder.send(driver, out -> out.send(local, peerAddress, bytes(5, 5)));
        var closing = Thread.startVirtualThread(driver::close);
        leave.countDown();
        closing.join();
        assertArrayEquals(bytes(5, 5), receive(peer));
        assertFalse(driver.post(now -> {}));
        assertThrows(IllegalStateException.class, () -> driver.start(recorder));
    }

    @Test
    void closesItselfFromItsOwnThread() throws Exception {
        driver.start(recorder);
        var thread = new LinkedBlockingQueue<Thread>();
        assertTrue(driver.post(now -> {
            driver.close();
            thread.add(Thread.currentThread());
        }));
        var loop = Recorder.next(thread);
        loop.join(TimeUnit.SECONDS.toMillis(Recorder.DEADLINE_SECONDS));
        assertFalse(loop.isAlive());
    }
}
