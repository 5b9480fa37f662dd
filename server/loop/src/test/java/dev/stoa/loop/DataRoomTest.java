package dev.stoa.loop;

import static dev.stoa.loop.DataWorld.MILLI;
import static dev.stoa.loop.DataWorld.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.loop.DataWorld.Came;
import dev.stoa.sctp.DataChannelInit;
import dev.stoa.sctp.DataChannelState;
import dev.stoa.sctp.Reliability;
import dev.stoa.testkit.Link;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data of a room over simulated networks. */
class DataRoomTest {
    private static final DataChannelInit GAME =
            new DataChannelInit(Reliability.unorderedWithRetransmits(0), "game.1", OptionalInt.empty());
    private static final DataChannelInit UNORDERED = new DataChannelInit(
            new Reliability(false, OptionalInt.empty(), OptionalInt.empty()), "", OptionalInt.empty());
    private static final DataLimits SMALL = new DataLimits(50, 1 << 20, 3, 100, 16 << 10, 64 << 10);

    private DataWorld world = new DataWorld(8831, DataLimits.DEFAULT);

    @Test
    void aMessageGoesToAllOthersWithItsSendersNameOnAChannelOfTheSameKind() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var chloe = world.join("chloe");
        var channel = ada.open("moves", GAME);
        ada.send(channel, DataWorld.text("", "e2e4 ♟"));
        assertTrue(world.run(
                () -> chloe.of("moves").size() == 1 && boris.of("moves").size() == 1, 5));
        var came = boris.of("moves").getFirst();
        assertEquals("ada", came.from());
        assertEquals("e2e4 ♟", came.text());
        assertEquals(GAME.reliability(), came.channel().reliability());
        assertEquals("game.1", came.channel().protocol());
        assertEquals(List.of(), ada.of("moves"), "not to oneself");
        ada.send(channel, DataWorld.text("", "again"));
        assertTrue(world.run(() -> boris.of("moves").size() == 2, 5));
        assertEquals(1, boris.announced.size(), "the channel is kept");
    }

    @Test
    void aMessageForOneGoesToThatOne() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var chloe = world.join("chloe");
        var channel = ada.open("aside", DataChannelInit.RELIABLE);
        ada.send(channel, DataWorld.bytes("chloe", new byte[] {1, 0, -1}));
        assertTrue(world.run(() -> chloe.of("aside").size() == 1, 5));
        world.runFor(SECOND);
        assertArrayEquals(new byte[] {1, 0, -1}, chloe.of("aside").getFirst().payload());
        assertEquals(
                List.of(),
                boris.came.stream().filter(each -> each.kind() < Came.REACHABLE).toList());
    }

    @Test
    void whoCanBeReachedIsTold() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var chloe = world.join("chloe");
        assertTrue(world.run(() -> chloe.from(Came.REACHABLE).size() == 2, 5));
        assertEquals(List.of("ada", "boris"), chloe.from(Came.REACHABLE));
        assertTrue(world.run(() -> ada.from(Came.REACHABLE).equals(List.of("boris", "chloe")), 5));
        boris.server.setPath(world.now(), false);
        assertTrue(world.run(() -> ada.from(Came.UNREACHABLE).equals(List.of("boris")), 5));
        boris.server.setPath(world.now(), true);
        assertTrue(world.run(() -> ada.from(Came.REACHABLE).size() == 3, 5));
        chloe.leave();
        assertTrue(world.run(() -> ada.from(Came.UNREACHABLE).equals(List.of("boris", "chloe")), 5));
    }

    @Test
    void theSenderIsWhoeverTheAssociationIsOf() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        world.join("chloe");
        var channel = ada.open("talk", DataChannelInit.RELIABLE);
        // On the way in the name is whom it is for: naming oneself or another as the sender is not possible.
        ada.send(channel, DataWorld.text("boris", "from boris, honestly"));
        // What only the server sends is refused.
        for (int kind = 2; kind < 16; kind++) {
            var forged = DataWorld.text("boris", "{}");
            forged[0] = (byte) (0x10 | kind);
            ada.send(channel, forged);
        }
        assertTrue(world.run(() -> boris.of("talk").size() == 1, 5));
        world.runFor(SECOND);
        assertEquals("ada", boris.of("talk").getFirst().from());
        assertEquals(14, world.count(MediaCounters.Kind.DATA_MALFORMED));
        assertEquals(List.of(), boris.problems());
    }

    @Test
    void whatHasNoEnvelopeIsCountedAndDroppedAndItsSenderToldSo() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var channel = ada.open("talk", DataChannelInit.RELIABLE);
        var bad = List.of(
                new byte[] {0x10},
                new byte[] {0x20, 0},
                new byte[] {0x10, 65, 1, 2, 3},
                new byte[] {0x10, 3, 'a', 'b'},
                new byte[] {0x11, 0, (byte) 0xC0, (byte) 0x80},
                new byte[] {0x10, (byte) 0x80, 1, 1});
        bad.forEach(message -> ada.send(channel, message));
        channel.send(world.now(), "a text, which no envelope is");
        assertTrue(world.run(() -> ada.problems().size() == 7, 5));
        assertTrue(ada.problems().stream().allMatch(each -> each.contains("\"data-malformed\"")));
        assertEquals(7, world.count(MediaCounters.Kind.DATA_MALFORMED));
        ada.send(channel, DataWorld.bytes("", new byte[DataEnvelope.MAX_PAYLOAD_BYTES + 1]));
        assertTrue(world.run(() -> ada.problems().getLast().contains("\"data-too-large\""), 5));
        ada.send(channel, DataWorld.bytes("nobody", new byte[1]));
        assertTrue(world.run(() -> ada.problems().getLast().contains("\"data-unreachable\""), 5));
        assertEquals(List.of(), boris.of("talk"));
    }

    @Test
    void theLargestMessageComesWholeAndOneThatTheReceiverDoesNotTakeIsLeftOut() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var small = world.join("small", 65_536);
        var channel = ada.open("file", DataChannelInit.RELIABLE);
        var bytes = new byte[DataEnvelope.MAX_PAYLOAD_BYTES];
        new Random(1).nextBytes(bytes);
        ada.send(channel, DataWorld.bytes("", bytes));
        ada.send(channel, DataWorld.text("", "end"));
        assertTrue(world.run(
                () -> boris.of("file").size() == 2 && !small.of("file").isEmpty(), 30));
        assertArrayEquals(bytes, boris.of("file").getFirst().payload());
        assertEquals(List.of("end"), small.texts("file"));
        assertEquals(1, world.count(MediaCounters.Kind.DATA_DISCARDED));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05, 0.2})
    void whatIsReliableAndOrderedComesWholeAndInOrderThroughTwoLossyWays(double loss) {
        var ada = world.join("ada");
        var boris = world.join("boris");
        ada.setWayUp(new Link(loss, 0.02, 20 * MILLI, 15 * MILLI));
        boris.setWayDown(new Link(loss, 0.02, 20 * MILLI, 15 * MILLI));
        var channel = ada.open("log", DataChannelInit.RELIABLE);
        var expected = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            expected.add(i + ": " + "x".repeat(i * 7 % 3_000));
            ada.send(channel, DataWorld.text("", expected.getLast()));
        }
        assertTrue(world.run(() -> boris.of("log").size() == 300, 300));
        assertEquals(expected, boris.texts("log"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 9, 14})
    void nothingOvertakesTheChannelThatItIsSentBy(long seed) {
        world = new DataWorld(seed, DataLimits.DEFAULT);
        var ada = world.join("ada");
        var boris = world.join("boris");
        boris.setWayDown(new Link(0.2, 0, 20 * MILLI, 0));
        var channel = ada.open("pile", UNORDERED);
        for (int i = 0; i < 200; i++) {
            ada.send(channel, DataWorld.text("", "" + i));
            world.runFor(10 * MILLI);
        }
        assertTrue(
                world.run(() -> boris.of("pile").size() == 200, 60),
                boris.of("pile").size() + " came");
    }

    @Test
    void whatIsUnorderedIsNotHeldBackByWhatIsMissing() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var channel = ada.open("pile", UNORDERED);
        ada.send(channel, DataWorld.text("", "0"));
        assertTrue(world.run(() -> boris.of("pile").size() == 1, 5));
        boris.setWayDown(new Link(0.2, 0, 20 * MILLI, 0));
        for (int i = 1; i < 200; i++) {
            ada.send(channel, DataWorld.text("", "" + i));
            world.runFor(10 * MILLI);
        }
        assertTrue(
                world.run(() -> boris.of("pile").size() == 200, 60),
                boris.of("pile").size() + " came");
        var expected = IntStream.range(0, 200).mapToObj(Integer::toString).toList();
        assertFalse(boris.texts("pile").equals(expected), "some overtook others");
        assertEquals(new HashSet<>(expected), new HashSet<>(boris.texts("pile")));
    }

    @Test
    void gameStateIsSentOnceAndWhatIsLostIsNotSentAgain() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var channel = ada.open("state", GAME);
        ada.send(channel, DataWorld.text("", "0"));
        assertTrue(world.run(() -> boris.of("state").size() == 1, 5));
        boris.setWayDown(new Link(0.2, 0, 20 * MILLI, 0));
        long longest = 0;
        for (int i = 1; i <= 500; i++) {
            int before = boris.of("state").size();
            ada.send(channel, DataWorld.text("", "" + i));
            world.runFor(20 * MILLI);
            world.runFor(20 * MILLI);
            var texts = boris.texts("state");
            if (texts.size() > before) {
                longest = Math.max(longest, i - Long.parseLong(texts.getLast()));
            }
        }
        world.runFor(10 * SECOND);
        int came = boris.of("state").size();
        assertTrue(came > 330 && came < 470, came + " of 501 came; a fifth is lost, and not sent again");
        assertEquals(came, new HashSet<>(boris.texts("state")).size(), "each at most once");
        assertTrue(longest <= 1, "what arrives is the newest, not older by " + longest);
    }

    @Test
    void maxPacketLifeTimeGivesUpWhatCouldNotBeSentInTime() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var init = new DataChannelInit(
                new Reliability(true, OptionalInt.empty(), OptionalInt.of(300)), "", OptionalInt.empty());
        var channel = ada.open("recent", init);
        ada.send(channel, DataWorld.text("", "before"));
        assertTrue(world.run(() -> boris.of("recent").size() == 1, 5));
        boris.setWayDown(Link.DOWN);
        for (int i = 0; i < 20; i++) {
            ada.send(channel, DataWorld.text("", "during " + i));
            world.runFor(100 * MILLI);
        }
        boris.setWayDown(Link.GOOD);
        world.runFor(100 * MILLI);
        ada.send(channel, DataWorld.text("", "after"));
        assertTrue(world.run(() -> boris.texts("recent").contains("after"), 20));
        var late = boris.texts("recent").stream()
                .filter(each -> each.startsWith("during"))
                .map(each -> Integer.parseInt(each.substring(7)))
                .toList();
        assertTrue(late.stream().allMatch(each -> each >= 15), "two seconds old, with 300 ms to live: " + late);
    }

    @Test
    void aSlowReceiverLosesUnreliableMessagesFirstAndHoldsUpNobody() {
        world = new DataWorld(2, new DataLimits(10_000, 1 << 30, 8, 10, 64 << 10, 1 << 20));
        var ada = world.join("ada");
        var boris = world.join("boris");
        var slow = world.join("slow");
        slow.setWayDown(Link.DOWN);
        var state = ada.open("state", GAME);
        var log = ada.open("log", DataChannelInit.RELIABLE);
        for (int i = 0; i < 100; i++) {
            ada.send(state, DataWorld.bytes("", new byte[2_000]));
            ada.send(log, DataWorld.text("", "" + i));
            world.runFor(20 * MILLI);
        }
        assertTrue(world.run(() -> boris.of("log").size() == 100, 1), "nobody waits for the slow one");
        assertEquals(100, boris.of("state").size());
        assertTrue(world.count(MediaCounters.Kind.DATA_DISCARDED) > 30);
        assertEquals(0, world.count(MediaCounters.Kind.DATA_OVERFLOWED));
        assertTrue(slow.server.waitingBytes() <= (64 << 10) + 500, "and the hundred numbers of the log");
        slow.setWayDown(Link.GOOD);
        assertTrue(world.run(() -> slow.of("log").size() == 100, 60), "what is reliable came in the end");
    }

    @Test
    void aReceiverThatIsTooSlowForAReliableChannelSeesItCloseAndTheNextMessageOpensAnother() {
        world = new DataWorld(3, new DataLimits(10_000, 1 << 30, 8, 10, 16 << 10, 256 << 10));
        var ada = world.join("ada");
        var slow = world.join("slow");
        var log = ada.open("log", DataChannelInit.RELIABLE);
        ada.send(log, DataWorld.text("", "first"));
        assertTrue(world.run(() -> slow.of("log").size() == 1, 5));
        slow.setWayDown(Link.DOWN);
        for (int i = 0; i < 100; i++) {
            ada.send(log, DataWorld.bytes("", new byte[10_000]));
            ada.send(ada.control, DataWorld.text("", "chat " + i));
            world.runFor(10 * MILLI);
            assertTrue(slow.server.waitingBytes() <= (256 << 10) + 2_000, "bounded");
        }
        assertEquals(1, world.count(MediaCounters.Kind.DATA_OVERFLOWED));
        slow.setWayDown(Link.GOOD);
        assertTrue(world.run(() -> slow.closed.size() == 1, 60), "it learns of the gap");
        ada.send(log, DataWorld.text("", "later"));
        assertTrue(world.run(() -> slow.texts("log").contains("later"), 10));
        assertEquals(100, slow.of(PeerData.CONTROL_LABEL).size(), "chat does not suffer from it");
        assertEquals(2, slow.announced.size());
        assertEquals(DataChannelState.OPEN, slow.announced.getLast().state());
    }

    @Test
    void whoSendsTooManyMessagesOrBytesLosesThemAndIsTold() {
        world = new DataWorld(4, SMALL);
        var ada = world.join("ada");
        var boris = world.join("boris");
        var channel = ada.open("flood", DataChannelInit.RELIABLE);
        for (int i = 0; i < 300; i++) {
            ada.send(channel, DataWorld.text("", "" + i));
        }
        assertTrue(world.run(() -> world.count(MediaCounters.Kind.DATA_LIMITED) > 150, 5));
        assertTrue(world.run(() -> !ada.problems().isEmpty(), 5));
        assertTrue(ada.problems().getFirst().contains("\"data-limited\""));
        assertTrue(boris.of("flood").size() <= 150, "twice the 50 of a second, and what refilled meanwhile");
        world.runFor(10 * SECOND);
        int before = boris.of("flood").size();
        ada.send(channel, DataWorld.text("", "slower now"));
        assertTrue(world.run(() -> boris.of("flood").size() == before + 1, 5));
        world.runFor(10 * SECOND);
        long limited = world.count(MediaCounters.Kind.DATA_LIMITED);
        for (int i = 0; i < 10; i++) {
            ada.send(channel, DataWorld.bytes("boris", new byte[200_000]));
        }
        world.runFor(3 * SECOND);
        assertTrue(world.count(MediaCounters.Kind.DATA_LIMITED) > limited, "two megabytes at one a second");
    }

    @Test
    void channelsHaveACapOnBothSides() {
        world = new DataWorld(5, SMALL);
        var ada = world.join("ada");
        var boris = world.join("boris");
        var opened = IntStream.range(0, 5)
                .mapToObj(i -> ada.open("label " + i, DataChannelInit.RELIABLE))
                .toList();
        assertTrue(world.run(() -> ada.closed.size() == 2, 10), "the fourth and fifth are closed");
        assertEquals(2, world.count(MediaCounters.Kind.DATA_CHANNELS_REFUSED));
        assertEquals(2, ada.problems().size());
        // One after the other ever new ones: the receiver's do not grow with them.
        for (int i = 0; i < 12; i++) {
            var channel = i < 3 ? opened.get(i) : ada.open("other " + i, DataChannelInit.RELIABLE);
            world.runFor(100 * MILLI);
            ada.send(channel, DataWorld.text("", "" + i));
            world.runFor(200 * MILLI);
            channel.close();
            world.runFor(200 * MILLI);
            assertTrue(boris.server.channelCount() <= 4, "three and the one that is always there");
        }
        assertTrue(
                boris.announced.size() >= 6,
                "the one that was not used longest gives way: "
                        + boris.announced.stream()
                                .map(c -> c.label() + c.state())
                                .toList());
    }

    @Test
    void aReceiversOwnChannelIsUsedRatherThanAnother() {
        var ada = world.join("ada");
        var boris = world.join("boris");
        var hers = ada.open("board", DataChannelInit.RELIABLE);
        var his = boris.open("board", DataChannelInit.RELIABLE);
        world.runFor(SECOND);
        ada.send(hers, DataWorld.text("", "to him"));
        boris.send(his, DataWorld.text("", "to her"));
        assertTrue(
                world.run(() -> ada.of("board").size() == 1 && boris.of("board").size() == 1, 5));
        assertEquals(hers, ada.of("board").getFirst().channel());
        assertEquals(his, boris.of("board").getFirst().channel());
        assertEquals(List.of(), ada.announced);
    }
}
