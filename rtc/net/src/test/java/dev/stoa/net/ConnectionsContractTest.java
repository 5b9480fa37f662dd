package dev.stoa.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every kind of {@link Sockets} has to do: TCP with frames (RFC 4571, 2). */
@ParameterizedClass
@MethodSource("dev.stoa.net.DriverContractTest#kinds")
class ConnectionsContractTest {
    private static final TransportAddress LOOPBACK = TransportAddress.of("127.0.0.1", 0);
    private static final long IDLE_NANOS = 30_000_000_000L;

    private final Sockets kind;
    private final Recorder recorder = new Recorder();
    private final List<AutoCloseable> toClose = new ArrayList<>();

    ConnectionsContractTest(Sockets kind) {
        this.kind = kind;
    }

    @AfterEach
    void close() throws Exception {
        for (var one : toClose.reversed()) {
            one.close();
        }
        assertEquals(List.of(), List.copyOf(recorder.faults));
    }

    private record Listening(Driver driver, int listener) {}

    private Listening listen(DriverOptions options) throws IOException {
        var driver = new Driver("tcp", kind, options);
        toClose.add(driver);
        int listener = driver.listenTcp(LOOPBACK);
        driver.start(recorder);
        return new Listening(driver, listener);
    }

    private Socket connect(Listening to) throws IOException {
        var address = to.driver.localAddress(to.listener);
        var socket = new Socket(address.inetAddress(), address.port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Recorder.DEADLINE_SECONDS));
        toClose.add(socket);
        return socket;
    }

    private static byte[] frame(byte[] packet) {
        return ByteBuffer.allocate(2 + packet.length)
                .putShort((short) packet.length)
                .put(packet)
                .array();
    }

    private static byte[] bytes(int length, int seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] readFrame(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        var packet = new byte[in.readUnsignedShort()];
        in.readFully(packet);
        return packet;
    }

    /** Whether the other side has closed the connection, with or without a reset. */
    private static boolean isClosed(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void echoesFramesUpToTheLongest() throws Exception {
        var listening = listen(DriverOptions.DEFAULT.withFrames(0xFFFF, 1 << 20));
        recorder.onPacket =
                packet -> recorder.enqueue(out -> out.send(packet.local(), packet.remote(), packet.bytes()));
        var socket = connect(listening);
        for (int length : new int[] {1, 2, 20, 1200, 1500, 8192, 16_383, 16_384, 40_000, 65_534, 65_535}) {
            var packet = bytes(length, length);
            socket.getOutputStream().write(frame(packet));
            assertArrayEquals(packet, readFrame(socket));
            var came = recorder.nextPacket();
            assertTrue(Driver.isTcp(came.local()));
            assertEquals(TransportAddress.of("127.0.0.1", socket.getLocalPort()), came.remote());
        }
    }

    @Test
    void putsFramesTogetherFromAnyPieces() throws Exception {
        var listening = listen(DriverOptions.DEFAULT);
        var socket = connect(listening);
        for (byte one : frame(bytes(50, 1))) {
            socket.getOutputStream().write(one);
        }
        var many = ByteBuffer.allocate(10_000);
        for (int i = 0; i < 40; i++) {
            many.put(frame(bytes(200, i)));
        }
        many.put(frame(bytes(300, 99)), 0, 150);
        socket.getOutputStream().write(many.array(), 0, many.position());
        socket.getOutputStream().write(frame(bytes(300, 99)), 150, 152);
        assertArrayEquals(bytes(50, 1), recorder.nextPacket().bytes());
        for (int i = 0; i < 40; i++) {
            assertArrayEquals(bytes(200, i), recorder.nextPacket().bytes());
        }
        assertArrayEquals(bytes(300, 99), recorder.nextPacket().bytes());
    }

    @Test
    void passesOverNullPackets() throws Exception {
        var listening = listen(DriverOptions.DEFAULT);
        var socket = connect(listening);
        socket.getOutputStream().write(new byte[200]);
        socket.getOutputStream().write(frame(bytes(3, 3)));
        assertArrayEquals(bytes(3, 3), recorder.nextPacket().bytes());
        Recorder.awaitCount(1, listening.driver, Counter.PACKETS_IN);
    }

    @Test
    void sendsABurstAsFramesInOrder() throws Exception {
        var listening = listen(DriverOptions.DEFAULT);
        var socket = connect(listening);
        socket.getOutputStream().write(frame(bytes(1, 1)));
        int connection = recorder.nextPacket().local();
        recorder.send(listening.driver, out -> {
            var area = out.begin(connection, LOOPBACK);
            for (int i = 0; i < 50; i++) {
                area.put(out.position(), bytes(1000, i), 0, 1000);
                out.append(1000);
            }
            out.end();
        });
        for (int i = 0; i < 50; i++) {
            assertArrayEquals(bytes(1000, i), readFrame(socket));
        }
    }

    @Test
    void dropsWhatASlowPeerDoesNotTakeAndKeepsFramesWhole() throws Exception {
        var listening = listen(DriverOptions.DEFAULT.withFrames(8192, 64 << 10));
        var socket = connect(listening);
        socket.getOutputStream().write(frame(bytes(1, 1)));
        int connection = recorder.nextPacket().local();
        var driver = listening.driver;
        int sent = 0;
        while (driver.get(Counter.DROPPED_WRITE_QUEUE_FULL) == 0) {
            int first = sent;
            recorder.send(driver, out -> {
                for (int i = first; i < first + 64; i++) {
                    var packet = bytes(5000, 0);
                    ByteBuffer.wrap(packet).putInt(i);
                    out.send(connection, LOOPBACK, packet);
                }
            });
            Recorder.onLoop(driver, () -> {});
            sent += 64;
            assertTrue(sent < 100_000, "the queue is bounded");
        }
        // One more round, so that all is counted.
        recorder.send(driver, out -> out.send(-1, LOOPBACK, new byte[1]));
        Recorder.awaitCount(1, driver, Counter.DROPPED_NO_SOCKET);
        long kept = driver.get(Counter.PACKETS_OUT);
        assertEquals(sent, kept + driver.get(Counter.DROPPED_WRITE_QUEUE_FULL));
        // The peer wakes up: all that was taken arrives, whole and in order.
        int last = -1;
        for (long i = 0; i < kept; i++) {
            var packet = readFrame(socket);
            int number = ByteBuffer.wrap(packet).getInt();
            assertEquals(5000, packet.length);
            assertTrue(number > last);
            last = number;
        }
        recorder.send(driver, out -> out.send(connection, LOOPBACK, bytes(9, 9)));
        assertArrayEquals(bytes(9, 9), readFrame(socket));
    }

    @Test
    void tellsTheHandlerOfTheEndOfAConnectionItKnows() throws Exception {
        var listening = listen(DriverOptions.DEFAULT);
        connect(listening).close();
        var socket = connect(listening);
        socket.getOutputStream().write(frame(bytes(1, 1)));
        int connection = recorder.nextPacket().local();
        socket.close();
        assertEquals(connection, Recorder.next(recorder.disconnects));
        assertTrue(recorder.disconnects.isEmpty(), "the first one never sent a packet");
        recorder.send(listening.driver, out -> out.send(connection, LOOPBACK, bytes(1, 1)));
        Recorder.onLoop(listening.driver, () -> {});
        Recorder.awaitCount(1, listening.driver, Counter.DROPPED_NO_SOCKET);
    }

    @Test
    void theHandlerClosesAConnectionFromWithinItsPacket() throws Exception {
        var listening = listen(DriverOptions.DEFAULT);
        recorder.onPacket = packet -> listening.driver.close(packet.local());
        var socket = connect(listening);
        var two = ByteBuffer.allocate(6).put(frame(bytes(1, 1))).put(frame(bytes(1, 2)));
        socket.getOutputStream().write(two.array());
        recorder.nextPacket();
        assertTrue(isClosed(socket));
        Recorder.onLoop(listening.driver, () -> {});
        assertTrue(recorder.packets.isEmpty());
        assertTrue(recorder.disconnects.isEmpty(), "it knows");
    }

    @Test
    void closesAConnectionWithAFrameTooLong() throws Exception {
        var listening = listen(DriverOptions.DEFAULT.withFrames(1000, 10_000));
        var good = connect(listening);
        good.getOutputStream().write(frame(bytes(1000, 1)));
        assertEquals(1000, recorder.nextPacket().bytes().length);
        var bad = connect(listening);
        bad.getOutputStream().write(new byte[] {0x03, (byte) 0xE9});
        assertTrue(isClosed(bad));
        // What a browser that takes it for a web server says.
        var lost = connect(listening);
        lost.getOutputStream().write(new byte[] {'G', 'E', 'T', ' ', '/'});
        assertTrue(isClosed(lost));
        Recorder.awaitCount(2, listening.driver, Counter.CLOSED_FRAME_TOO_LONG);
        good.getOutputStream().write(frame(bytes(2, 1)));
        assertEquals(2, recorder.nextPacket().bytes().length);
    }

    @Test
    void refusesConnectionsBeyondTheLimit() throws Exception {
        var listening = listen(DriverOptions.DEFAULT.withConnections(3, 100, IDLE_NANOS));
        assertRefusesTheFourth(listening);
    }

    @Test
    void refusesConnectionsOfOneSourceBeyondItsLimit() throws Exception {
        var listening = listen(DriverOptions.DEFAULT.withConnections(100, 3, IDLE_NANOS));
        assertRefusesTheFourth(listening);
    }

    private void assertRefusesTheFourth(Listening listening) throws Exception {
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < 3; i++) {
            var socket = connect(listening);
            socket.getOutputStream().write(frame(bytes(1, i)));
            recorder.nextPacket();
            sockets.add(socket);
        }
        assertTrue(isClosed(connect(listening)));
        Recorder.awaitCount(1, listening.driver, Counter.REFUSED_CONNECTIONS);
        // A place is free again when one goes.
        sockets.getFirst().close();
        Recorder.next(recorder.disconnects);
        var next = connect(listening);
        next.getOutputStream().write(frame(bytes(7, 7)));
        assertArrayEquals(bytes(7, 7), recorder.nextPacket().bytes());
    }

    @Test
    void closesIdleConnections() throws Exception {
        var listening = listen(DriverOptions.DEFAULT.withConnections(10, 10, 300_000_000));
        var silent = connect(listening);
        var known = connect(listening);
        known.getOutputStream().write(frame(bytes(1, 1)));
        int connection = recorder.nextPacket().local();
        // Null packets are no sign of life.
        known.getOutputStream().write(new byte[2]);
        assertTrue(isClosed(known));
        assertTrue(isClosed(silent));
        assertEquals(connection, Recorder.next(recorder.disconnects));
        Recorder.awaitCount(2, listening.driver, Counter.CLOSED_IDLE);
    }

    @Test
    void idsOfConnectionsAreNotUsedAgainSoon() throws Exception {
        var listening = listen(DriverOptions.DEFAULT);
        int last = 0;
        for (int i = 0; i < 10; i++) {
            var socket = connect(listening);
            socket.getOutputStream().write(frame(bytes(1, i)));
            int connection = recorder.nextPacket().local();
            assertNotEquals(last, connection);
            last = connection;
            socket.close();
            Recorder.next(recorder.disconnects);
        }
    }

    /** Gives each connection away at its second packet, and keeps the first. */
    private static final class Giver implements DatagramHandler {
        private final Driver self;
        private final Driver to;
        private int packets;

        Giver(Driver self, Driver to) {
            this.self = self;
            this.to = to;
        }

        @Override
        public void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
            if (++packets % 2 == 0) {
                self.handOver(local, packet, to);
            }
        }

        @Override
        public void handleDisconnect(long nowNanos, int local) {
            throw new AssertionError("not here any more");
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
        public void handleFault(Throwable fault) {}
    }

    @Test
    void handsAConnectionOverWithAllThatIsInIt() throws Exception {
        recorder.onPacket =
                packet -> recorder.enqueue(out -> out.send(packet.local(), packet.remote(), packet.bytes()));
        var owner = listen(DriverOptions.DEFAULT.withConnections(2, 2, IDLE_NANOS));
        var giver = new Driver("giver", kind, DriverOptions.DEFAULT);
        toClose.add(giver);
        var listening = new Listening(giver, giver.listenTcp(LOOPBACK));
        giver.start(new Giver(giver, owner.driver));
        for (int i = 0; i < 2; i++) {
            var socket = connect(listening);
            var many = ByteBuffer.allocate(10_000);
            for (int packet = 0; packet < 6; packet++) {
                many.put(frame(bytes(100, packet)));
            }
            many.put(frame(bytes(101, 6)), 0, 50);
            socket.getOutputStream().write(many.array(), 0, many.position());
            for (int packet = 1; packet < 6; packet++) {
                assertArrayEquals(bytes(100, packet), readFrame(socket));
                assertEquals(
                        TransportAddress.of("127.0.0.1", socket.getLocalPort()),
                        recorder.nextPacket().remote());
            }
            socket.getOutputStream().write(frame(bytes(101, 6)), 50, 53);
            assertArrayEquals(bytes(101, 6), readFrame(socket));
            recorder.nextPacket();
        }
        // The owner has enough now.
        var third = connect(listening);
        third.getOutputStream().write(frame(bytes(1, 1)));
        third.getOutputStream().write(frame(bytes(1, 2)));
        assertTrue(isClosed(third));
        Recorder.awaitCount(2, owner.driver, Counter.CONNECTIONS_TAKEN_OVER);
        Recorder.awaitCount(1, owner.driver, Counter.REFUSED_CONNECTIONS);
        Recorder.awaitCount(0, giver, Counter.FAULTS);
    }

    @Test
    void closesAConnectionThatIsHandedToAClosedDriver() throws Exception {
        var owner = new Driver("owner", kind, DriverOptions.DEFAULT);
        owner.start(recorder);
        owner.close();
        var giver = new Driver("giver", kind, DriverOptions.DEFAULT);
        toClose.add(giver);
        var listening = new Listening(giver, giver.listenTcp(LOOPBACK));
        giver.start(new Giver(giver, owner));
        var socket = connect(listening);
        socket.getOutputStream().write(frame(bytes(1, 1)));
        socket.getOutputStream().write(frame(bytes(1, 2)));
        assertTrue(isClosed(socket));
    }

    /** 20 000 pieces of frames, of null packets and of garbage, cut anywhere, against a reader of ten lines. */
    @Test
    void survivesAnyBytes() throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var listening = listen(DriverOptions.DEFAULT.withFrames(400, 4000));
        for (int round = 0; round < 200; round++) {
            var expected = new ArrayList<byte[]>();
            boolean broken = false;
            try (var socket = connect(listening)) {
                socket.setSoLinger(true, 0);
                var stream = ByteBuffer.allocate(100 * 402);
                for (int piece = 0; piece < 100; piece++) {
                    var packet = bytes(random.nextInt(10) == 0 ? 0 : random.nextInt(200), random.nextInt());
                    if (random.nextInt(150) == 0) {
                        stream.putShort((short) (401 + random.nextInt(65_000))).put(packet);
                        broken = true;
                    } else {
                        stream.put(frame(packet));
                        if (!broken && packet.length > 0) {
                            expected.add(packet);
                        }
                    }
                }
                writeInPieces(socket, stream.array(), stream.position(), random);
                for (var packet : expected) {
                    assertArrayEquals(packet, recorder.nextPacket().bytes(), () -> "seed " + seed);
                }
                if (broken) {
                    assertTrue(isClosed(socket), () -> "seed " + seed);
                }
            }
            if (!expected.isEmpty()) {
                Recorder.next(recorder.disconnects);
            }
        }
        Recorder.onLoop(listening.driver, () -> {});
        assertTrue(recorder.packets.isEmpty(), () -> "seed " + seed);
    }

    private static void writeInPieces(Socket socket, byte[] bytes, int length, Random random) {
        try {
            for (int at = 0; at < length; ) {
                int count = Math.min(length - at, 1 + random.nextInt(700));
                socket.getOutputStream().write(bytes, at, count);
                at += count;
            }
        } catch (IOException e) {
            // It was closed behind the garbage.
        }
    }
}
