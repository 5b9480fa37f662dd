package dev.stoa.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a driver holds and gives back. */
class ResourcesTest {
    private static final TransportAddress LOOPBACK = TransportAddress.of("127.0.0.1", 0);

    private static long openFiles() throws IOException {
        var files = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(files));
        try (var list = Files.list(files)) {
            return list.count();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.stoa.net.DriverContractTest#kinds")
    void givesBackItsThreadAndItsFiles(Sockets kind) throws Exception {
        useAndClose(kind);
        long before = openFiles();
        for (int i = 0; i < 10; i++) {
            useAndClose(kind);
        }
        assertEquals(before, openFiles());
    }

    private static void useAndClose(Sockets kind) throws Exception {
        var recorder = new Recorder();
        var driver = new Driver("used", kind, DriverOptions.DEFAULT);
        int local = driver.bindUdp(LOOPBACK);
        int listener = driver.listenTcp(LOOPBACK);
        driver.start(recorder);
        var address = driver.localAddress(listener);
        recorder.send(driver, out -> out.send(local, driver.localAddress(local), new byte[10]));
        recorder.nextPacket();
        var thread = new LinkedBlockingQueue<Thread>();
        assertTrue(driver.post(now -> thread.add(Thread.currentThread())));
        // One connection is still open at the end.
        try (var socket = new Socket(address.inetAddress(), address.port())) {
            socket.getOutputStream().write(new byte[] {0, 1, 7});
            recorder.nextPacket();
            driver.close();
            assertTrue(socket.getInputStream().read() < 0);
        }
        assertFalse(Recorder.next(thread).isAlive());
        assertTrue(recorder.faults.isEmpty());
        driver.close();
    }

    @ParameterizedTest
    @MethodSource("dev.stoa.net.DriverContractTest#kinds")
    void givesBackItsFilesWhenItNeverStartedOrCouldNotBind(Sockets kind) throws Exception {
        new Driver("unused", kind, DriverOptions.DEFAULT).close();
        long before = openFiles();
        for (int i = 0; i < 10; i++) {
            try (var driver = new Driver("unused", kind, DriverOptions.DEFAULT)) {
                var taken = driver.localAddress(driver.bindUdp(LOOPBACK));
                assertThrows(IOException.class, () -> driver.bindUdp(taken));
                var listening = driver.localAddress(driver.listenTcp(LOOPBACK));
                assertThrows(IOException.class, () -> driver.listenTcp(listening));
                assertThrows(IOException.class, () -> driver.bindUdp(TransportAddress.of("192.0.2.1", 0)));
            }
        }
        assertEquals(before, openFiles());
    }

    /** Sends bursts to itself: each one received is answered by the next, and counted. */
    private static final class Echo implements DatagramHandler {
        private static final int BURST = 8;
        private final long wanted;
        private final CountDownLatch done = new CountDownLatch(1);
        private final RemoteAddress self = new RemoteAddress();
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long warmUp;
        private long received;
        private long inFlight;
        private long allocatedAtStart;
        private int local;
        volatile long allocated;

        Echo(long warmUp, long wanted) {
            this.warmUp = warmUp;
            this.wanted = wanted;
        }

        @Override
        public void handle(long nowNanos, int socket, RemoteAddress remote, Datagram packet) {
            local = socket;
            self.set(remote);
            inFlight--;
            if (++received == warmUp) {
                allocatedAtStart = threads.getCurrentThreadAllocatedBytes();
            }
            if (received == warmUp + wanted) {
                allocated = threads.getCurrentThreadAllocatedBytes() - allocatedAtStart;
                done.countDown();
            }
        }

        @Override
        public long nextTimeout() {
            return NEVER;
        }

        @Override
        public void handleTimeout(long nowNanos) {}

        @Override
        public void pollTransmit(long nowNanos, SendBatch out) {
            if (local == 0 || inFlight > 0 || done.getCount() == 0) {
                return;
            }
            for (int burst = 0; burst < 4; burst++) {
                var area = out.begin(local, self);
                for (int i = 0; i < BURST; i++) {
                    area.put32(out.position(), i);
                    out.append(1200);
                }
                out.end();
                inFlight += BURST;
            }
        }

        @Override
        public void handleFault(Throwable fault) {
            throw new AssertionError(fault);
        }
    }

    /**
     * 200 000 packets out and in again. Measured with the first compiler only, as tests run: no escape analysis helps, and
     * still there is nothing to count but what the probe itself allocates.
     */
    @Test
    void allocatesNothingForAPacket() throws Exception {
        assumeTrue(Sockets.whyNotFfm().isEmpty(), Sockets.whyNotFfm());
        for (boolean coalescing : new boolean[] {true, false}) {
            var echo = new Echo(50_000, 200_000);
            var options = DriverOptions.DEFAULT.withOffloads(true, coalescing);
            try (var driver = new Driver("echo", Sockets.FFM, options)) {
                int local = driver.bindUdp(LOOPBACK);
                driver.start(echo);
                var starter = new Recorder();
                try (var other = new Driver("starter", Sockets.FFM, options)) {
                    var to = driver.localAddress(local);
                    other.start(starter);
                    Recorder.onLoop(driver, () -> {
                        echo.local = local;
                        echo.self.set(to);
                    });
                    assertTrue(echo.done.await(Recorder.DEADLINE_SECONDS, TimeUnit.SECONDS));
                }
                assertEquals(0, driver.get(Counter.FAULTS));
                assertTrue(echo.allocated <= 200_000, () -> echo.allocated + " bytes for 200 000 packets");
            }
        }
    }
}
