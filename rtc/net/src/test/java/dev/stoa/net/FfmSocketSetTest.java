package dev.stoa.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What only system calls can do: bursts cut and put together by the kernel, and what happens when it will not. */
class FfmSocketSetTest {
    private static final TransportAddress LOOPBACK = TransportAddress.of("127.0.0.1", 0);
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Counters counters = new Counters();
    private final FfmSocketSet sockets = new FfmSocketSet(DriverOptions.DEFAULT, counters);
    private final Arena arena = Arena.ofConfined();
    private final SendBatch batch = new SendBatch(arena, () -> {});

    FfmSocketSetTest() throws IOException {}

    @BeforeAll
    static void onlyWhereItWorks() {
        assumeTrue(Sockets.whyNotFfm().isEmpty(), Sockets.whyNotFfm());
    }

    @AfterEach
    void close() {
        sockets.close();
        arena.close();
    }

    private static byte[] bytes(int length, int fill) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    private void sendBurst(long nowNanos, int handle, TransportAddress to, int... lengths) {
        var area = batch.begin(0, to);
        for (int i = 0; i < lengths.length; i++) {
            area.put(batch.position(), bytes(lengths[i], i), 0, lengths[i]);
            batch.append(lengths[i]);
        }
        batch.end();
        sockets.send(nowNanos, handle, batch, new int[] {0}, 1);
        batch.clear();
    }

    private static void expect(DatagramSocket peer, int... lengths) throws IOException {
        for (int i = 0; i < lengths.length; i++) {
            var packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
            peer.receive(packet);
            assertArrayEquals(bytes(lengths[i], i), Arrays.copyOf(packet.getData(), packet.getLength()));
        }
    }

    private static DatagramSocket peer() throws IOException {
        var peer = new DatagramSocket(LOOPBACK.socketAddress());
        peer.setSoTimeout(10_000);
        return peer;
    }

    private static TransportAddress address(DatagramSocket socket) {
        return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    @Test
    void cutsABurstWhereSizesChange() throws Exception {
        int handle = sockets.openUdp(LOOPBACK);
        try (var peer = peer()) {
            // A run with a shorter last one, then a longer one alone, then a run: three messages.
            int[] lengths = {900, 900, 900, 400, 1000, 500, 500};
            sendBurst(0, handle, address(peer), lengths);
            expect(peer, lengths);
        }
        assertEquals(7, counters.get(Counter.PACKETS_OUT));
        assertEquals(2, counters.get(Counter.GSO_BURSTS));
        assertEquals(6, counters.get(Counter.GSO_PACKETS));
        assertEquals(1, counters.get(Counter.SEND_BATCHES), "one call for all");
    }

    @Test
    void sendsOneByOneWhatTheKernelWillNotCutAndAsksAgainAMinuteLater() throws Exception {
        int handle = sockets.openUdp(LOOPBACK);
        sockets.refuseSegmentation(handle, true);
        int[] lengths = {700, 700, 700, 100};
        try (var peer = peer()) {
            for (int i = 0; i < 20; i++) {
                sendBurst(0, handle, address(peer), lengths);
                expect(peer, lengths);
            }
            assertEquals(16, counters.get(Counter.GSO_REFUSED), "after that it was not asked any more");
            assertEquals(80, counters.get(Counter.PACKETS_OUT));
            assertEquals(0, counters.get(Counter.DROPPED_SEND_REFUSED));

            sockets.refuseSegmentation(handle, false);
            sendBurst(MINUTE_NANOS - 1, handle, address(peer), lengths);
            expect(peer, lengths);
            assertEquals(0, counters.get(Counter.GSO_BURSTS));
            sendBurst(MINUTE_NANOS, handle, address(peer), lengths);
            expect(peer, lengths);
            assertEquals(1, counters.get(Counter.GSO_BURSTS));
        }
    }

    @Test
    void aRefusalHereAndThereDoesNotEndCutting() throws Exception {
        int handle = sockets.openUdp(LOOPBACK);
        int[] lengths = {600, 600};
        try (var peer = peer()) {
            for (int i = 0; i < 40; i++) {
                sockets.refuseSegmentation(handle, i % 2 == 0);
                sendBurst(0, handle, address(peer), lengths);
                expect(peer, lengths);
            }
        }
        assertEquals(20, counters.get(Counter.GSO_REFUSED));
        assertEquals(20, counters.get(Counter.GSO_BURSTS));
    }

    @Test
    void cutsNothingWhenToldNotTo() throws Exception {
        var plain = new Counters();
        try (var set = new FfmSocketSet(DriverOptions.DEFAULT.withOffloads(false, false), plain);
                var peer = peer()) {
            int handle = set.openUdp(LOOPBACK);
            var area = batch.begin(0, address(peer));
            area.put(0, bytes(600, 0), 0, 600);
            batch.append(600);
            area.put(600, bytes(600, 1), 0, 600);
            batch.append(600);
            batch.end();
            set.send(0, handle, batch, new int[] {0}, 1);
            expect(peer, 600, 600);
        }
        assertEquals(0, plain.get(Counter.GSO_BURSTS));
        assertEquals(2, plain.get(Counter.PACKETS_OUT));
    }

    @Test
    void splitsABurstThatTheKernelPutTogether() throws Exception {
        var recorder = new Recorder();
        try (var driver = new Driver("gro", Sockets.FFM, DriverOptions.DEFAULT)) {
            int local = driver.bindUdp(LOOPBACK);
            driver.start(recorder);
            int from = sockets.openUdp(LOOPBACK);
            int[] lengths = {1200, 1200, 1200, 1200, 300};
            sendBurst(0, from, driver.localAddress(local), lengths);
            for (int i = 0; i < lengths.length; i++) {
                var packet = recorder.nextPacket();
                assertArrayEquals(bytes(lengths[i], i), packet.bytes());
                assertEquals(sockets.localAddress(from), packet.remote());
            }
            assertEquals(1, driver.get(Counter.GRO_BURSTS));
            assertEquals(lengths.length, driver.get(Counter.PACKETS_IN));
        }
        assertTrue(recorder.faults.isEmpty());
    }

    @Test
    void countsWhatTheKernelDroppedBecauseNobodyReceived() throws Exception {
        var few = new Counters();
        var options = DriverOptions.DEFAULT.withBufferBytes(8 << 10, 4 << 20).withOffloads(false, false);
        try (var set = new FfmSocketSet(options, few);
                var peer = peer()) {
            int handle = set.openUdp(LOOPBACK);
            var to = set.localAddress(handle).socketAddress();
            for (int i = 0; i < 100; i++) {
                peer.send(new DatagramPacket(bytes(1000, i), 1000, to));
            }
            int came = 0;
            for (int messages = set.receive(handle); messages > 0; messages = set.receive(handle)) {
                came += messages;
            }
            // The count comes with the next packet that is not dropped.
            peer.send(new DatagramPacket(bytes(1000, 1), 1000, to));
            assertEquals(1, set.receive(handle));
            assertEquals(100 - came, few.get(Counter.DROPPED_RECEIVE_BUFFER_FULL));
            assertTrue(came < 100);
        }
    }
}
