package dev.stoa.dialects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoaWebSocketTest {
    private static final Map<String, String> FROM_ELSEWHERE = Map.of("X-Forwarded-For", "203.0.113.7");
    private TestServer server = new TestServer(TestServer.options(1));

    @AfterEach
    void close() {
        server.close();
    }

    /** On one event loop, and on two with the rooms' loops and the connections' apart. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void twoMeetAndNegotiate(int loops) {
        restart(TestServer.options(loops));
        for (int i = 0; i < 8; i++) {
            var room = "room " + i;
            var anna = server.connect().join(room, "Anna");
            var annaId = anna.expect("joined").getString("participant");
            var bruno = server.connect().join(room, "Bruno");
            assertEquals(
                    annaId,
                    bruno.expect("joined")
                            .getJsonArray("participants")
                            .getJsonObject(0)
                            .getString("id"));
            anna.expect("participant-joined");
            bruno.send(new JsonObject()
                    .put("type", "offer")
                    .put("n", 1)
                    .put("to", annaId)
                    .put("instance", "i-Anna")
                    .put("sdp", "v=0\r\n")
                    .put("sources", new JsonObject().put("0", "camera"))
                    .put("from", "p-somebody-else"));
            var offer = anna.expect("offer");
            assertEquals("v=0\r\n", offer.getString("sdp"));
            assertFalse(offer.getString("from").equals("p-somebody-else"));
        }
    }

    /** Hundreds of messages through the hop between loops, none lost, none out of order. */
    @Test
    void orderHoldsAcrossLoops() {
        restart(TestServer.options(2));
        for (int room = 0; room < 4; room++) {
            var anna = server.connect().join("room " + room, "Anna");
            anna.expect("joined");
            var bruno = server.connect().join("room " + room, "Bruno");
            bruno.expect("joined");
            anna.expect("participant-joined");
            for (int i = 0; i < 300; i++) {
                bruno.send(
                        new JsonObject().put("type", "chat").put("id", "c-" + i).put("text", "hello"));
            }
            for (int i = 0; i < 300; i++) {
                assertEquals("c-" + i, anna.expect("chat").getString("id"));
            }
        }
    }

    @Test
    void aLostConnectionResumes() {
        var anna = server.connect().join("agora", "Anna");
        var joined = anna.expect("joined");
        var bruno = server.connect().join("agora", "Bruno");
        bruno.expect("joined");
        anna.expect("participant-joined");
        anna.disconnect();
        assertFalse(
                bruno.expect("participant-updated").getJsonObject("participant").getBoolean("connected"));
        bruno.send(new JsonObject().put("type", "chat").put("id", "c-1").put("text", "still there?"));
        bruno.send(new JsonObject().put("type", "ping"));
        bruno.expect("pong");
        var again = server.connect()
                .send(TestClient.joinMessage("agora", "Anna")
                        .put(
                                "resume",
                                new JsonObject()
                                        .put("token", joined.getString("resumeToken"))
                                        .put("seq", 1)));
        assertEquals("resumed", again.expect("joined").getString("session"));
        assertEquals(2, again.expect("chat").getInteger("seq"));
    }

    @Test
    void whatIsNotAJoinFirstEndsTheConnection() {
        var client = server.connect().send("{\"type\":\"ping\"}");
        assertProblem("join-expected", client.expect("closing"));
        assertEquals(4400, client.closeCode());
    }

    @Test
    void badJsonBeforeTheJoinEndsTheConnectionAndAfterItIsAnswered() {
        var client = server.connect().send("{\"type\":");
        assertProblem("bad-message", client.expect("closing"));
        assertEquals(4400, client.closeCode());

        var anna = server.connect().join("agora", "Anna");
        anna.expect("joined");
        assertProblem(
                "bad-message",
                anna.send("{\"type\":\"leave\",\"type\":\"leave\"}").expect("error"));
        assertProblem(
                "unknown-type", anna.send("{\"type\":\"teleport\",\"n\":3}").expect("error"));
        assertProblem("bad-message", anna.sendBinary(new byte[] {1, 2, 3}).expect("error"));
        anna.send("{\"type\":\"ping\",\"t\":1}").expect("pong");
    }

    @Test
    void aMessageThatIsTooLargeEndsTheConnectionWithAReason() {
        var client = server.connect().join("agora", "Anna");
        client.expect("joined");
        client.send("x".repeat(1 << 20));
        assertProblem("message-too-large", client.expect("closing"));
        assertEquals(1009, client.closeCode());
        assertEquals(1, server.counter("stoa.signaling.refused", "code", "message-too-large"));
    }

    @Test
    void aMessageThatIsTooLargeInSmallFramesToo() {
        var client = server.connect().join("agora", "Anna");
        client.expect("joined");
        client.sendFragmented("x".repeat(1 << 20), 32);
        assertProblem("message-too-large", client.expect("closing"));
        assertEquals(1009, client.closeCode());
    }

    @Test
    void aClientThatNeverReadsIsDroppedAndTheOthersGoOn() {
        var sleeper = server.connect().join("agora", "Sleeper");
        sleeper.expect("joined");
        sleeper.stopReading();
        var anna = server.connect().join("agora", "Anna");
        anna.expect("joined");
        var text = "x".repeat(3_900);
        boolean lost = false;
        for (int i = 0; i < 20_000 && !lost; i++) {
            anna.send(new JsonObject().put("type", "chat").put("id", "c-" + i).put("text", text));
            if (i % 100 == 99) {
                anna.send("{\"type\":\"ping\"}");
                lost = anna.expectAnyOf("pong", "participant-updated").equals("participant-updated");
            }
        }
        assertEquals(1, server.counter("stoa.signaling.refused", "code", "too-slow"));
        sleeper.resumeReading();
    }

    @Test
    void strangersNeedATokenAndPeopleAtThisMachineDoNot() {
        var stranger = server.connect(FROM_ELSEWHERE).join("agora", "Mallory");
        assertProblem("token-missing", stranger.expect("closing"));
        assertEquals(4401, stranger.closeCode());
        var rebound = server.connect(Map.of("Host", "evil.example", "Origin", "http://evil.example"))
                .join("agora", "Mallory");
        assertProblem("token-missing", rebound.expect("closing"));
        var invited = server.connect(FROM_ELSEWHERE)
                .send(TestClient.joinMessage("agora", "Bruno")
                        .put("token", TestServer.TOKENS.issueJoin("agora", Duration.ofHours(1))));
        assertEquals(new JsonArray(), invited.expect("joined").getJsonArray("participants"));
    }

    @Test
    void pagesOfOtherSitesMayNotConnect() {
        assertThrows(IllegalStateException.class, () -> server.connect(Map.of("Origin", "https://evil.example")));
        server.connect(Map.of("Origin", "http://127.0.0.1:" + server.port))
                .join("agora", "Anna")
                .expect("joined");
    }

    @Test
    void aFloodFromOneAddressIsRefused() {
        restart(new SignalingOptions(65_536, 1_000, 100, 10, 1, 5, 0, 0, 30, false, List.of(), 1));
        for (int i = 0; i < 5; i++) {
            server.connect().join("agora", "client " + i).expect("joined");
        }
        assertThrows(IllegalStateException.class, () -> server.connect());
        assertEquals(1, server.counter("stoa.signaling.refused", "code", "rate-limited"));
    }

    @Test
    void connectionsAreLimited() {
        restart(new SignalingOptions(65_536, 2, 100, 10, 0, 0, 0, 0, 30, false, List.of(), 1));
        server.connect();
        server.connect();
        assertThrows(IllegalStateException.class, () -> server.connect());
    }

    @Test
    void aShutdownTellsClientsWhenToComeBack() {
        var anna = server.connect().join("agora", "Anna");
        anna.expect("joined");
        var silent = server.connect();
        TestServer.await(server.door.shutdown(Duration.ofSeconds(5)));
        var closing = anna.expect("closing");
        assertProblem("server-shutdown", closing);
        assertTrue(closing.getInteger("retryAfterMs") > 0);
        assertEquals(1012, anna.closeCode());
        assertEquals(1012, silent.closeCode());
        assertThrows(IllegalStateException.class, () -> server.connect());
    }

    private void restart(SignalingOptions options) {
        server.close();
        server = new TestServer(options);
    }

    private static void assertProblem(String code, JsonObject message) {
        assertEquals(code, message.getString("code"), message::encode);
        assertFalse(message.getString("message").isBlank());
        assertFalse(message.getString("hint").isBlank());
    }
}
