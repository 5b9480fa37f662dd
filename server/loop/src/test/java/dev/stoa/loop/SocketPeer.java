package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.srtp.SrtpCrypto;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Somebody with a socket, connected with a media port on the loopback interface. */
final class SocketPeer implements AutoCloseable {
    static final int PATIENCE_MILLIS = 5_000;
    static final Map<String, Source> SOURCES = Map.of("0", Source.MICROPHONE, "1", Source.CAMERA);

    private static final int SILENCE_MILLIS = 200;
    private static final int POLL_MILLIS = 20;
    private static final DtlsCertificate OURS =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH, Duration.ofDays(1));

    private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
    private final DatagramSocket socket;
    private @Nullable DtlsEngine dtls;
    private @Nullable SrtpSender sender;
    private int transactions;

    SocketPeer(int port) throws IOException {
        var loopback = InetAddress.ofLiteral("127.0.0.1");
        socket = new DatagramSocket(0, loopback);
        socket.connect(loopback, port);
    }

    /** A browser's offer with the certificate of all of these. */
    static String offer() {
        return NegotiationTest.OFFER.replaceAll(
                "a=fingerprint:.*",
                "a=fingerprint:" + OURS.fingerprint("sha-256").toString());
    }

    static String value(String sdp, String attribute) {
        var matcher = Pattern.compile("a=" + attribute + ":(.*?)\r?\n").matcher(sdp);
        assertTrue(matcher.find(), attribute);
        return matcher.group(1);
    }

    static byte[] check(String ufrag, String pwd, int transaction, boolean nominates) {
        var packet = Datagram.allocate(700);
        var writer = new StunWriter(
                        packet, StunClass.REQUEST, StunMethod.BINDING, new TransactionId(transaction, transaction))
                .username(ufrag + ":here")
                .u32(StunAttribute.PRIORITY, 1_853_824_767)
                .i64(StunAttribute.ICE_CONTROLLING, 7);
        if (nominates) {
            writer.flag(StunAttribute.USE_CANDIDATE);
        }
        writer.integrity(IntegrityKey.shortTerm(pwd)).fingerprint();
        return packet.toArray();
    }

    /** A check that nominates. */
    byte[] check(String ufrag, String pwd) {
        return check(ufrag, pwd, ++transactions, true);
    }

    byte[] check(String answer) {
        return check(value(answer, "ice-ufrag"), value(answer, "ice-pwd"));
    }

    /** Proves this address to be the participant's. All that was sent before has been handled afterwards. */
    void validate(String answer) throws IOException {
        var check = check(answer);
        send(check);
        var response = receive();
        // Reports and requests of the server's may come before it.
        while (response[0] != 1) {
            response = receive();
        }
        assertEquals(1, response[1], "a success response to a Binding request");
        int id = 4;
        assertTrue(Arrays.equals(check, id, 20, response, id, 20), "to this one");
    }

    /** The first flight of a client that will never hear of it. */
    static byte[] clientHello() throws InterruptedException {
        try (var handshakes = Executors.newVirtualThreadPerTaskExecutor()) {
            var ready = new CountDownLatch(1);
            var client = engine(OURS.fingerprint("sha-256"), handshakes, ready::countDown);
            client.start(0);
            assertTrue(ready.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            var hello = client.pollTransmit();
            client.close();
            assertNotNull(hello);
            return hello;
        }
    }

    /** Goes through the handshake; what it sends is protected from now on. */
    void connect(String answer) throws IOException {
        connect(answer, () -> {});
    }

    /** @param meanwhile done after each flight of this side */
    void connect(String answer, Meanwhile meanwhile) throws IOException {
        var engine = engine(Fingerprint.parse(value(answer, "fingerprint")), handshakes, () -> {});
        dtls = engine;
        engine.start(System.nanoTime());
        DtlsEvent event = null;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        socket.setSoTimeout(POLL_MILLIS);
        while (event == null && System.nanoTime() < end) {
            sendAll(engine, meanwhile);
            try {
                engine.handle(System.nanoTime(), receive());
            } catch (SocketTimeoutException e) {
                // The handshake's thread may have something meanwhile.
            }
            event = engine.pollEvent();
        }
        sendAll(engine, meanwhile);
        socket.setSoTimeout(0);
        var keys = assertInstanceOf(DtlsEvent.Connected.class, event).srtpKeys();
        assertNotNull(keys);
        var profile = ProtectionProfile.ofId(keys.profile());
        assertNotNull(profile);
        sender = new SrtpSender(profile, keys.clientKey(), keys.clientSalt(), SrtpCrypto.libcryptoOrJdk());
    }

    interface Meanwhile {
        void run() throws IOException;
    }

    private void sendAll(DtlsEngine engine, Meanwhile meanwhile) throws IOException {
        for (var flight = engine.pollTransmit(); flight != null; flight = engine.pollTransmit()) {
            send(flight);
            meanwhile.run();
        }
    }

    private static DtlsEngine engine(@Nullable Fingerprint server, ExecutorService handshakes, Runnable wakeUp) {
        assertNotNull(server);
        return new DtlsEngine(DtlsRole.CLIENT, OURS, List.of(server), DtlsEngine.SRTP_PROFILES, handshakes, wakeUp);
    }

    private SrtpSender sender() {
        assertNotNull(sender, "connected");
        return sender;
    }

    byte[] protectedRtp(byte[] plain) {
        var packet = Datagram.allocate(2048);
        sender().protectRtp(Datagram.copyOf(plain), packet);
        return packet.toArray();
    }

    byte[] protectedRtcp(byte[] plain) {
        var packet = Datagram.allocate(2048);
        packet.setLength(sender().protectRtcp(Datagram.copyOf(plain), packet));
        return packet.toArray();
    }

    void send(byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length));
    }

    byte[] receive() throws IOException {
        if (socket.getSoTimeout() == 0) {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
        var packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    void assertSilence() throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThrows(SocketTimeoutException.class, this::receive);
        socket.setSoTimeout(0);
    }

    @Override
    public void close() {
        socket.close();
        if (dtls != null) {
            dtls.close();
        }
        if (sender != null) {
            sender.close();
        }
        handshakes.shutdownNow();
    }
}
