package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How servers start with this or that configuration, and how they end. */
class ServerStartTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void aTakenPortThatTheUserNamedIsAnError() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var port = String.valueOf(taken.getLocalPort());
            var error = assertThrows(UserError.class, () -> TestServer.start(directory, "--http-port", port));
            assertEquals("port " + port + " for http-port is taken by another program", error.getMessage());
            assertTrue(error.hint().contains("--http-port"), error.hint());
            assertEquals(Exit.FAILURE, error.exitCode());
        }
    }

    @Test
    void aTakenPortThatIsOnlyTheDefaultStaysOffWithAWarning() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var configuration = Configuration.builder(Keys.ALL, Map.of())
                    .put(Keys.HTTP_PORT, List.of(new Port(taken.getLocalPort())), Source.DEFAULT)
                    .put(Keys.HTTPS_PORT, new Port(0), Source.DEFAULT)
                    .put(Keys.TURN_PORT, Port.OFF, Source.DEFAULT)
                    .put(Keys.DATA_DIR, directory, Source.DEFAULT)
                    .build();
            try (var server = StoaServer.start(configuration, InstantSource.system())) {
                assertEquals(List.of(), server.state().httpPorts());
                assertTrue(server.state().httpsPort().isPresent());
                var warning = "Port " + taken.getLocalPort() + " is taken by another program, so http-port stays off.";
                assertEquals(List.of(warning), server.warnings());
            }
        }
    }

    @Test
    void nothingToListenOnIsAnError() {
        var error = assertThrows(
                UserError.class, () -> TestServer.start(directory, "--http-port", "off", "--https-port", "off"));
        assertTrue(error.getMessage().contains("no port is left"), error.getMessage());
    }

    @Test
    void severalHttpPortsMayBeNamed() throws Exception {
        try (var stoa = TestServer.start(directory, "--http-port", "0", "--http-port", "0", "--https-port", "off")) {
            assertEquals(2, stoa.server().state().httpPorts().size());
            for (int port : stoa.server().state().httpPorts()) {
                assertEquals(
                        200, stoa.get("http://localhost:" + port + "/healthz").status());
            }
        }
    }

    @Test
    void ipv4AndIpv6AreServedByOnePort() throws Exception {
        try (var stoa = TestServer.start(directory, "--https-port", "off")) {
            int port = stoa.server().state().httpPorts().getFirst();
            assertEquals(200, stoa.get("http://127.0.0.1:" + port + "/healthz").status());
            if (Files.exists(Path.of("/proc/net/if_inet6"))) {
                assertEquals(200, stoa.get("http://[::1]:" + port + "/healthz").status());
            }
        }
    }

    @Test
    void withoutHttpsThereIsNoCaAndInvitationsStayHere() throws Exception {
        try (var stoa = TestServer.start(directory, "--https-port", "off", "--turns-port", "off")) {
            assertEquals(404, stoa.get("/ca.crt").status());
            assertFalse(Files.exists(directory.resolve("tls")));
            var url = stoa.get("/api/v1/rooms/blue/invite").json().getString("url");
            assertEquals(stoa.origin() + "/r/blue", url);
            assertEquals(
                    Optional.empty(),
                    Optional.ofNullable(stoa.get("/api/v1/server").json().getInteger("httpsPort")));
        }
    }

    @Test
    void anOpenServerNeedsNoTokenAndSaysSo() throws Exception {
        try (var stoa = TestServer.start(directory, "--open", "--host", "stoa.example")) {
            assertEquals(
                    200,
                    stoa.get("/api/v1/ice-servers", TestServer.FROM_THE_NETWORK).status());
            var here = stoa.get("/api/v1/rooms/blue/invite").json().getString("url");
            assertTrue(here.startsWith("https://stoa.example:") && here.endsWith("/r/blue"), here);
            var there = stoa.get("/api/v1/rooms/blue/invite", TestServer.FROM_THE_NETWORK)
                    .json();
            assertEquals(stoa.origin() + "/r/blue", there.getString("url"));
            assertTrue(stoa.server().warnings().getFirst().contains("--open"));
        }
    }

    @Test
    void metricsMayBePublic() throws Exception {
        try (var stoa = TestServer.start(directory, "--metrics.public", "--https-port", "off")) {
            assertEquals(200, stoa.get("/metrics", TestServer.FROM_THE_NETWORK).status());
        }
    }

    @Test
    void aReservedPortIsAcceptedWithAWarning() throws Exception {
        try (var stoa = TestServer.start(directory, "--mqtt-port", "1883", "--rtmp-port", "off")) {
            assertEquals(
                    List.of("mqtt-port has no effect: this version has no MQTT server yet; nothing listens."),
                    stoa.server().warnings());
        }
    }

    @Test
    void theUsersCertificateIsServedAndItsEndIsTold() throws Exception {
        var maker = new CertificateMaker();
        var longAgo = Instant.now().minus(Duration.ofDays(500));
        var ca = maker.ca("Test CA", longAgo);
        var expired = maker.leaf(ca, SubjectNames.ofThisMachine(List.of(), List.of()), longAgo);
        var certificate = Files.write(directory.resolve("cert.pem"), Pem.encode(expired.leaf()));
        var key = Files.write(
                directory.resolve("key.pem"),
                Pem.encode(Pem.PRIVATE_KEY, expired.key().getEncoded()));
        try (var stoa =
                TestServer.start(directory, "--tls-cert", certificate.toString(), "--tls-key", key.toString())) {
            assertEquals(200, stoa.get(stoa.secureOrigin() + "/healthz").status());
            assertEquals(404, stoa.get("/ca.crt").status());
            assertTrue(
                    stoa.server().warnings().getFirst().contains("expired"),
                    stoa.server().warnings().toString());
        }
    }

    @Test
    void oldTlsIsRefused() throws Exception {
        try (var stoa = TestServer.start(directory, "--http-port", "off")) {
            int port = stoa.server().state().httpsPort().orElseThrow();
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("localhost", port), 5_000);
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(clientHelloOfTls11());
                var answer = socket.getInputStream().readNBytes(7);
                // RFC 5246, 7.2: an alert record, fatal, protocol_version (70).
                assertEquals(List.of(21, 2, 70), List.of((int) answer[0], (int) answer[5], (int) answer[6]));
            }
        }
    }

    @Test
    void aJoinIsAnsweredAndTheEndIsAnnounced() throws Exception {
        var stoa = TestServer.start(directory, "--https-port", "off");
        var messages = Promise.<JsonArray>promise();
        var closed = Promise.<Short>promise();
        var seen = new JsonArray();
        var options = new WebSocketConnectOptions().setAbsoluteURI(stoa.origin().replace("http", "ws") + "/ws");
        var socket = TestServer.await(stoa.vertx().createWebSocketClient().connect(options));
        var joined = Promise.<JsonObject>promise();
        socket.textMessageHandler(text -> {
            seen.add(new JsonObject(text));
            joined.tryComplete(new JsonObject(text));
        });
        socket.closeHandler(_ -> {
            closed.complete(socket.closeStatusCode());
            messages.complete(seen);
        });
        TestServer.await(socket.writeTextMessage(join().encode()));
        assertEquals("joined", TestServer.await(joined.future()).getString("type"));

        stoa.server().close();

        assertEquals((short) 1012, TestServer.await(closed.future()));
        var last = TestServer.await(messages.future()).getJsonObject(seen.size() - 1);
        assertEquals("closing", last.getString("type"));
        assertEquals("server-shutdown", last.getString("code"));
        stoa.close();
    }

    @Test
    void aPortIsFreeAgainAfterTheEnd() throws Exception {
        var stoa = TestServer.start(directory, "--https-port", "off");
        var port = String.valueOf(stoa.server().state().httpPorts().getFirst());
        stoa.close();
        try (var again = TestServer.start(directory, "--http-port", port, "--https-port", "off")) {
            assertEquals(200, again.get("/healthz").status());
        }
    }

    @Test
    void upgradesElsewhereThanAtWsAreRefused() throws Exception {
        try (var stoa = TestServer.start(directory, "--https-port", "off")) {
            var options =
                    new WebSocketConnectOptions().setAbsoluteURI(stoa.origin().replace("http", "ws") + "/elsewhere");
            var connect = stoa.vertx().createWebSocketClient().connect(options);
            assertThrows(java.io.IOException.class, () -> TestServer.await(connect));
        }
    }

    @Test
    void aTokenMadeByTheCommandOpensTheServerOfThatFolder() throws Exception {
        try (var stoa = TestServer.start(directory, "--https-port", "off")) {
            var token = run("token", "--room", "blue", "--data-dir", directory.toString())
                    .strip();
            var address = "/api/v1/rooms/blue/invite?token=" + token;
            assertEquals(200, stoa.get(address, TestServer.FROM_THE_NETWORK).status());
        }
    }

    @Test
    void theTokenCommandPrintsAWholeLink() throws Exception {
        var link = run("token", "--url", "--room", "a b", "--host", "stoa.example", "--data-dir", directory.toString());
        assertTrue(link.startsWith("https://stoa.example:8443/r/a%20b?token="), link);
    }

    @Test
    void mistakesGoToStandardErrorWithAHintAndExitCodeTwo() {
        var err = new ByteArrayOutputStream();
        assertEquals(Exit.USAGE, cli(new ByteArrayOutputStream(), err).run("serve", "--htp-port", "1"));
        assertEquals(
                "error: unknown option --htp-port\nhint: did you mean --http-port?\n",
                err.toString(StandardCharsets.UTF_8).replace("\r", ""));
    }

    private String run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        assertEquals(Exit.OK, cli(out, err).run(arguments), () -> err.toString(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private Cli cli(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false);
        return new Cli(terminal, Map.of(), directory, InstantSource.system());
    }

    private static JsonObject join() {
        return new JsonObject()
                .put("type", "join")
                .put("version", 1)
                .put("room", "blue")
                .put("name", "Ada")
                .put("instance", "one")
                .put(
                        "media",
                        new JsonObject()
                                .put("microphone", false)
                                .put("camera", false)
                                .put("screen", false));
    }

    /** RFC 4346, 7.4.1.2: version 3.2, no session, one cipher suite, no compression. */
    private static byte[] clientHelloOfTls11() {
        var hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        System.arraycopy(new byte[] {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2}, 0, hello, 0, 11);
        System.arraycopy(new byte[] {0, 0, 2, (byte) 0xC0, 0x09, 1, 0}, 0, hello, 43, 7);
        return hello;
    }
}
