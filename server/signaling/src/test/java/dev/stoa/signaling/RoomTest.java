package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoomTest {
    private static final Media ALL = new Media(true, true, false);
    private final Room empty = Room.named("agora", new Room.Terms(3, null));
    private final Room two = enter(enter(empty, "p-a", "Anna"), "p-b", "Bruno");

    @Test
    void theOthersHearOfANewcomer() {
        var transition = two.apply(0, new Room.Command.Enter("p-c", "Chloé", "i-p-c", ALL, TopologyWish.AUTO));
        var newcomer = new Participant("p-c", "Chloé", "i-p-c", ALL, true);
        assertEquals(
                List.of(new Room.Effect.Broadcast("p-c", new ServerMessage.ParticipantJoined(newcomer))),
                transition.effects());
        assertEquals(
                List.of("p-a", "p-b", "p-c"),
                List.copyOf(transition.room().members().keySet()));
    }

    @Test
    void aFullRoomRefusesAndStaysAsItIs() {
        var full = enter(two, "p-c", "Chloé");
        var transition = full.apply(0, new Room.Command.Enter("p-d", "Dora", "i-p-d", ALL, TopologyWish.AUTO));
        var refuse =
                assertInstanceOf(Room.Effect.Refuse.class, transition.effects().getFirst());
        assertEquals(ErrorCode.ROOM_FULL, refuse.problem().code());
        assertEquals(full, transition.room());
    }

    @Test
    void aLostConnectionIsShownAndItsReturnToo() {
        var lost = two.apply(0, new Room.Command.Lose("p-a"));
        assertEquals(List.of(updated("p-a", "Anna", "i-p-a", false)), lost.effects());
        var back = lost.room().apply(0, new Room.Command.Return("p-a", "Anna", "i-p-a", ALL, TopologyWish.AUTO));
        assertEquals(List.of(updated("p-a", "Anna", "i-p-a", true)), back.effects());
        assertEquals(two, back.room());
    }

    @Test
    void aReloadedPageIsAnotherInstance() {
        var back = two.apply(0, new Room.Command.Return("p-a", "Anna", "i-new", ALL, TopologyWish.AUTO));
        assertEquals(List.of(updated("p-a", "Anna", "i-new", true)), back.effects());
    }

    @Test
    void whoLeavesIsGone() {
        var transition = two.apply(0, new Room.Command.Leave("p-a", LeaveReason.LEFT));
        assertEquals(
                List.of(new Room.Effect.Broadcast("p-a", new ServerMessage.ParticipantLeft("p-a", LeaveReason.LEFT))),
                transition.effects());
        assertTrue(transition
                .room()
                .apply(0, new Room.Command.Leave("p-b", LeaveReason.TIMEOUT))
                .room()
                .isEmpty());
    }

    @Test
    void anOfferReachesItsAddresseeOnly() {
        var offer = new ClientMessage.Offer("p-b", "i-p-b", "v=0", Map.of("0", SourceKind.CAMERA));
        assertEquals(
                List.of(new Room.Effect.Send(
                        "p-b", new ServerMessage.Offer("p-a", "v=0", Map.of("0", SourceKind.CAMERA)))),
                say("p-a", offer));
    }

    @Test
    void aMessageForAPageThatIsGoneIsDropped() {
        assertEquals(
                List.of(new Room.Effect.Stale()), say("p-a", new ClientMessage.Candidate("p-b", "i-before", null)));
    }

    @Test
    void aMessageForNobodyIsRefused() {
        var refuse = assertInstanceOf(
                Room.Effect.Refuse.class,
                say("p-a", new ClientMessage.Answer("p-x", "i", "v=0", Map.of()))
                        .getFirst());
        assertEquals(ErrorCode.NO_SUCH_PARTICIPANT, refuse.problem().code());
    }

    @Test
    void aChatGoesToEveryoneElseWithTheRoomsTimeAndName() {
        assertEquals(
                List.of(new Room.Effect.Broadcast("p-a", new ServerMessage.Chat("p-a", "Anna", "c-1", "hi", 5))),
                say("p-a", new ClientMessage.Chat("c-1", "hi")));
    }

    @Test
    void whatChangesNothingTellsNobody() {
        var again = two.apply(0, new Room.Command.Say("p-a", new ClientMessage.Rename("Anna"), 5));
        assertEquals(List.of(), again.effects());
        assertSame(two, again.room());
        assertEquals(List.of(), two.apply(0, new Room.Command.Lose("p-unknown")).effects());
        assertEquals(List.of(), say("p-unknown", new ClientMessage.Chat("c-1", "hi")));
    }

    private List<Room.Effect> say(String id, ClientMessage message) {
        return two.apply(0, new Room.Command.Say(id, message, 5)).effects();
    }

    private static Room enter(Room room, String id, String name) {
        return room.apply(0, new Room.Command.Enter(id, name, "i-" + id, ALL, TopologyWish.AUTO))
                .room();
    }

    private static Room.Effect updated(String id, String name, String instance, boolean connected) {
        return new Room.Effect.Broadcast(
                id, new ServerMessage.ParticipantUpdated(new Participant(id, name, instance, ALL, connected)));
    }
}
