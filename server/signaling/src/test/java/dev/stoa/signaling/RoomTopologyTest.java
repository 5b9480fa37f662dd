package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a room finds its topology, how many it holds, and what it says to the server's media. */
class RoomTopologyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Media ALL = new Media(true, true, false);
    private static final Map<String, SourceKind> CAMERA = Map.of("0", SourceKind.CAMERA);
    private static final Room.Effect TO_SFU =
            new Room.Effect.Broadcast(null, new ServerMessage.TopologyChanged(Topology.SFU));
    private static final Room.Effect TO_MESH =
            new Room.Effect.Broadcast(null, new ServerMessage.TopologyChanged(Topology.MESH));
    private final Room empty = Room.named("agora", new Room.Terms(100, "m-1"));

    @Test
    void theThirdTakesTheRoomToTheServer() {
        var two = filled(empty, "aa");
        assertEquals(Topology.MESH, two.topology());
        var transition = two.apply(0, enter("p-2", TopologyWish.AUTO));
        assertEquals(Topology.SFU, transition.room().topology());
        // After the news of who came, and not to whom the answer to the join says it.
        assertEquals(
                new Room.Effect.Broadcast("p-2", new ServerMessage.TopologyChanged(Topology.SFU)),
                transition.effects().getLast());
        assertEquals(2, transition.effects().size());
    }

    @Test
    void tenSecondsAfterTheThirdLeftTheRoomIsAMeshAgain() {
        var left = filled(empty, "aaa").apply(SECOND, new Room.Command.Leave("p-2", LeaveReason.LEFT));
        assertEquals(Topology.SFU, left.room().topology());
        assertEquals(1, left.effects().size());
        assertEquals(11 * SECOND, left.room().timeout());
        var early = left.room().apply(11 * SECOND - 1, new Room.Command.Wait());
        assertEquals(List.of(), early.effects());
        var due = early.room().apply(11 * SECOND, new Room.Command.Wait());
        assertEquals(List.of(TO_MESH), due.effects());
        assertEquals(Topology.MESH, due.room().topology());
        assertNull(due.room().timeout());
    }

    @Test
    void whoMayStillReturnCounts() {
        var lost = filled(empty, "aaa").apply(SECOND, new Room.Command.Lose("p-2"));
        assertEquals(Topology.SFU, lost.room().topology());
        assertNull(lost.room().timeout());
    }

    @Test
    void aPageReloadedWithAnotherWishChangesTheTopologyForAll() {
        var two = filled(empty, "aa");
        var asked = two.apply(0, back("p-1", "i-new", TopologyWish.SFU));
        assertEquals(TO_SFU, asked.effects().getLast());
        var refused = asked.room().apply(0, back("p-0", "i-p-0", TopologyWish.MESH));
        assertEquals(TO_MESH, refused.effects().getLast());
        assertEquals(1, refused.effects().size());
    }

    @Test
    void whenTheLastWhoCouldOnlyConnectDirectlyLeavesTheRestGoesToTheServer() {
        var mesh = filled(empty, "aaam");
        assertEquals(Topology.MESH, mesh.topology());
        var left = mesh.apply(0, new Room.Command.Leave("p-3", LeaveReason.LEFT));
        assertEquals(TO_SFU, left.effects().getLast());
    }

    @ParameterizedTest(name = "{0} with room for {2}, media {1}: {3}")
    @CsvSource({
        "a,  true,  100, 100",
        "aa, true,  100, 100",
        "as, true,  100, 100",
        "am, true,  100, 6",
        "sm, true,  100, 6",
        "aa, false, 100, 6",
        "s,  false, 100, 6",
        "am, true,  4,   4",
        "aa, false, 4,   4",
        "aa, true,  4,   4",
    })
    void aMeshHoldsSixAndAServerWithMediaMore(String wishes, boolean media, int maxParticipants, int capacity) {
        var room = filled(Room.named("agora", new Room.Terms(maxParticipants, media ? "m-1" : null)), wishes);
        assertEquals(capacity, room.capacity());
    }

    @Test
    void aMeshThatIsFullRefusesTheSeventh() {
        for (var terms : List.of(new Room.Terms(100, null), new Room.Terms(100, "m-1"))) {
            var six = filled(Room.named("agora", terms), "maaaaa");
            var refusal = six.apply(0, enter("p-6", TopologyWish.AUTO)).refusal();
            assertNotNull(refusal);
            assertEquals(ErrorCode.ROOM_FULL, refusal.code());
            assertTrue(refusal.message().contains("6 participants"), refusal.message());
        }
    }

    @Test
    void whoCanOnlyConnectDirectlyDoesNotTakeSevenFromTheServer() {
        var six = filled(empty, "aaaaaa");
        var transition = six.apply(0, enter("p-6", TopologyWish.MESH));
        var refusal = transition.refusal();
        assertNotNull(refusal);
        assertEquals(ErrorCode.ROOM_FULL, refusal.code());
        assertTrue(refusal.hint().contains("topology"), refusal.hint());
        assertSame(six, transition.room());
        var seven = filled(empty, "aaaaaaa");
        assertNotNull(seven.apply(0, back("p-3", "i-new", TopologyWish.MESH)).refusal());
        assertEquals(
                Topology.MESH,
                filled(empty, "aaaaa")
                        .apply(0, enter("p-5", TopologyWish.MESH))
                        .room()
                        .topology());
    }

    @Test
    void anOfferToTheServerGoesToItsMedia() {
        var offer = new ClientMessage.Offer("server", "m-1", "v=0", CAMERA);
        assertEquals(List.of(new Room.Effect.OfferToServer("v=0", CAMERA, ALL)), say(filled(empty, "aa"), offer));
    }

    @Test
    void anOfferToAProcessThatIsGoneIsDropped() {
        assertEquals(
                List.of(new Room.Effect.Stale()),
                say(filled(empty, "aa"), new ClientMessage.Offer("server", "m-0", "v=0", CAMERA)));
    }

    @Test
    void aServerWithoutMediaRefusesOffers() {
        var room = filled(Room.named("agora", new Room.Terms(100, null)), "aa");
        assertEquals(
                ErrorCode.SFU_UNAVAILABLE, codeOf(say(room, new ClientMessage.Offer("server", "m-1", "v=0", CAMERA))));
    }

    @Test
    void theServerHasNothingToBeAnsweredAndLearnsCandidatesFromChecks() {
        var room = filled(empty, "aa");
        assertEquals(
                ErrorCode.BAD_MESSAGE, codeOf(say(room, new ClientMessage.Answer("server", "m-1", "v=0", Map.of()))));
        assertEquals(List.of(), say(room, new ClientMessage.Candidate("server", "m-1", null)));
    }

    @Test
    void mediaHearsWhatSomebodySendsNow() {
        var muted = new Media(false, true, false);
        var room = filled(empty, "aa");
        var effects = say(room, new ClientMessage.SetMedia(muted));
        assertEquals(2, effects.size());
        assertEquals(new Room.Effect.MediaChanged(muted), effects.getLast());
        assertEquals(List.of(), say(room, new ClientMessage.SetMedia(ALL)));
        assertEquals(1, say(room, new ClientMessage.Rename("Anna K.")).size());
        var back = room.apply(0, new Room.Command.Return("p-0", "p-0", "i-p-0", muted, TopologyWish.AUTO));
        assertEquals(new Room.Effect.MediaChanged(muted), back.effects().getLast());
        var without = filled(Room.named("agora", new Room.Terms(100, null)), "aa");
        assertEquals(1, say(without, new ClientMessage.SetMedia(muted)).size());
    }

    private static List<Room.Effect> say(Room room, ClientMessage message) {
        return room.apply(0, new Room.Command.Say("p-0", message, 5)).effects();
    }

    private static ErrorCode codeOf(List<Room.Effect> effects) {
        return effects.getFirst() instanceof Room.Effect.Refuse(var problem) ? problem.code() : ErrorCode.UNKNOWN_TYPE;
    }

    /** Enters p-0, p-1 and so on: a with the wish auto, m mesh, s sfu. */
    private static Room filled(Room room, String wishes) {
        var filled = room;
        for (int i = 0; i < wishes.length(); i++) {
            var wish = switch (wishes.charAt(i)) {
                case 'm' -> TopologyWish.MESH;
                case 's' -> TopologyWish.SFU;
                default -> TopologyWish.AUTO;
            };
            var transition = filled.apply(0, enter("p-" + i, wish));
            assertNull(transition.refusal());
            filled = transition.room();
        }
        return filled;
    }

    private static Room.Command enter(String id, TopologyWish wish) {
        return new Room.Command.Enter(id, id, "i-" + id, ALL, wish);
    }

    private static Room.Command back(String id, String instance, TopologyWish wish) {
        return new Room.Command.Return(id, id, instance, ALL, wish);
    }
}
