package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP addresses of one server with two listeners. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoaServerTest {
    private static final Map<String, String> FOREIGN = TestServer.FROM_THE_NETWORK;

    private TestServer stoa;

    // The server lives from before the first test to after the last.
    @SuppressWarnings("NullAway.Init")
    StoaServerTest() {}

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        stoa = TestServer.start(
                directory,
                "--signaling-loops",
                "2",
                "--host",
                "stoa.example",
                "--allowed-origins",
                "https://friend.example");
    }

    @AfterAll
    void stop() throws IOException {
        stoa.close();
    }

    @Test
    void isHealthyAndReadyOnAllListeners() throws Exception {
        for (var origin : new String[] {stoa.origin(), stoa.secureOrigin()}) {
            assertEquals("ok", stoa.get(origin + "/healthz").json().getString("status"));
            assertEquals(200, stoa.get(origin + "/readyz").status());
            assertEquals(
                    200,
                    request(HttpMethod.HEAD, origin + "/healthz", Buffer.buffer())
                            .status());
        }
    }

    @Test
    void tellsWhatThePageNeedsToKnow() throws Exception {
        var here = stoa.get("/api/v1/server").json();
        assertFalse(here.getBoolean("open"));
        assertFalse(here.getBoolean("needsToken"));
        assertEquals(stoa.server().state().httpsPort().orElseThrow(), here.getInteger("httpsPort"));
        assertTrue(stoa.get("/api/v1/server", FOREIGN).json().getBoolean("needsToken"));
    }

    @Test
    void aPageThatReboundItsNameToThisMachineIsForeign() throws Exception {
        var rebound = Map.of("Host", "evil.example:8080");
        assertTrue(stoa.get("/api/v1/server", rebound).json().getBoolean("needsToken"));
    }

    @Test
    void metricsAreForThisMachine() throws Exception {
        var metrics = stoa.get("/metrics");
        assertEquals(200, metrics.status());
        assertTrue(metrics.header("Content-Type").startsWith("text/plain; version=0.0.4"));
        for (var name : new String[] {"jvm_memory_used_bytes", "jvm_threads_live_threads", "process_uptime_seconds"}) {
            assertTrue(metrics.body().toString().contains(name), name);
        }
        assertEquals(403, stoa.get("/metrics", FOREIGN).status());
    }

    @Test
    void theCaIsServedByBothProtocols() throws Exception {
        var plain = stoa.get("/ca.crt");
        assertEquals("application/x-x509-ca-cert", plain.header("Content-Type"));
        assertEquals(0, ServerIdentity.certificate(plain.body().getBytes()).getBasicConstraints());
        assertEquals(plain.body(), stoa.get(stoa.secureOrigin() + "/ca.crt").body());
    }

    @Test
    void iceServersNeedATokenFromTheNetwork() throws Exception {
        assertFalse(stoa.get("/api/v1/ice-servers")
                .json()
                .getJsonArray("iceServers")
                .isEmpty());
        var refused = stoa.get("/api/v1/ice-servers", FOREIGN);
        assertEquals(401, refused.status());
        assertEquals("token-missing", refused.json().getString("code"));
        var token = token("any");
        assertEquals(
                200, stoa.get("/api/v1/ice-servers?token=" + token, FOREIGN).status());
        assertEquals(200, get("/api/v1/ice-servers", "Bearer " + token).status());
        assertEquals(
                "token-invalid",
                get("/api/v1/ice-servers", "Bearer x.y.z").json().getString("code"));
    }

    @Test
    void anInvitationFromThisMachineLeadsToTheNetworkByHttps() throws Exception {
        var url = invitation(stoa.get("/api/v1/rooms/blue%20room/invite"));
        assertEquals("https", url.getScheme());
        assertEquals("stoa.example", url.getHost());
        assertEquals(stoa.server().state().httpsPort().orElseThrow(), url.getPort());
        assertEquals("/r/blue%20room", url.getRawPath());
        assertAdmitted(url, "blue room");
    }

    @Test
    void anInvitationFromTheNetworkStaysWhereItIs() throws Exception {
        var answer = get("/api/v1/rooms/blue/invite", "Bearer " + token("blue"));
        var url = invitation(answer);
        assertTrue(url.toString().startsWith(stoa.origin() + "/r/blue?token="), url.toString());
        assertAdmitted(url, "blue");
    }

    @Test
    void aTokenForOneRoomInvitesToNoOther() throws Exception {
        var refused = get("/api/v1/rooms/red/invite", "Bearer " + token("blue"));
        assertEquals(401, refused.status());
        assertEquals("token-invalid", refused.json().getString("code"));
    }

    @Test
    void aRoomsNameIsChecked() throws Exception {
        assertEquals(
                "room-name-invalid", stoa.get("/api/v1/rooms/%07/invite").json().getString("code"));
        assertEquals(
                "room-name-invalid",
                stoa.get("/api/v1/rooms/" + "x".repeat(65) + "/invite").json().getString("code"));
    }

    @Test
    void thisMachineByItsNetworkAddressNeedsAToken() throws Exception {
        var network = LocalAddresses.network();
        Assumptions.assumeFalse(network.isEmpty(), "no network");
        var origin = Links.origin(
                "http",
                LocalAddresses.text(network.getFirst()),
                stoa.server().state().httpPorts().getFirst());
        assertTrue(stoa.get(origin + "/api/v1/server").json().getBoolean("needsToken"));
        assertEquals(401, stoa.get(origin + "/api/v1/ice-servers").status());
    }

    @Test
    void unknownApiAddressesAreProblemsInJson() throws Exception {
        var answer = stoa.get("/api/v1/nothing");
        assertEquals(404, answer.status());
        assertEquals("not-found", answer.json().getString("code"));
        assertTrue(answer.json().containsKey("message") && answer.json().containsKey("hint"));
        assertEquals(
                404,
                request(HttpMethod.POST, "/api/v1/nothing", Buffer.buffer()).status());
        assertEquals(
                405, request(HttpMethod.POST, "/api/v1/server", Buffer.buffer()).status());
    }

    @Test
    void brokenEscapesAreTheClientsMistake() throws Exception {
        for (var address :
                new String[] {"/%zz", "/r/%zz", "/api/v1/rooms/%zz/invite", "/api/v1/ice-servers?token=%zz"}) {
            assertEquals(400, stoa.get(address, FOREIGN).status(), address);
        }
    }

    @Test
    void largeBodiesAndHeadersAreRefused() throws Exception {
        assertEquals(
                413,
                request(HttpMethod.POST, "/api/v1/server", Buffer.buffer(new byte[70_000]))
                        .status());
        assertEquals(
                431, stoa.get("/healthz", Map.of("X-Long", "x".repeat(20_000))).status());
        assertEquals(414, stoa.get("/r/" + "x".repeat(10_000)).status());
    }

    @Test
    void everyPageComesWithSecurityHeaders() throws Exception {
        var answer = stoa.get("/r/blue");
        var policy = answer.header("Content-Security-Policy");
        assertTrue(policy.contains("default-src 'self'") && policy.contains("object-src 'none'"), policy);
        assertFalse(policy.contains("unsafe-eval"), policy);
        assertEquals("nosniff", answer.header("X-Content-Type-Options"));
        assertEquals("no-referrer", answer.header("Referrer-Policy"));
        assertTrue(answer.header("Permissions-Policy").contains("camera=(self)"));
    }

    @Test
    void onlyPagesOfAllowedOriginsMayReadTheApi() throws Exception {
        var friend = stoa.get("/api/v1/server", Map.of("Origin", "https://friend.example"));
        assertEquals("https://friend.example", friend.header("Access-Control-Allow-Origin"));
        var stranger = stoa.get("/api/v1/server", Map.of("Origin", "https://stranger.example"));
        assertFalse(stranger.headers().contains("Access-Control-Allow-Origin"));
        var preflight = stoa.request(
                HttpMethod.OPTIONS,
                "/api/v1/server",
                Map.of("Origin", "https://friend.example", "Access-Control-Request-Method", "GET"),
                Buffer.buffer());
        assertEquals(204, preflight.status());
        assertTrue(preflight.header("Access-Control-Allow-Headers").contains("Authorization"));
    }

    private void assertAdmitted(URI url, String room) throws IOException {
        var token = url.getQuery().substring("token=".length());
        var segment = room.replace(" ", "%20");
        assertEquals(
                200,
                get("/api/v1/rooms/" + segment + "/invite", "Bearer " + token).status());
        assertEquals(401, get("/api/v1/rooms/other/invite", "Bearer " + token).status());
    }

    private static URI invitation(TestServer.Answer answer) {
        assertEquals(200, answer.status());
        assertEquals("no-store", answer.header("Cache-Control"));
        return URI.create(answer.json().getString("url"));
    }

    private String token(String room) {
        return stoa.server().tokens().issueJoin(room, Duration.ofMinutes(5));
    }

    private TestServer.Answer get(String address, String authorization) throws IOException {
        return stoa.get(address, Map.of("X-Forwarded-For", "198.51.100.7", "Authorization", authorization));
    }

    private TestServer.Answer request(HttpMethod method, String address, Buffer body) throws IOException {
        return stoa.request(method, address, Map.of(), body);
    }
}
