package dev.stoa.dialects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls through the server, over real connections and with a media server on a thread of its own. */
class ThroughServerTest {
    private static final JsonObject CAMERA = new JsonObject().put("camera", true);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    private @Nullable SmallMediaServer media;
    private TestServer server = start(1, thread);

    @AfterEach
    void close() {
        server.close();
        thread.close();
    }

    /** On one event loop and on two, whose rooms and connections are apart. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void threeGoThroughTheServer(int loops) {
        restart(loops, thread);
        var anna = join("Anna", "auto");
        var bruno = join("Bruno", "auto");
        anna.client.expect("participant-joined");
        var chloe = join("Chloé", "auto");
        assertEquals("sfu", chloe.joined.getString("topology"));
        for (var each : new Guest[] {anna, bruno}) {
            assertEquals("mesh", each.joined.getString("topology"));
            each.client.expect("participant-joined");
            assertEquals("sfu", each.client.expect("topology").getString("topology"));
        }
        assertEquals(new JsonObject(), through(anna));
        // Each newcomer is in the others' slots without their doing anything.
        assertEquals(slot(0, anna), through(bruno));
        assertEquals(slot(0, bruno), slots(anna));
        assertEquals(slot(0, anna).mergeIn(slot(1, bruno)), through(chloe));
        assertEquals(slot(0, bruno).mergeIn(slot(1, chloe)), slots(anna));
        assertEquals(slot(0, anna).mergeIn(slot(1, chloe)), slots(bruno));

        bruno.client.send(new JsonObject().put("type", "media").put("media", new JsonObject().put("camera", false)));
        anna.client.expect("participant-updated");
        assertEquals(slot(0, chloe), slots(anna));
        chloe.client.send("{\"type\":\"leave\"}");
        anna.client.expect("participant-left");
        assertEquals(new JsonObject(), slots(anna));
        assertEquals(Set.of(anna.id(), bruno.id()), media().participants());
    }

    @Test
    void aServerWhoseMediaAnswersAtOnceIsHeardTheSame() {
        restart(1, Runnable::run);
        var anna = join("Anna", "sfu");
        assertEquals("sfu", anna.joined.getString("topology"));
        assertEquals(new JsonObject(), through(anna));
    }

    @Test
    void aLostConnectionResumesWithTheAnswerAndTheSlotsThatItMissed() {
        var bruno = join("Bruno", "sfu");
        through(bruno);
        var anna = join("Anna", "sfu");
        bruno.client.expect("participant-joined");
        // Nothing is read any more: the answer and the slots are lost with the connection.
        anna.client.stopReading();
        offer(anna);
        assertEquals(slot(0, anna), slots(bruno));
        anna.client.disconnect();
        assertFalse(bruno.client
                .expect("participant-updated")
                .getJsonObject("participant")
                .getBoolean("connected"));
        var again = new Guest(
                server.connect(),
                TestClient.joinMessage("agora", "Anna")
                        .put("media", CAMERA)
                        .put("topology", "sfu")
                        .put(
                                "resume",
                                new JsonObject()
                                        .put("token", anna.joined.getString("resumeToken"))
                                        .put("seq", 0)));
        assertEquals("resumed", again.joined.getString("session"));
        var answer = again.client.expect("answer");
        assertEquals("server", answer.getString("from"));
        assertEquals(1, answer.getInteger("seq"));
        assertEquals(slot(0, bruno), slots(again));
        assertEquals(Set.of(anna.id(), bruno.id()), media().participants());
    }

    @Test
    void aPageReloadedHasItsPeerConnectionClosed() {
        var anna = join("Anna", "sfu");
        through(anna);
        var reloaded = new Guest(
                server.connect(),
                TestClient.joinMessage("agora", "Anna")
                        .put("instance", "i-another")
                        .put("topology", "sfu")
                        .put(
                                "resume",
                                new JsonObject()
                                        .put("token", anna.joined.getString("resumeToken"))
                                        .put("seq", 0)));
        assertEquals(anna.id(), reloaded.id());
        assertEquals(Set.of(), media().participants());
    }

    @Test
    void whatMediaRefusesIsAnErrorThatNamesTheOffer() {
        var anna = join("Anna", "sfu");
        anna.client.send(
                offerTo("server", SmallMediaServer.INSTANCE).put("n", 1).put("sources", new JsonObject()));
        var error = anna.client.expect("error");
        assertEquals("sdp-invalid", error.getString("code"));
        assertEquals(1, error.getInteger("re"));
        assertEquals(new JsonObject(), through(anna));
    }

    @Test
    void theSizeOfItsSlotsGoesInAndTheWantedLayersComeOut() {
        var anna = join("Anna", "sfu");
        through(anna);
        var size = new JsonObject().put("width", 640).put("height", 360);
        anna.client.send(new JsonObject()
                .put("type", "view")
                .put("n", 2)
                .put("slots", new JsonObject().put("slot-0", size).put("slot-1", size)));
        assertEquals(
                new JsonObject().put("0", new JsonObject().put("spatial", 2)),
                anna.client.expect("layers").getJsonObject("layers"));
    }

    @Test
    void aServerWithoutMediaSaysSo() {
        restart(1, null);
        var anna = join("Anna", "sfu");
        assertEquals("mesh", anna.joined.getString("topology"));
        assertNull(anna.joined.getJsonObject("server"));
        assertEquals(6, anna.joined.getJsonObject("limits").getInteger("maxParticipants"));
        anna.client.send(offerTo("server", "m-any").put("n", 1));
        var error = anna.client.expect("error");
        assertEquals("sfu-unavailable", error.getString("code"));
        assertEquals(1, error.getInteger("re"));
    }

    /** Somebody in the room, with what it was told on joining. */
    private static final class Guest {
        private final TestClient client;
        private final JsonObject joined;

        Guest(TestClient client, JsonObject join) {
            this.client = client;
            this.joined = client.send(join).expect("joined");
        }

        String id() {
            return joined.getString("participant");
        }
    }

    private Guest join(String name, String topology) {
        return new Guest(
                server.connect(),
                TestClient.joinMessage("agora", name).put("media", CAMERA).put("topology", topology));
    }

    private static JsonObject offerTo(String to, String instance) {
        return new JsonObject()
                .put("type", "offer")
                .put("to", to)
                .put("instance", instance)
                .put("sdp", "v=0\r\na=x-stoa-offer:1\r\n")
                .put("sources", new JsonObject().put("0", "camera"));
    }

    private static void offer(Guest guest) {
        guest.client.send(offerTo("server", guest.joined.getJsonObject("server").getString("instance")));
    }

    /** Takes its media through the server, and returns the first slots. */
    private static JsonObject through(Guest guest) {
        offer(guest);
        var answer = guest.client.expect("answer");
        assertEquals("server", answer.getString("from"));
        assertEquals("v=0\r\na=x-stoa-offer:1\r\n", answer.getString("sdp"));
        assertEquals(new JsonObject(), answer.getJsonObject("sources"));
        return guest.client.expect("slots").getJsonObject("slots");
    }

    private static JsonObject slots(Guest guest) {
        return guest.client.expect("slots").getJsonObject("slots");
    }

    private static JsonObject slot(int number, Guest guest) {
        return new JsonObject()
                .put(
                        "slot-" + number,
                        new JsonObject().put("participant", guest.id()).put("source", "camera"));
    }

    private SmallMediaServer media() {
        assertNotNull(media);
        return media;
    }

    private void restart(int loops, @Nullable Executor executor) {
        server.close();
        server = start(loops, executor);
    }

    /** @param executor where the media server works; null: there is none */
    private TestServer start(int loops, @Nullable Executor executor) {
        if (executor == null) {
            return new TestServer(TestServer.options(loops));
        }
        return new TestServer(TestServer.options(loops), events -> {
            var made = new SmallMediaServer(executor, events);
            media = made;
            return made;
        });
    }
}
