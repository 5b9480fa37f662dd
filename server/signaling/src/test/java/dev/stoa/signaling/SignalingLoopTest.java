package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignalingLoopTest {
    private static final long SECOND = 1_000_000_000L;
    private final Tokens tokens = new Tokens(new byte[32], () -> Instant.EPOCH);
    private final CountingMeter meter = new CountingMeter();
    private long now = 1_000 * SECOND;
    private SignalingLoop loop = loop("first", new SignalingLimits(2, 3, 65_536, 30, 50, 100));

    @Test
    void twoMeet() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        assertEquals(List.of(bruno.id()), List.copyOf(anna.roster.keySet()));
        assertEquals(List.of(anna.id()), List.copyOf(bruno.roster.keySet()));
        assertEquals(SessionKind.NEW, bruno.kind());
    }

    @Test
    void aLostConnectionResumesWithWhatItMissed() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        anna.disconnect(now);
        assertFalse(connected(bruno, anna));
        bruno.say(now, new ClientMessage.Chat("c-1", "are you there?"));
        now += 29 * SECOND;
        loop.expire(now);
        anna.connect(now, true);
        assertEquals(SessionKind.RESUMED, anna.kind());
        assertEquals(List.of("c-1"), anna.chats);
        assertTrue(connected(bruno, anna));
        assertEquals(SignalingLoop.NEVER, loop.nextTimeout());
    }

    @Test
    void afterTheWindowTheOthersSeeThatItTimedOut() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        var before = anna.id();
        anna.disconnect(now);
        assertEquals(now + 30 * SECOND, loop.nextTimeout());
        now = loop.nextTimeout();
        loop.expire(now);
        assertEquals(new ServerMessage.ParticipantLeft(before, LeaveReason.TIMEOUT), bruno.events.getLast());
        anna.connect(now, true);
        assertEquals(SessionKind.NEW, anna.kind());
        assertNotEquals(before, anna.id());
    }

    @Test
    void aSecondTabTakesOver() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        var tab = new SimulatedClient(loop, "agora", "Anna");
        tab.token = anna.token;
        tab.instance = "i-2";
        tab.connect(now, true);
        assertEquals(anna.id(), tab.id());
        assertEquals(ErrorCode.SESSION_TAKEN_OVER, problemOf(anna));
        anna.disconnect(now);
        assertTrue(connected(bruno, tab));
        var seen = bruno.roster.get(tab.id());
        assertNotNull(seen);
        assertEquals("i-2", seen.instance());
    }

    /** What it said before was still on its way. */
    @Test
    void aTabThatWasTakenOverSaysNothingMoreAndUsesUpNoNumbers() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        anna.say(now, new ClientMessage.Chat("c-1", "from the old tab"));
        var tab = new SimulatedClient(loop, "agora", "Anna");
        tab.token = anna.token;
        tab.instance = "i-2";
        tab.connect(now, true);
        anna.say(now, new ClientMessage.Chat("c-2", "late"));
        tab.say(now, new ClientMessage.Chat("c-3", "from the new tab"));
        assertEquals(List.of("c-1", "c-3"), bruno.chats);
    }

    @Test
    void afterARestartTheTokenProvesWhoAClientWas() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        var before = anna.id();
        loop = loop("second", new SignalingLimits(2, 3, 65_536, 30, 50, 100));
        anna.serverRestarted(loop);
        bruno.serverRestarted(loop);
        now += 5 * SECOND;
        anna.connect(now, true);
        assertEquals(SessionKind.RESTORED, anna.kind());
        assertEquals(before, anna.id());
        assertEquals(Map.of(), anna.roster);
        bruno.connect(now, true);
        assertEquals(List.of(before), List.copyOf(bruno.roster.keySet()));
        assertEquals(List.of(bruno.id()), List.copyOf(anna.roster.keySet()));
    }

    /** Its first answer after the restart was lost on the way: its numbers are still those of the old server. */
    @Test
    void aTokenFromBeforeTheRestartDoesNotResumeTheNewSession() {
        var anna = joined("Anna");
        loop = loop("second", new SignalingLimits(2, 3, 65_536, 30, 50, 100));
        var oldToken = anna.token;
        anna.serverRestarted(loop);
        anna.connect(now, true);
        anna.disconnect(now);
        anna.token = oldToken;
        anna.connect(now, true);
        assertEquals(SessionKind.RESTORED, anna.kind());
    }

    @Test
    void longAfterARestartAnOldTokenMakesANewParticipant() {
        var anna = joined("Anna");
        var before = anna.id();
        loop = loop("second", new SignalingLimits(2, 3, 65_536, 30, 50, 100));
        anna.serverRestarted(loop);
        now += 31 * SECOND;
        anna.connect(now, true);
        assertEquals(SessionKind.NEW, anna.kind());
        assertNotEquals(before, anna.id());
    }

    @Test
    void aTokenOfAnotherRoomIsNotTaken() {
        var anna = joined("Anna");
        var elsewhere = new SimulatedClient(loop, "forum", "Anna");
        elsewhere.token = anna.token;
        elsewhere.connect(now, true);
        assertEquals(SessionKind.NEW, elsewhere.kind());
        assertNotEquals(anna.id(), elsewhere.id());
    }

    @Test
    void whoLeftCannotResume() {
        var anna = joined("Anna");
        var before = anna.id();
        joined("Bruno");
        anna.say(now, new ClientMessage.Leave());
        anna.disconnect(now);
        anna.connect(now, true);
        assertNotEquals(before, anna.id());
    }

    @Test
    void aMessageSentAgainIsTakenOnce() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        var chat = new ClientMessage.Chat("c-1", "once");
        anna.say(now, chat);
        anna.repeat(now, chat);
        assertEquals(List.of("c-1"), bruno.chats);
    }

    @Test
    void aClientThatMissedMoreThanWasKeptBeginsAnew() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        anna.disconnect(now);
        for (int i = 0; i <= Outbox.MAX_MESSAGES; i++) {
            now += SECOND / 20;
            bruno.say(now, new ClientMessage.Chat("c-" + i, "hello"));
        }
        anna.connect(now, true);
        assertEquals(SessionKind.RESTORED, anna.kind());
        assertEquals(List.of(bruno.id()), List.copyOf(anna.roster.keySet()));
        assertEquals(List.of(), anna.chats);
        bruno.say(now, new ClientMessage.Chat("c-after", "hello"));
        assertEquals(List.of("c-after"), anna.chats);
    }

    @Test
    void aClientThatDoesNotReadIsDroppedWithAReason() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        var id = anna.id();
        anna.reading = false;
        bruno.say(now, new ClientMessage.Chat("c-1", "hello"));
        assertEquals(ErrorCode.TOO_SLOW, problemOf(anna));
        anna.disconnect(now);
        loop.expire(now + 30 * SECOND);
        assertEquals(new ServerMessage.ParticipantLeft(id, LeaveReason.SLOW), bruno.events.getLast());
    }

    @Test
    void onlyATokenOpensTheDoorToAStranger() {
        var stranger = new SimulatedClient(loop, "agora", "Mallory");
        stranger.connect(now, false);
        assertEquals(ErrorCode.TOKEN_MISSING, refusalOf(stranger));
        stranger.joinToken = "nonsense";
        stranger.connect(now, false);
        assertEquals(ErrorCode.TOKEN_INVALID, refusalOf(stranger));
        stranger.joinToken = tokens.issueJoin("agora", Duration.ofHours(1));
        stranger.connect(now, false);
        assertEquals(SessionKind.NEW, stranger.kind());
        stranger.disconnect(now);
        stranger.joinToken = null;
        stranger.connect(now, false);
        assertEquals(SessionKind.RESUMED, stranger.kind());
    }

    @Test
    void roomsAndTheirPlacesAreLimited() {
        joined("Anna");
        joined("Bruno");
        joined("Chloé");
        var fourth = new SimulatedClient(loop, "agora", "Dora");
        fourth.connect(now, true);
        assertEquals(ErrorCode.ROOM_FULL, refusalOf(fourth));
        new SimulatedClient(loop, "second", "Anna").connect(now, true);
        var third = new SimulatedClient(loop, "third", "Anna");
        third.connect(now, true);
        assertEquals(ErrorCode.SERVER_FULL, refusalOf(third));
    }

    @Test
    void anEmptyRoomGivesItsPlaceBack() {
        for (int i = 0; i < 100; i++) {
            var guest = new SimulatedClient(loop, "room " + i, "Anna");
            guest.connect(now, true);
            guest.say(now, new ClientMessage.Leave());
        }
        assertEquals(0, meter.rooms);
        assertEquals(0, meter.sessions);
    }

    @Test
    void tooManyMessagesAreRefusedAndTheNextSecondsAreTaken() {
        var anna = joined("Anna");
        var bruno = joined("Bruno");
        for (int i = 0; i < 150; i++) {
            anna.say(now, new ClientMessage.Chat("c-" + i, "spam"));
        }
        assertEquals(100, bruno.chats.size());
        assertEquals(ErrorCode.RATE_LIMITED, refusalOf(anna));
        now += SECOND;
        anna.say(now, new ClientMessage.Chat("later", "sorry"));
        assertEquals("later", bruno.chats.getLast());
    }

    @Test
    void aSecondJoinOnOneConnectionIsRefused() {
        var anna = joined("Anna");
        anna.say(now, new ClientMessage.Join("forum", "Anna", "i-1", Media.NONE, TopologyWish.AUTO, null, null));
        assertEquals(ErrorCode.ALREADY_JOINED, refusalOf(anna));
        assertNull(anna.closedWith());
    }

    private SignalingLoop loop(String epoch, SignalingLimits limits) {
        return new SignalingLoop(epoch, now, limits, tokens, new Random(epoch.hashCode()), meter, null);
    }

    private SimulatedClient joined(String name) {
        var client = new SimulatedClient(loop, "agora", name);
        client.connect(now, true);
        assertNull(client.refusal);
        return client;
    }

    private static boolean connected(SimulatedClient viewer, SimulatedClient other) {
        var participant = viewer.roster.get(other.id());
        assertNotNull(participant);
        return participant.connected();
    }

    private static ErrorCode problemOf(SimulatedClient client) {
        var problem = client.closedWith();
        assertNotNull(problem);
        return problem.code();
    }

    private static ErrorCode refusalOf(SimulatedClient client) {
        assertNotNull(client.refusal);
        return client.refusal.code();
    }
}
