package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sessions and the server's media: offers and answers, slots, lost connections, reloads, ends. */
class SignalingLoopMediaTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Media ALL = new Media(true, true, false);
    private static final SignalingLimits LIMITS = new SignalingLimits(10, 100, 65_536, 30, 0, 0);
    private final Tokens tokens = new Tokens(new byte[32], () -> Instant.EPOCH);
    private final CountingMeter meter = new CountingMeter();
    private InMemoryMediaServer media = new InMemoryMediaServer("m-1");
    private long now = 1_000 * SECOND;
    private SignalingLoop loop = new SignalingLoop("first", now, LIMITS, tokens, new Random(1), meter, media);

    @Test
    void aJoinIsToldTheTopologyTheServersInstanceAndThePlaces() {
        var anna = joined("Anna");
        assertNotNull(anna.joined);
        assertEquals(Topology.MESH, anna.joined.topology());
        assertEquals("m-1", anna.joined.mediaInstance());
        assertEquals(100, anna.joined.maxParticipants());
        joined("Bruno");
        var chloe = joined("Chloé");
        assertNotNull(chloe.joined);
        assertEquals(Topology.SFU, chloe.joined.topology());
    }

    @Test
    void withoutMediaThereIsNoInstanceAndOnlyAMesh() {
        loop = new SignalingLoop("first", now, LIMITS, tokens, new Random(1), meter, null);
        var anna = joined("Anna");
        joined("Bruno");
        var chloe = joined("Chloé");
        assertNotNull(chloe.joined);
        assertNull(chloe.joined.mediaInstance());
        assertEquals(Topology.MESH, chloe.joined.topology());
        assertEquals(6, chloe.joined.maxParticipants());
        anna.say(now, new ClientMessage.Offer("server", "m-1", sdp(anna), Map.of()));
        assertEquals(ErrorCode.SFU_UNAVAILABLE, refusalOf(anna));
        assertNull(anna.closedWith());
    }

    @Test
    void threeGoThroughTheServerAndSeeEachOther() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        assertEquals(Topology.MESH, anna.topology);
        var chloe = joined("Chloé");
        for (var each : List.of(anna, bruno, chloe)) {
            assertEquals(Topology.SFU, each.topology);
            offer(each);
        }
        deliverAll();
        for (var each : List.of(anna, bruno, chloe)) {
            assertEquals(List.of(sdp(each)), each.answers);
            assertEquals(media.slotsOf(each.id()), each.slots);
        }
        assertEquals(
                Set.of(
                        new Slot(bruno.id(), SourceKind.MICROPHONE),
                        new Slot(bruno.id(), SourceKind.CAMERA),
                        new Slot(chloe.id(), SourceKind.MICROPHONE),
                        new Slot(chloe.id(), SourceKind.CAMERA)),
                Set.copyOf(slotsOf(anna).values()));
    }

    @Test
    void slotsComeAfterTheAnswer() {
        var anna = joined("Anna");
        offer(anna);
        deliverAll();
        assertEquals(
                List.of(new ServerMessage.Answer("server", sdp(anna), Map.of()), new ServerMessage.Slots(Map.of())),
                anna.events);
    }

    @Test
    void whoTurnsTheCameraOffGivesItsSlotsBack() {
        var anna = through("Anna");
        var bruno = through("Bruno");
        assertEquals(2, slotsOf(anna).size());
        bruno.setMedia(now, new Media(true, false, false));
        deliverAll();
        assertEquals(
                List.of(new Slot(bruno.id(), SourceKind.MICROPHONE)),
                List.copyOf(slotsOf(anna).values()));
    }

    @Test
    void anOfferThatMediaRefusesIsAnError() {
        var anna = joined("Anna");
        anna.offerToServer(now, "v=0\r\n");
        deliverAll();
        assertEquals(ErrorCode.SDP_INVALID, refusalOf(anna));
        assertEquals(1L, anna.refusedNumber);
        assertNull(anna.closedWith());
    }

    @Test
    void aLostConnectionResumesWithTheAnswerThatItMissed() {
        var anna = joined("Anna");
        through("Bruno");
        offer(anna);
        anna.disconnect(now);
        deliverAll();
        assertEquals(List.of(), anna.answers);
        anna.connect(now, true);
        assertEquals(SessionKind.RESUMED, anna.kind());
        assertEquals(List.of(sdp(anna)), anna.answers);
        assertEquals(media.slotsOf(anna.id()), anna.slots);
        assertEquals(2, slotsOf(anna).size());
    }

    @Test
    void whoIsAwayIsToldTheSlotsOnceOnReturning() {
        var anna = through("Anna");
        long before = anna.seq;
        anna.disconnect(now);
        for (int i = 0; i < 1_000; i++) {
            tellSlots(anna, Map.of("2", new Slot("p-" + i, SourceKind.MICROPHONE)));
        }
        anna.connect(now, true);
        assertEquals(SessionKind.RESUMED, anna.kind());
        assertEquals(Map.of("2", new Slot("p-999", SourceKind.MICROPHONE)), anna.slots);
        assertEquals(before + 1, anna.seq);
    }

    @Test
    void whoMissedMoreThanWasKeptIsStillToldTheSlots() {
        var anna = through("Anna");
        var bruno = joined("Bruno");
        anna.disconnect(now);
        for (int i = 0; i <= Outbox.MAX_MESSAGES; i++) {
            bruno.say(now, new ClientMessage.Chat("c-" + i, "hello"));
        }
        tellSlots(anna, Map.of("2", new Slot(bruno.id(), SourceKind.MICROPHONE)));
        anna.connect(now, true);
        assertEquals(SessionKind.RESTORED, anna.kind());
        assertTrue(anna.throughServer);
        assertEquals(Map.of("2", new Slot(bruno.id(), SourceKind.MICROPHONE)), anna.slots);
    }

    @Test
    void aResumeClosesAndRenegotiatesNothing() {
        var anna = through("Anna");
        through("Bruno");
        var told = slotsOf(anna);
        anna.disconnect(now);
        anna.connect(now, true);
        deliverAll();
        assertEquals(SessionKind.RESUMED, anna.kind());
        assertEquals("i-1", media.pageOf("agora", anna.id()));
        assertEquals(1, anna.answers.size());
        assertEquals(told, anna.slots);
    }

    @Test
    void aReloadedPageHasNoPeerConnectionAndHearsNothingOfTheOldOne() {
        var anna = through("Anna");
        through("Bruno");
        anna.instance = "i-2";
        anna.connect(now, true);
        assertNull(media.pageOf("agora", anna.id()));
        loop.handleMedia(new MediaEvent.Answered("agora", anna.id(), "late"));
        loop.handleMedia(new MediaEvent.Slots("agora", anna.id(), Map.of()));
        assertEquals(1, anna.answers.size());
        assertNull(anna.slots);
        offer(anna);
        deliverAll();
        assertEquals("i-2", media.pageOf("agora", anna.id()));
        assertEquals(2, anna.answers.size());
        assertEquals(2, slotsOf(anna).size());
    }

    @Test
    void theSizesOfItsSlotsReachMediaOnceThePageHasOffered() {
        var sizes = Map.of("5", new ViewSize(320, 180), "6", new ViewSize(0, 0));
        var anna = joined("Anna");
        anna.say(now, new ClientMessage.View(sizes));
        assertNull(media.viewOf(anna.id()));
        offer(anna);
        anna.say(now, new ClientMessage.View(sizes));
        assertEquals(sizes, media.viewOf(anna.id()));
        anna.say(now, new ClientMessage.View(Map.of()));
        assertEquals(Map.of(), media.viewOf(anna.id()));
    }

    @Test
    void whoIsAwayIsToldTheWantedLayersOnceOnReturning() {
        var anna = through("Anna");
        tellLayers(anna, Map.of("1", new WantedLayers.Rids(List.of("l", "m"))));
        assertEquals(Map.of("1", new WantedLayers.Rids(List.of("l", "m"))), anna.layers);
        long before = anna.seq;
        anna.disconnect(now);
        for (int i = 0; i < 1_000; i++) {
            tellLayers(anna, Map.of("1", new WantedLayers.Spatial(i)));
        }
        anna.connect(now, true);
        assertEquals(SessionKind.RESUMED, anna.kind());
        assertEquals(Map.of("1", new WantedLayers.Spatial(999)), anna.layers);
        assertEquals(before + 2, anna.seq, "the slots and the layers, once each");
    }

    @Test
    void aReloadedPageHearsNothingOfTheOldOnesLayers() {
        var anna = through("Anna");
        tellLayers(anna, Map.of("1", new WantedLayers.Spatial(0)));
        anna.instance = "i-2";
        anna.connect(now, true);
        tellLayers(anna, Map.of("1", new WantedLayers.Spatial(1)));
        assertNull(anna.layers);
        offer(anna);
        deliverAll();
        anna.disconnect(now);
        anna.connect(now, true);
        assertNull(anna.layers);
    }

    @Test
    void leavingClosesThePeerConnection() {
        var anna = through("Anna");
        var bruno = through("Bruno");
        anna.say(now, new ClientMessage.Leave());
        assertEquals(Set.of(bruno.id()), media.participants("agora"));
        deliverAll();
        assertEquals(Map.of(), bruno.slots);
    }

    @Test
    void aSessionThatIsNotResumedClosesItsPeerConnection() {
        var anna = through("Anna");
        var bruno = through("Bruno");
        anna.disconnect(now);
        loop.expire(now + 29 * SECOND);
        assertEquals(Set.of(anna.id(), bruno.id()), media.participants("agora"));
        loop.expire(now + 30 * SECOND);
        assertEquals(Set.of(bruno.id()), media.participants("agora"));
    }

    @Test
    void afterARestartTheOldProcessIsNotOfferedTo() {
        var anna = through("Anna");
        media = new InMemoryMediaServer("m-2");
        loop = new SignalingLoop("second", now, LIMITS, tokens, new Random(2), meter, media);
        anna.serverRestarted(loop);
        anna.connect(now, true);
        assertEquals(SessionKind.RESTORED, anna.kind());
        anna.say(now, new ClientMessage.Offer("server", "m-1", sdp(anna), Map.of()));
        assertEquals(Set.of(), media.participants("agora"));
        offer(anna);
        assertEquals(Set.of(anna.id()), media.participants("agora"));
    }

    @Test
    void twoGoBackToAMeshWhenItsTimeHasCome() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        var chloe = joined("Chloé");
        assertEquals(SignalingLoop.NEVER, loop.nextTimeout());
        chloe.say(now, new ClientMessage.Leave());
        assertEquals(Topology.SFU, anna.topology);
        assertEquals(now + 10 * SECOND, loop.nextTimeout());
        bruno.disconnect(now);
        now = loop.nextTimeout();
        loop.expire(now);
        assertEquals(Topology.MESH, anna.topology);
        assertEquals(now + 20 * SECOND, loop.nextTimeout());
        bruno.connect(now, true);
        assertEquals(Topology.MESH, bruno.topology);
        assertEquals(SignalingLoop.NEVER, loop.nextTimeout());
    }

    @Test
    void theLastOneToLeaveTakesTheWaitAlong() {
        var all = List.of(joined("Anna"), joined("Bruno"), joined("Chloé"));
        all.forEach(each -> each.say(now, new ClientMessage.Leave()));
        assertEquals(SignalingLoop.NEVER, loop.nextTimeout());
        assertEquals(Topology.MESH, joined("Dora").topology);
    }

    /** The session stays as it was, and so does the connection that it has. */
    @Test
    void aReturnThatWouldMakeTooLargeAMeshIsRefused() {
        var anna = joined("Anna");
        for (int i = 0; i < 6; i++) {
            joined("client " + i);
        }
        var tab = new SimulatedClient(loop, "agora", "Anna");
        tab.token = anna.token;
        tab.instance = "i-2";
        tab.wish = TopologyWish.MESH;
        tab.connect(now, true);
        assertEquals(ErrorCode.ROOM_FULL, refusalOf(tab));
        assertNull(anna.closedWith());
        tab.wish = TopologyWish.AUTO;
        tab.connect(now, true);
        assertEquals(SessionKind.RESUMED, tab.kind());
        assertEquals(Topology.SFU, tab.topology);
    }

    @Test
    void whatMediaSaysOfNobodyIsDropped() {
        loop.handleMedia(new MediaEvent.Answered("agora", "p-nobody", "v=0"));
        var anna = joined("Anna");
        loop.handleMedia(new MediaEvent.Answered("agora", "p-nobody", "v=0"));
        loop.handleMedia(new MediaEvent.Answered("agora", anna.id(), "v=0"));
        assertEquals(List.of(), anna.answers);
        assertEquals(3, meter.stale);
    }

    private SimulatedClient joined(String name) {
        var client = new SimulatedClient(loop, "agora", name);
        client.media = ALL;
        client.connect(now, true);
        assertNull(client.refusal);
        return client;
    }

    private SimulatedClient through(String name) {
        var client = joined(name);
        offer(client);
        deliverAll();
        return client;
    }

    private void offer(SimulatedClient client) {
        client.offerToServer(now, sdp(client));
    }

    private static String sdp(SimulatedClient client) {
        return InMemoryMediaServer.sdp(client.instance, 3, 4);
    }

    private void tellSlots(SimulatedClient client, Map<String, Slot> slots) {
        loop.handleMedia(new MediaEvent.Slots("agora", client.id(), slots));
    }

    private void tellLayers(SimulatedClient client, Map<String, WantedLayers> layers) {
        loop.handleMedia(new MediaEvent.Layers("agora", client.id(), layers));
    }

    private void deliverAll() {
        media.deliver(Integer.MAX_VALUE, loop::handleMedia);
    }

    private static Map<String, Slot> slotsOf(SimulatedClient client) {
        assertNotNull(client.slots);
        return client.slots;
    }

    private static ErrorCode refusalOf(SimulatedClient client) {
        assertNotNull(client.refusal);
        return client.refusal.code();
    }
}
