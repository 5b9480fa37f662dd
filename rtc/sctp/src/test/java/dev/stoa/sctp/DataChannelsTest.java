package dev.stoa.sctp;

import static dev.stoa.sctp.TwoEnds.MILLI;
import static dev.stoa.sctp.TwoEnds.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.testkit.Link;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataChannelsTest {
    private final TwoEnds ends = new TwoEnds(9260);

    @Test
    void aChannelIsAnnouncedWithAllItsProperties() {
        var before = ends.client.channels.create(ends.now(), "früh", DataChannelInit.RELIABLE);
        assertEquals(DataChannelState.CONNECTING, before.state());
        assertTrue(before.id().isEmpty(), "the role in DTLS is not known");
        ends.connect();
        var init = new DataChannelInit(
                new Reliability(false, OptionalInt.empty(), OptionalInt.of(250)), "game.1", OptionalInt.empty());
        var later = ends.client.channels.create(ends.now(), "later", init);
        assertTrue(ends.run(
                () -> ends.server.events(DataChannelEvent.Announced.class).size() == 2, 5));
        assertEquals(OptionalInt.of(0), before.id());
        assertEquals(OptionalInt.of(2), later.id());
        assertEquals(DataChannelState.OPEN, before.state());
        var announced = ends.server.events(DataChannelEvent.Announced.class);
        assertEquals("früh", announced.getFirst().channel().label());
        assertEquals(Reliability.RELIABLE, announced.getFirst().channel().reliability());
        var other = announced.getLast().channel();
        assertEquals("later", other.label());
        assertEquals("game.1", other.protocol());
        assertEquals(init.reliability(), other.reliability());
        assertEquals(
                OptionalInt.of(1),
                ends.server
                        .channels
                        .create(ends.now(), "odd", DataChannelInit.RELIABLE)
                        .id());
    }

    @Test
    void textAndBytesGoBothWaysEmptyOnesToo() {
        var ours = ends.client.channels.create(ends.now(), "chat", DataChannelInit.negotiated(7, ""));
        var theirs = ends.server.channels.create(ends.now(), "chat", DataChannelInit.negotiated(7, ""));
        ends.connect();
        ours.send(ends.now(), "grüezi 👋");
        ours.send(ends.now(), "");
        theirs.send(ends.now(), new byte[] {1, 2, 3});
        theirs.send(ends.now(), new byte[0]);
        assertTrue(ends.run(
                () -> ends.client.events(DataChannelEvent.Binary.class).size() == 2
                        && ends.server.texts().size() == 2,
                5));
        assertEquals(List.of("grüezi 👋", ""), ends.server.texts());
        var bytes = ends.client.events(DataChannelEvent.Binary.class);
        assertArrayEquals(new byte[] {1, 2, 3}, bytes.getFirst().bytes());
        assertEquals(0, bytes.getLast().bytes().length);
        assertTrue(ends.server.events(DataChannelEvent.Announced.class).isEmpty());
    }

    @Test
    void whatIsLostAndLostAgainSeldomWaitsForTheTimer() {
        ends.connect().over(new Link(0.05, 0, MILLI / 2, 0));
        var channel = ends.client.channels.create(ends.now(), "file", DataChannelInit.RELIABLE);
        for (int i = 0; i < 64; i++) {
            channel.send(ends.now(), new byte[65_536]);
        }
        // The path carries five packets a millisecond on the average; a hundred waits for the timer would be 20 s.
        assertTrue(
                ends.run(() -> ends.server.events(DataChannelEvent.Binary.class).size() == 64, 4));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.02, 0.1, 0.2})
    void whatIsReliableAndOrderedComesWholeAndInOrder(double loss) {
        ends.connect().over(new Link(loss, 0.05, 20 * MILLI, 15 * MILLI));
        var channel = ends.client.channels.create(ends.now(), "file", DataChannelInit.RELIABLE);
        var random = new Random(1);
        var messages = IntStream.range(0, 60)
                .mapToObj(_ -> {
                    var bytes = new byte[random.nextInt(1, 40_000)];
                    random.nextBytes(bytes);
                    return bytes;
                })
                .toList();
        messages.forEach(bytes -> channel.send(ends.now(), bytes));
        assertTrue(
                ends.run(() -> ends.server.events(DataChannelEvent.Binary.class).size() == messages.size(), 600));
        for (int i = 0; i < messages.size(); i++) {
            assertArrayEquals(
                    messages.get(i),
                    ends.server.events(DataChannelEvent.Binary.class).get(i).bytes(),
                    "message " + i);
        }
        assertTrue(ends.run(() -> channel.bufferedAmount() == 0, 1));
    }

    @Test
    void theLargestMessageComesInOnePieceAndALargerOneIsRefused() {
        ends.connect();
        var channel = ends.client.channels.create(ends.now(), "file", DataChannelInit.RELIABLE);
        var large = new byte[SctpOptions.MAX_MESSAGE_BYTES];
        new Random(2).nextBytes(large);
        channel.send(ends.now(), large);
        assertTrue(ends.run(
                () -> !ends.server.events(DataChannelEvent.Binary.class).isEmpty(), 60));
        assertArrayEquals(
                large,
                ends.server.events(DataChannelEvent.Binary.class).getFirst().bytes());
        assertThrows(IllegalArgumentException.class, () -> channel.send(ends.now(), new byte[large.length + 1]));
    }

    @Test
    void channelsShareThePathInTurns() {
        ends.connect();
        var bulk = ends.client.channels.create(ends.now(), "bulk", DataChannelInit.RELIABLE);
        var chat = ends.client.channels.create(ends.now(), "chat", DataChannelInit.RELIABLE);
        for (int i = 0; i < 40; i++) {
            bulk.send(ends.now(), new byte[50_000]);
        }
        ends.client.drain();
        chat.send(ends.now(), "now");
        assertTrue(ends.run(() -> ends.server.texts().size() == 1, 60));
        int before = ends.server.events(DataChannelEvent.Binary.class).size();
        assertTrue(before < 5, before + " messages came before");
    }

    @Test
    void whatIsLateIsGivenUpAndTheNewestComes() {
        ends.connect().over(new Link(0.3, 0, 20 * MILLI, 0));
        var init = DataChannelInit.RELIABLE.withReliability(Reliability.unorderedWithRetransmits(0));
        var channel = ends.client.channels.create(ends.now(), "positions", init);
        for (int i = 0; i < 300; i++) {
            channel.send(ends.now(), "position " + i);
            ends.client.drain();
            ends.network.runFor(20 * MILLI);
        }
        ends.over(Link.GOOD);
        channel.send(ends.now(), "last");
        assertTrue(ends.run(() -> ends.server.texts().contains("last"), 30));
        int came = ends.server.texts().size();
        // About seven of ten, each once, and none of them sent again.
        assertTrue(came > 180 && came < 240, came + " of 300");
        assertEquals(came, ends.server.texts().stream().distinct().count());
        // The other side has been told not to wait: reliable messages pass.
        var reliable = ends.client.channels.create(ends.now(), "reliable", DataChannelInit.RELIABLE);
        reliable.send(ends.now(), "there");
        assertTrue(ends.run(() -> ends.server.texts().contains("there"), 30));
    }

    @Test
    void orderedMessagesWithALifeTimeSkipWhatIsTooOld() {
        ends.connect();
        var init = DataChannelInit.RELIABLE.withReliability(
                new Reliability(true, OptionalInt.empty(), OptionalInt.of(300)));
        var channel = ends.client.channels.create(ends.now(), "captions", init);
        channel.send(ends.now(), "one");
        assertTrue(ends.run(() -> ends.server.texts().size() == 1, 5));
        ends.over(Link.DOWN);
        for (int i = 0; i < 20; i++) {
            channel.send(ends.now(), "lost " + "x".repeat(3000));
            ends.client.drain();
            ends.network.runFor(100 * MILLI);
        }
        ends.network.runFor(2 * SECOND);
        ends.over(Link.GOOD);
        channel.send(ends.now(), "two");
        assertTrue(ends.run(() -> ends.server.texts().contains("two"), 30));
        assertEquals(List.of("one", "two"), ends.server.texts());
    }

    @Test
    void aChannelIsClosedOnBothSidesAndItsNumberUsedAgain() {
        ends.connect().over(new Link(0.2, 0, 20 * MILLI, 0));
        var channel = ends.client.channels.create(ends.now(), "one", DataChannelInit.RELIABLE);
        for (int i = 0; i < 30; i++) {
            channel.send(ends.now(), "before the end " + i);
        }
        channel.close();
        assertEquals(DataChannelState.CLOSING, channel.state());
        assertThrows(IllegalStateException.class, () -> channel.send(ends.now(), "too late"));
        assertTrue(ends.run(
                () -> ends.client.events(DataChannelEvent.Closed.class).size() == 1
                        && ends.server.events(DataChannelEvent.Closed.class).size() == 1,
                60));
        assertEquals(30, ends.server.texts().size(), "what was sent before comes before");
        assertFalse(ends.server.events(DataChannelEvent.Closed.class).getFirst().isFailure());
        var again = ends.client.channels.create(ends.now(), "two", DataChannelInit.RELIABLE);
        assertEquals(OptionalInt.of(0), again.id());
        again.send(ends.now(), "first of the second");
        assertTrue(ends.run(() -> ends.server.texts().contains("first of the second"), 60));
    }

    /** RFC 8832, 6: the OPEN comes first, whatever the channel promises afterwards. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void unorderedMessagesDoNotOvertakeTheOpeningOfTheirChannel(long seed) {
        var crooked = new TwoEnds(seed).connect().over(new Link(0.3, 0, 20 * MILLI, 80 * MILLI));
        var unordered = new Reliability(false, OptionalInt.empty(), OptionalInt.empty());
        for (int i = 0; i < 10; i++) {
            var channel = crooked.client.channels.create(
                    crooked.now(), "c", DataChannelInit.RELIABLE.withReliability(unordered));
            crooked.client.drain();
            channel.send(crooked.now(), "first of " + i);
            crooked.client.drain();
            channel.send(crooked.now(), "second of " + i);
            crooked.client.drain();
        }
        crooked.run(() -> crooked.server.texts().size() == 20, 60);
        assertEquals(20, crooked.server.texts().size());
    }

    /** RFC 8831, 6.7: the number is free when both directions have begun anew. */
    @Test
    void aChannelHasEndedWhenTheOtherSideHasSaidAllOfIt() {
        ends.connect();
        var channel = ends.client.channels.create(ends.now(), "one", DataChannelInit.RELIABLE);
        assertTrue(ends.run(
                () -> !ends.server.events(DataChannelEvent.Announced.class).isEmpty(), 5));
        var other =
                ends.server.events(DataChannelEvent.Announced.class).getFirst().channel();
        for (int i = 0; i < 40; i++) {
            other.send(ends.now(), new byte[50_000]);
        }
        channel.close();
        assertTrue(ends.run(
                () -> !ends.client.events(DataChannelEvent.Closed.class).isEmpty(), 60));
        assertEquals(40, ends.client.events(DataChannelEvent.Binary.class).size());
        assertEquals(
                OptionalInt.of(0),
                ends.client
                        .channels
                        .create(ends.now(), "two", DataChannelInit.RELIABLE)
                        .id());
    }

    @Test
    void whatWaitsIsCountedAndLowIsTold() {
        ends.connect();
        var channel = ends.client.channels.create(ends.now(), "file", DataChannelInit.RELIABLE);
        channel.setBufferedAmountLowThreshold(100_000);
        for (int i = 0; i < 10; i++) {
            channel.send(ends.now(), new byte[100_000]);
        }
        assertTrue(channel.bufferedAmount() > 900_000);
        assertTrue(ends.run(
                () -> !ends.client
                        .events(DataChannelEvent.BufferedAmountLow.class)
                        .isEmpty(),
                60));
        assertTrue(channel.bufferedAmount() <= 100_000);
        assertTrue(ends.run(() -> channel.bufferedAmount() == 0, 60));
        assertEquals(
                1, ends.client.events(DataChannelEvent.BufferedAmountLow.class).size());
        for (long waiting = 0; waiting + 200_000 <= DataChannels.MAX_BUFFERED_BYTES; waiting += 200_000) {
            channel.send(ends.now(), new byte[200_000]);
        }
        assertThrows(IllegalStateException.class, () -> channel.send(ends.now(), new byte[200_000]));
    }

    @Test
    void theEndIsToldToTheOtherSide() {
        ends.connect();
        var channel = ends.client.channels.create(ends.now(), "c", DataChannelInit.RELIABLE);
        assertTrue(ends.run(
                () -> !ends.server.events(DataChannelEvent.Announced.class).isEmpty(), 5));
        ends.client.channels.close();
        assertTrue(ends.run(
                () -> !ends.server.events(DataChannelEvent.Closed.class).isEmpty(), 5));
        assertEquals(DataChannelState.CLOSED, channel.state());
        assertFalse(ends.server.events(DataChannelEvent.Closed.class).getFirst().isFailure());
        assertEquals(Long.MAX_VALUE, ends.server.channels.nextTimeout());
        assertThrows(
                IllegalStateException.class,
                () -> ends.client.channels.create(ends.now(), "late", DataChannelInit.RELIABLE));
    }

    @Test
    void silenceEndsItAfterAWhile() {
        ends.connect();
        var channel = ends.client.channels.create(ends.now(), "c", DataChannelInit.RELIABLE);
        ends.over(Link.DOWN);
        channel.send(ends.now(), "hello?");
        assertTrue(ends.run(
                () -> !ends.client.events(DataChannelEvent.Closed.class).isEmpty(), 300));
        assertTrue(ends.client.events(DataChannelEvent.Closed.class).getFirst().isFailure());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theyConnectOverAnyLoss(long seed) {
        var lossy = new TwoEnds(seed).over(new Link(0.4, 0.1, 30 * MILLI, 30 * MILLI));
        lossy.connect();
        assertTrue(lossy.client.channels.isConnected());
    }

    @Test
    void itFillsThePath() {
        // 10 ms each way without loss: what limits it is how the window grows.
        ends.connect();
        var channel = ends.client.channels.create(ends.now(), "file", DataChannelInit.RELIABLE);
        long began = ends.now();
        for (int i = 0; i < 80; i++) {
            channel.send(ends.now(), new byte[100_000]);
        }
        assertTrue(
                ends.run(() -> ends.server.events(DataChannelEvent.Binary.class).size() == 80, 60));
        double seconds = (ends.now() - began) / 1e9;
        // Limited by the receiver's window of 1 MiB in 20 ms at the end, and slow start before.
        assertTrue(seconds < 1, "8 MB took " + seconds + " s");
    }
}
