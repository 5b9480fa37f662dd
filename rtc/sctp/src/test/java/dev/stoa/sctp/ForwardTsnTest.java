package dev.stoa.sctp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a sender gives up, and what it does not (RFC 3758), by packets written by hand. */
class ForwardTsnTest {
    private static final int INITIAL_TSN_AT = PacketReader.COMMON_HEADER_LENGTH + Chunk.HEADER_LENGTH + 12;

    private final TwoEnds ends = new TwoEnds(5).connect();

    @Test
    void theBeginningOfAMessageBeyondWhatIsGivenUpIsKept() {
        ends.client.channels.create(ends.now(), "c", DataChannelInit.RELIABLE);
        assertTrue(ends.run(
                () -> !ends.server.events(DataChannelEvent.Announced.class).isEmpty(), 5));
        int next = ByteBuffer.wrap(ends.client.sent.getFirst()).getInt(INITIAL_TSN_AT) + 1; // the first was the OPEN
        var writer = new PacketWriter(TwoEnds.PACKET_BYTES);
        writer.begin(5000, 5000, ByteBuffer.wrap(ends.client.sent.getLast()).getInt(4));
        // The one before them is lost and given up when the first half is there; the second half comes afterwards.
        writer.data(half(next + 1, true, "one "));
        writer.forwardTsn(new Chunk.ForwardTsn(next, List.of()));
        writer.data(half(next + 2, false, "message"));
        assertNull(ends.server.channels.handle(ends.now(), writer.end()));
        ends.server.drain();
        assertEquals(List.of("one message"), ends.server.texts());
    }

    private static Chunk.Data half(int tsn, boolean isFirst, String text) {
        return new Chunk.Data(
                tsn,
                0,
                0,
                PayloadProtocol.STRING,
                true,
                isFirst,
                !isFirst,
                false,
                text.getBytes(StandardCharsets.UTF_8));
    }
}
