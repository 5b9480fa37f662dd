package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnServiceTest {
    private static final int PATIENCE_MILLIS = 10_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    void everyClientIsGivenACredentialForEachTransport() throws Exception {
        try (var stoa = TestServer.start(directory)) {
            var ports = stoa.server().state().turn();
            var servers = stoa.get("/api/v1/ice-servers").json().getJsonArray("iceServers");
            assertEquals(
                    List.of("stun:localhost:" + ports.udp().orElseThrow()),
                    servers.getJsonObject(0).getJsonArray("urls").getList());
            var turn = servers.getJsonObject(1);
            assertEquals(
                    List.of(
                            "turn:localhost:" + ports.udp().orElseThrow() + "?transport=udp",
                            "turn:localhost:" + ports.tcp().orElseThrow() + "?transport=tcp",
                            "turns:localhost:" + ports.tls().orElseThrow() + "?transport=tcp"),
                    turn.getJsonArray("urls").getList());
            long until = Long.parseLong(turn.getString("username").replaceAll(":.*", ""));
            assertTrue(until > InstantSource.system().instant().getEpochSecond() + 3600);
            assertFalse(turn.getString("credential").isEmpty());
            assertTrue(stoa.get("/metrics").body().toString().contains("stoa_turn_allocations"));
        }
    }

    @Test
    void aBindingIsAnsweredByUdpAndTcp() throws Exception {
        try (var stoa = TestServer.start(directory, "--https-port", "off")) {
            var loopback = InetAddress.getLoopbackAddress();
            int port = stoa.server().state().turn().udp().orElseThrow();
            var request = binding();
            try (var socket = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.send(new DatagramPacket(request, request.length, loopback, port));
                var answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                assertEquals(socket.getLocalPort(), mappedPort(Arrays.copyOf(answer.getData(), answer.getLength())));
            }
            try (var socket = connect(port)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(request);
                var answer = new byte[32];
                new DataInputStream(socket.getInputStream()).readFully(answer);
                assertEquals(socket.getLocalPort(), mappedPort(answer));
            }
        }
    }

    @Test
    void aDefaultPortThatIsTakenIsAWarning() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var configuration = Configuration.builder(Keys.ALL, Map.of())
                    .put(Keys.HTTP_PORT, List.of(new Port(0)), Source.DEFAULT)
                    .put(Keys.HTTPS_PORT, Port.OFF, Source.DEFAULT)
                    .put(Keys.TURN_PORT, new Port(taken.getLocalPort()), Source.DEFAULT)
                    .put(Keys.DATA_DIR, directory, Source.DEFAULT)
                    .build();
            try (var server = StoaServer.start(configuration, InstantSource.system())) {
                assertEquals(TurnPorts.NONE, server.state().turn());
                var warning = "Port " + taken.getLocalPort() + " is taken by another program, so turn-port stays off.";
                assertTrue(
                        server.warnings().contains(warning), server.warnings().toString());
            }
        }
    }

    @Test
    void turnAloneServesWhatACoturnFileSays() throws Exception {
        var file = CoturnConfig.parse(List.of("listening-port=0", "no-udp", "no-tls", "user=a:b"));
        var settings = new ArrayList<>(file.settings());
        settings.add(new Setting(
                Keys.DATA_DIR.name(), List.of(directory.toString()), new Source(Source.Layer.FLAG, "test")));
        var configuration = new ConfigurationLoader(Keys.ALL, directory).load(Optional.empty(), Map.of(), settings);
        try (var turn = TurnAlone.start(configuration, InstantSource.system())) {
            assertTrue(turn.ports().udp().isEmpty());
            assertTrue(turn.ports().tls().isEmpty());
            assertEquals(List.of(), turn.warnings());
            try (var socket = connect(turn.ports().tcp().orElseThrow())) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(binding());
                var answer = new byte[32];
                new DataInputStream(socket.getInputStream()).readFully(answer);
                assertEquals(socket.getLocalPort(), mappedPort(answer));
            }
        }
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static byte[] binding() {
        var datagram = Datagram.allocate(64);
        new StunWriter(datagram, StunClass.REQUEST, StunMethod.BINDING, new TransactionId(1, 2)).fingerprint();
        return datagram.toArray();
    }

    private static int mappedPort(byte[] bytes) {
        var mapped = StunMessage.parse(Datagram.copyOf(bytes)) instanceof StunMessage message
                ? message.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS)
                : null;
        return Objects.requireNonNull(mapped, "no answer to a Binding request").port();
    }
}
