package dev.stoa.sctp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Threat rule 5: what the other side can make us keep, by packets that it may write as it likes. */
class SctpCapsTest {
    private static final int INITIAL_TSN_AT = PacketReader.COMMON_HEADER_LENGTH + Chunk.HEADER_LENGTH + 12;

    private final TwoEnds ends = new TwoEnds(5).connect();
    private final PacketWriter writer = new PacketWriter(TwoEnds.PACKET_BYTES);
    private final int firstTsn = ByteBuffer.wrap(ends.client.sent.getFirst()).getInt(INITIAL_TSN_AT);
    private final int tag = ByteBuffer.wrap(ends.client.sent.getLast()).getInt(4);

    @Test
    void theOtherSideMakesNoMoreChannelsThanThereMayBe() {
        ends.server.channels.create(ends.now(), "ours", DataChannelInit.RELIABLE);
        for (int i = 0; i < DataChannels.MAX_CHANNELS; i++) {
            ends.client.channels.create(ends.now(), "theirs", DataChannelInit.RELIABLE);
        }
        assertFalse(ends.run(
                () -> ends.server.events(DataChannelEvent.Announced.class).size() == DataChannels.MAX_CHANNELS, 20));
        assertEquals(
                DataChannels.MAX_CHANNELS - 1,
                ends.server.events(DataChannelEvent.Announced.class).size());
        assertTrue(ends.server.channels.isConnected());
    }

    @Test
    void aMessageThatDoesNotEndIsNotKeptForEver() {
        ends.server.channels.create(ends.now(), "ours", DataChannelInit.RELIABLE);
        int sent = 0;
        int limit = 4 << 20;
        for (int i = 0; sent < limit && ends.server.channels.isConnected(); i++) {
            data(firstTsn + i, 0, PayloadProtocol.BINARY, i == 0, false, new byte[1000]);
            sent += 1000;
        }
        assertTrue(sent > 1 << 20 && sent < 3 << 20, "it ended after " + sent + " bytes");
        assertTrue(ends.server.events(DataChannelEvent.Closed.class).getFirst().isFailure());
    }

    /** RFC 8831, 6.7: the other side uses the number again, and here the answer to the reset has not come yet. */
    @Test
    void whatComesForTheNextChannelOfANumberWaitsForTheEndOfTheOneBefore() {
        endChannelOfTheClient();
        var open = new ChannelOpen(Reliability.RELIABLE, "second", "");
        data(firstTsn + 1, 0, PayloadProtocol.DCEP, true, true, open.write());
        data(firstTsn + 2, 0, PayloadProtocol.STRING, true, true, "hello".getBytes(StandardCharsets.UTF_8));
        assertEquals(1, ends.server.events(DataChannelEvent.Announced.class).size());
        assertTrue(ends.run(() -> ends.server.texts().contains("hello"), 20));
        var second =
                ends.server.events(DataChannelEvent.Announced.class).getLast().channel();
        assertEquals("second", second.label());
        assertEquals(OptionalInt.of(0), second.id());
    }

    @Test
    void noMoreOfThatWaitsThanAWindow() {
        endChannelOfTheClient();
        int sent = 0;
        for (int i = 1; sent < 4 << 20 && ends.server.channels.isConnected(); i++) {
            data(firstTsn + i, 0, PayloadProtocol.BINARY, true, true, new byte[1000]);
            sent += 1000;
        }
        assertTrue(sent > 900_000 && sent <= DataChannel.MAX_SUCCESSOR_BYTES, "it ended after " + sent + " bytes");
    }

    /** The server has heard that the client closes; the client has not heard that the server does. */
    private void endChannelOfTheClient() {
        ends.client.channels.create(ends.now(), "first", DataChannelInit.RELIABLE);
        assertTrue(ends.run(
                () -> !ends.server.events(DataChannelEvent.Announced.class).isEmpty(), 5));
        writer.begin(5000, 5000, tag);
        writer.outgoingReset(firstTsn, 0, firstTsn, new int[] {0});
        ends.server.channels.handle(ends.now(), writer.end());
        ends.server.drain();
    }

    private void data(int tsn, int stream, long protocol, boolean begins, boolean ends, byte[] bytes) {
        writer.begin(5000, 5000, tag);
        writer.data(new Chunk.Data(tsn, stream, 0, protocol, true, begins, ends, false, bytes));
        this.ends.server.channels.handle(this.ends.now(), writer.end());
        this.ends.server.drain();
    }
}
