package dev.stoa.sctp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Malformation;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bytes that no sensible sender sends. */
class SctpFuzzTest {
    private static final int ROUNDS = 30_000;

    @Test
    void nonsenseIsRefusedAndNeverThrows() {
        var ends = new TwoEnds(1).connect();
        var random = new Random(42);
        for (int i = 0; i < ROUNDS; i++) {
            var packet = new byte[random.nextInt(80) * 4];
            random.nextBytes(packet);
            assertNotNull(ends.server.channels.handle(ends.now(), packet));
        }
    }

    /** With a right checksum and tag: whatever the chunks say, the invariants hold and nothing throws. */
    @Test
    void changedPacketsNeverThrowNorGrowTheMemory() {
        var random = new Random(7);
        for (int seed = 0; seed < 20; seed++) {
            var ends = new TwoEnds(seed).connect();
            var channel = ends.client.channels.create(
                    ends.now(),
                    "c",
                    DataChannelInit.RELIABLE.withReliability(Reliability.unorderedWithRetransmits(seed % 3)));
            for (int i = 0; i < 20; i++) {
                channel.send(ends.now(), "message " + i + "x".repeat(i * 100));
            }
            ends.run(() -> false, 1);
            var corpus = ends.client.sent;
            for (int i = 0; i < ROUNDS / 20; i++) {
                var packet = corpus.get(random.nextInt(corpus.size())).clone();
                for (int change = random.nextInt(1, 6); change > 0; change--) {
                    packet[random.nextInt(12, packet.length)] = (byte) random.nextInt();
                }
                ByteBuffer.wrap(packet).putInt(8, PacketReader.checksum(packet));
                ends.server.channels.handle(ends.now(), packet);
                ends.server.drain();
            }
            ends.network.runFor(5 * TwoEnds.SECOND);
            assertTrue(ends.server.channels.nextTimeout() > ends.now());
        }
    }

    @Test
    void aWrongChecksumPortOrTagIsRefused() {
        var ends = new TwoEnds(3).connect();
        var channel = ends.client.channels.create(ends.now(), "c", DataChannelInit.RELIABLE);
        channel.send(ends.now(), "hello");
        var packet = ends.client.channels.pollTransmit(ends.now());
        assertNotNull(packet);
        assertEquals(Malformation.BAD_CHECK, changed(ends, packet, 20, false));
        assertEquals(Malformation.BAD_VALUE, changed(ends, packet, 1, true), "another port");
        assertEquals(Malformation.BAD_CHECK, changed(ends, packet, 5, true), "another verification tag");
        assertEquals(null, ends.server.channels.handle(ends.now(), packet));
    }

    private static @Nullable Malformation changed(TwoEnds ends, byte[] packet, int at, boolean withChecksum) {
        var other = packet.clone();
        other[at] ^= 0x55;
        if (withChecksum) {
            ByteBuffer.wrap(other).putInt(8, PacketReader.checksum(other));
        }
        return ends.server.channels.handle(ends.now(), other);
    }

    /** RFC 9260, appendix A: the CRC32c of 32 zeros is 0x8A9136AA. */
    @Test
    void theChecksumIsCrc32c() {
        assertEquals(Integer.reverseBytes(0x8A9136AA), PacketReader.checksum(new byte[32]));
    }
}
