package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RtpHeaderWriterTest {
    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final RtpPacket packet = new RtpPacket();
    private final Datagram place = Datagram.allocate(1500);

    @Test
    void aPlainHeaderIsTwelveBytes() {
        writer.begin(place, 0, true, 111, 0x1234, 0x89ABCDEF, 0xFFFF_FFFEL);
        place.setLength(writer.end());
        assertEquals("80ef123489abcdeffffffffe", HexFormat.of().formatHex(place.toArray()));
    }

    @Test
    void extensionsThatFitAreOneByteElements() {
        writer.begin(place, 0, false, 96, 1, 2, 3);
        place.put24(writer.extension(2, 3), 0x010203);
        place.put16(writer.extension(3, 2), 0x0007);
        writer.extension(4, new byte[] {'0'});
        place.setLength(writer.end());
        assertEquals(
                "906000010000000200000003" + "bede0003" + "22010203" + "31000740" + "30000000",
                HexFormat.of().formatHex(place.toArray()));
    }

    @Test
    void anElementTooLongForOneByteChangesAllToTwoBytes() {
        writer.begin(place, 0, false, 96, 1, 2, 3);
        writer.extension(1, new byte[] {1, 2, 3});
        writer.extension(2, new byte[] {4});
        var longer = new byte[17];
        longer[16] = 9;
        writer.extension(3, longer);
        writer.extension(200, new byte[0]);
        place.setLength(writer.end());
        assertNull(packet.wrap(place));
        assertEquals(RtpPacket.TWO_BYTE_PROFILE, packet.extensionProfile());
        assertTrue(packet.extensionEquals(1, new byte[] {1, 2, 3}));
        assertTrue(packet.extensionEquals(2, new byte[] {4}));
        assertTrue(packet.extensionEquals(3, longer));
        assertEquals(0, packet.extensionLength(200));
    }

    @Test
    void copiesAnElementUnderAnotherId() {
        var source = Datagram.allocate(100);
        var other = new RtpHeaderWriter();
        other.begin(source, 0, false, 96, 1, 2, 3);
        other.extension(7, new byte[] {5, 6});
        source.setLength(other.end());
        assertNull(packet.wrap(source));

        writer.begin(place, 0, false, 96, 1, 2, 3);
        assertTrue(writer.copyExtension(3, packet, 7));
        assertFalse(writer.copyExtension(4, packet, 8));
        place.setLength(writer.end());
        assertNull(packet.wrap(place));
        assertTrue(packet.extensionEquals(3, new byte[] {5, 6}));
        assertEquals(1, packet.extensionCount());
    }

    @Test
    void writesAnywhereAndLeavesTheRestAlone() {
        place.setLength(100);
        place.fill(0, 100, 0x55);
        writer.begin(place, 40, false, 96, 1, 2, 3);
        writer.csrc(9);
        writer.extension(1, new byte[] {1});
        assertEquals(40 + 12 + 4 + 8, writer.end());
        assertEquals(0x55, place.u8(39));
        assertEquals(0x55, place.u8(64));
        assertEquals(0x91, place.u8(40));
        assertEquals(100, place.length());
    }

    @Test
    void refusesWhatNoHeaderHolds() {
        writer.begin(place, 0, false, 96, 1, 2, 3);
        assertThrows(IllegalArgumentException.class, () -> writer.extension(0, 1));
        assertThrows(IllegalArgumentException.class, () -> writer.extension(256, 1));
        assertThrows(IllegalArgumentException.class, () -> writer.extension(1, 256));
        writer.extension(1, 1);
        assertThrows(IllegalStateException.class, () -> writer.csrc(1));
    }

    @Test
    void whatIsWrittenIsRead() {
        long seed = 8285;
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            var why = "seed " + seed + " round " + round;
            int sequence = random.nextInt(65536);
            writer.begin(
                    place, 0, random.nextBoolean(), 96, sequence, random.nextInt(), random.nextInt() & 0xFFFF_FFFFL);
            int csrcs = random.nextInt(16);
            for (int i = 0; i < csrcs; i++) {
                writer.csrc(i);
            }
            var data = new ArrayList<byte[]>();
            int limit = random.nextBoolean() ? 16 : 40;
            for (int id = 1; id <= random.nextInt(14); id++) {
                var bytes = new byte[1 + random.nextInt(limit)];
                random.nextBytes(bytes);
                writer.extension(id, bytes);
                data.add(bytes);
            }
            int end = writer.end();
            place.setLength(end + 5);
            assertNull(packet.wrap(place), why);
            assertEquals(sequence, packet.sequenceNumber(), why);
            assertEquals(csrcs, packet.csrcCount(), why);
            assertEquals(5, packet.payloadLength(), why);
            assertEquals(data.size(), packet.extensionCount(), why);
            for (int id = 1; id <= data.size(); id++) {
                assertArrayEquals(
                        data.get(id - 1), place.toArray(packet.extensionOffset(id), packet.extensionLength(id)), why);
            }
        }
    }
}
