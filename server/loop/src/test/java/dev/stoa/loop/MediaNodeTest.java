package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsEvent;
import dev.stoa.dtls.DtlsRole;
import dev.stoa.dtls.Fingerprint;
import dev.stoa.sfu.Source;
import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node on the loopback interface, and somebody with a socket. */
class MediaNodeTest {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int SILENCE_MILLIS = 200;
    private static final Map<String, Source> SOURCES = Map.of("0", Source.MICROPHONE, "1", Source.CAMERA);
    private static final DtlsCertificate OURS =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH, Duration.ofDays(1));

    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private MediaPort port;
    private MediaNode node;
    private DatagramSocket socket;

    @BeforeEach
    void open() throws IOException {
        port = MediaPort.open(new MediaOptions(0, List.of(TransportAddress.of("127.0.0.1", 0)), List.of()));
        node = new MediaNode(port, outcomes::add);
        socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        socket.connect(InetAddress.ofLiteral("127.0.0.1"), port.number());
    }

    @AfterEach
    void close() {
        socket.close();
        node.close();
    }

    @Test
    void strangersAreCountedAndHearNothing() throws Exception {
        send(new byte[] {5, 0, 0, 0});
        send(clientHello());
        send(new byte[] {(byte) 0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1});
        send(check("nobody", "nobodyknowsthispassword0", 1));
        awaitCount(MediaCounters.Kind.UNKNOWN_PROTOCOL, 1);
        awaitCount(MediaCounters.Kind.UNVALIDATED, 2);
        awaitCount(MediaCounters.Kind.STUN_UNKNOWN, 1);
        assertSilence();
    }

    @Test
    void aCheckWithTheWrongPasswordIsCountedAndNotAnswered() throws Exception {
        var answer = answer("Ada");
        send(check(value(answer, "ice-ufrag"), "thisisnotthepasswordatall", 1));
        awaitCount(MediaCounters.Kind.STUN_UNAUTHENTICATED, 1);
        assertSilence();
    }

    @Test
    void anAnswerNamesTheAddressThatIsListenedOn() throws Exception {
        assertTrue(answer("Ada").contains(" 127.0.0.1 " + port.number() + " typ host"));
    }

    @Test
    void whatIsNoDescriptionIsRefusedWithItsTag() throws Exception {
        node.offer("room", "Ada", "v=1\r\nnonsense", Map.of(), 42);
        var refused = assertInstanceOf(Outcome.Refused.class, next());
        assertEquals(42, refused.tag());
        assertFalse(refused.reason().isBlank());
    }

    @Test
    void aClientHelloBeforeTheCheckIsDroppedAndTheHandshakeSucceedsAfterIt() throws Exception {
        var answer = answer("Ada");
        send(clientHello());
        awaitCount(MediaCounters.Kind.UNVALIDATED, 1);
        assertSilence();

        send(check(value(answer, "ice-ufrag"), value(answer, "ice-pwd"), 2));
        var response = receive();
        assertEquals(1, response[0], "a success response");
        assertEquals(1, response[1], "to a Binding request");

        try (var handshakes = Executors.newVirtualThreadPerTaskExecutor()) {
            var client = engine(answer, handshakes);
            client.start(System.nanoTime());
            DtlsEvent event = null;
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            socket.setSoTimeout(20);
            while (event == null && System.nanoTime() < end) {
                for (var flight = client.pollTransmit(); flight != null; flight = client.pollTransmit()) {
                    send(flight);
                }
                try {
                    client.handle(System.nanoTime(), receive());
                } catch (SocketTimeoutException e) {
                    // The handshake's thread may have something meanwhile.
                }
                event = client.pollEvent();
            }
            var connected = assertInstanceOf(DtlsEvent.Connected.class, event);
            assertNotNull(connected.srtpKeys());
            client.close();
        }
    }

    @Test
    void answersChecksByTcpToo() throws Exception {
        var answer = answer("Ada");
        assertTrue(answer.contains(" tcp "), answer);
        try (var connection = new Socket(InetAddress.ofLiteral("127.0.0.1"), port.number())) {
            connection.setSoTimeout(PATIENCE_MILLIS);
            var request = check(value(answer, "ice-ufrag"), value(answer, "ice-pwd"), 4);
            var out = new DataOutputStream(connection.getOutputStream());
            // RFC 4571: two bytes of length before each packet.
            out.writeShort(request.length);
            out.write(request);
            var in = new DataInputStream(connection.getInputStream());
            var response = new byte[in.readUnsignedShort()];
            in.readFully(response);
            assertEquals(1, response[0], "a success response");
        }
    }

    @Test
    void whoLeavesIsNotAnsweredAnyMore() throws Exception {
        var answer = answer("Ada");
        node.leave("room", "Ada");
        awaitCount(MediaCounters.Kind.PEERS_CLOSED, 1);
        send(check(value(answer, "ice-ufrag"), value(answer, "ice-pwd"), 3));
        awaitCount(MediaCounters.Kind.STUN_UNKNOWN, 1);
        assertSilence();
    }

    @Test
    void aNewPeerConnectionTakesThePlaceOfTheOldOne() throws Exception {
        answer("Ada");
        node.offer("room", "Ada", offer().replaceFirst("o=- \\d+", "o=- 4711"), SOURCES, 2);
        assertInstanceOf(Outcome.Answered.class, next());
        awaitCount(MediaCounters.Kind.PEERS_CLOSED, 1);
        awaitCount(MediaCounters.Kind.PEERS_OPENED, 2);
    }

    private String answer(String participant) throws Exception {
        node.offer("room", participant, offer(), SOURCES, 1);
        return assertInstanceOf(Outcome.Answered.class, next()).sdp();
    }

    /** A browser's offer with this test's certificate. */
    private static String offer() {
        return NegotiationTest.OFFER.replaceAll(
                "a=fingerprint:.*",
                "a=fingerprint:" + OURS.fingerprint("sha-256").toString());
    }

    private Outcome next() throws InterruptedException {
        var outcome = outcomes.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertNotNull(outcome, "an outcome");
        return outcome;
    }

    private static DtlsEngine engine(String answer, Executor handshakes) {
        var fingerprint = Fingerprint.parse(value(answer, "fingerprint"));
        assertNotNull(fingerprint);
        return new DtlsEngine(
                DtlsRole.CLIENT, OURS, List.of(fingerprint), DtlsEngine.SRTP_PROFILES, handshakes, () -> {});
    }

    /** The first flight of a client that will never hear of it. */
    private static byte[] clientHello() throws Exception {
        try (var handshakes = Executors.newVirtualThreadPerTaskExecutor()) {
            var ready = new CountDownLatch(1);
            var client = new DtlsEngine(
                    DtlsRole.CLIENT,
                    OURS,
                    List.of(OURS.fingerprint("sha-256")),
                    DtlsEngine.SRTP_PROFILES,
                    handshakes,
                    ready::countDown);
            client.start(0);
            assertTrue(ready.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            var hello = client.pollTransmit();
            client.close();
            assertNotNull(hello);
            return hello;
        }
    }

    private static byte[] check(String ufrag, String pwd, int transaction) {
        var packet = Datagram.allocate(700);
        new StunWriter(packet, StunClass.REQUEST, StunMethod.BINDING, new TransactionId(transaction, transaction))
                .username(ufrag + ":here")
                .u32(StunAttribute.PRIORITY, 1_853_824_767)
                .i64(StunAttribute.ICE_CONTROLLING, 7)
                .flag(StunAttribute.USE_CANDIDATE)
                .integrity(IntegrityKey.shortTerm(pwd))
                .fingerprint();
        return packet.toArray();
    }

    private static String value(String sdp, String attribute) {
        var matcher = Pattern.compile("a=" + attribute + ":(.*?)\r?\n").matcher(sdp);
        assertTrue(matcher.find(), attribute);
        return matcher.group(1);
    }

    private void send(byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length));
    }

    private byte[] receive() throws IOException {
        if (socket.getSoTimeout() == 0) {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
        var packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private void assertSilence() throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThrows(SocketTimeoutException.class, this::receive);
        socket.setSoTimeout(0);
    }

    private void awaitCount(MediaCounters.Kind kind, long count) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (node.counters().get(kind) < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(count, node.counters().get(kind), kind.name());
    }
}
