package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
    private static final HexFormat HEX = HexFormat.of();

    /**
     * A first video packet in the shape Chromium gives it: one-byte extensions 2 abs-send-time, 3 transport-cc, 4 mid "0",
     * then the VP8 payload descriptor and the start of a 640x480 key frame. Laid out by hand from RFC 3550, 8285, 7741.
     */
    private static final String VIDEO = "90e01a2b" + "00015f90" + "deadbeef"
            + "bede0003" + "22010203" + "31000740" + "30000000"
            + "9080812c" + "1002009d012a8002e00100";

    private final RtpPacket packet = new RtpPacket();

    @Test
    void readsTheFieldsOfAPacketWithOneByteExtensions() {
        assertNull(packet.wrap(datagram(VIDEO)));
        assertTrue(packet.marker());
        assertEquals(96, packet.payloadType());
        assertEquals(0x1A2B, packet.sequenceNumber());
        assertEquals(90_000, packet.timestamp());
        assertEquals(0xDEADBEEFL, packet.ssrc());
        assertEquals(0, packet.csrcCount());
        assertEquals(28, packet.headerLength());
        assertEquals(15, packet.payloadLength());
        assertEquals(0, packet.paddingLength());
        assertEquals(RtpPacket.ONE_BYTE_PROFILE, packet.extensionProfile());
        assertEquals(3, packet.extensionCount());
        assertEquals(0x010203, packet.datagram().u24(packet.extensionOffset(2)));
        assertEquals(2, packet.extensionLength(3));
        assertEquals("0", packet.extensionText(4));
        assertTrue(packet.extensionEquals(4, new byte[] {'0'}));
        assertFalse(packet.extensionEquals(4, new byte[] {'1'}));
        assertEquals(-1, packet.extensionOffset(5));
        assertEquals(-1, packet.extensionOffset(0));
    }

    @Test
    void rewritesWhatAForwarderRewrites() {
        assertNull(packet.wrap(datagram(VIDEO)));
        packet.setMarker(false);
        packet.setPayloadType(127);
        packet.setSequenceNumber(65535);
        packet.setTimestamp(-1);
        packet.setSsrc(0xFFFF_FFFFL);
        assertFalse(packet.marker());
        assertEquals(127, packet.payloadType());
        assertEquals(65535, packet.sequenceNumber());
        assertEquals(-1, packet.timestamp());
        assertEquals(0xFFFF_FFFFL, packet.ssrc());
        packet.setMarker(true);
        assertEquals(127, packet.payloadType());
        assertTrue(packet.marker());
    }

    @Test
    void readsTwoByteExtensionsAndTheirEmptyElements() {
        // RFC 8285, 4.3: id 1 without data, padding, id 200 with three bytes.
        assertNull(packet.wrap(datagram("900000010000000200000003" + "10050003" + "01000000c803aabbcc000000" + "ff")));
        assertEquals(0, packet.extensionLength(1));
        assertEquals(18, packet.extensionOffset(1));
        assertEquals(3, packet.extensionLength(200));
        assertEquals(0xAABBCC, packet.datagram().u24(packet.extensionOffset(200)));
        assertEquals(1, packet.payloadLength());
    }

    @Test
    void anElementPastTheExtensionsEndIsRefused() {
        assertEquals(Malformation.BAD_LENGTH, packet.wrap(datagram("900000010000000200000003bede00011f000000ffff")));
        assertEquals(Malformation.BAD_LENGTH, packet.wrap(datagram("900000010000000200000003100000010101aa05ffff")));
        assertEquals(Malformation.BAD_LENGTH, packet.wrap(datagram("900000010000000200000003100000010104aabbffff")));
    }

    @Test
    void id15EndsTheOneByteExtensions() {
        // RFC 8285, 4.2: what came before counts, the rest is not looked at.
        assertNull(packet.wrap(datagram("900000010000000200000003bede000210aaf5112033441122")));
        assertEquals(1, packet.extensionCount());
        assertEquals(1, packet.extensionLength(1));
        assertEquals(-1, packet.extensionOffset(15));
        assertEquals(-1, packet.extensionOffset(2));
    }

    @Test
    void paddingWithALengthEndsTheOneByteExtensions() {
        assertNull(packet.wrap(datagram("900000010000000200000003bede000210aa05112033441122")));
        assertEquals(1, packet.extensionCount());
    }

    @Test
    void anotherProfileIsSkipped() {
        assertNull(packet.wrap(datagram("900000010000000200000003abcd0001ffffffff55")));
        assertEquals(0xABCD, packet.extensionProfile());
        assertEquals(0, packet.extensionCount());
        assertEquals(1, packet.payloadLength());
    }

    @Test
    void moreExtensionsThanAnySenderHasAreRefused() {
        var elements = "1000".repeat(RtpPacket.MAX_EXTENSIONS + 2);
        assertEquals(
                Malformation.TOO_MANY,
                packet.wrap(datagram("900000010000000200000003bede" + HEX.toHexDigits((short) 17) + elements)));
    }

    @Test
    void readsContributingSources() {
        assertNull(packet.wrap(datagram("820000010000000200000003" + "0000000affffffff" + "77")));
        assertEquals(2, packet.csrcCount());
        assertEquals(10, packet.csrc(0));
        assertEquals(0xFFFF_FFFFL, packet.csrc(1));
        assertEquals(20, packet.payloadOffset());
        assertThrows(IllegalArgumentException.class, () -> packet.csrc(2));
    }

    @Test
    void takesPaddingOffThePayload() {
        assertNull(packet.wrap(datagram("a00000010000000200000003" + "aabb" + "000003")));
        assertEquals(2, packet.payloadLength());
        assertEquals(3, packet.paddingLength());
    }

    @Test
    void aPacketOfPaddingAloneIsAProbe() {
        assertNull(packet.wrap(datagram("a00000010000000200000003" + "00".repeat(254) + "ff")));
        assertEquals(0, packet.payloadLength());
        assertEquals(255, packet.paddingLength());
    }

    @Test
    void paddingOfLengthZeroIsRefused() {
        assertEquals(Malformation.BAD_PADDING, packet.wrap(datagram("a00000010000000200000003" + "aabb00")));
    }

    @Test
    void paddingLongerThanThePayloadIsRefused() {
        assertEquals(Malformation.BAD_PADDING, packet.wrap(datagram("a00000010000000200000003" + "aabb04")));
        assertEquals(Malformation.BAD_PADDING, packet.wrap(datagram("a00000010000000200000003")));
        assertEquals(
                Malformation.BAD_PADDING, packet.wrap(datagram("b00000010000000200000003bede000110aa0000" + "05")));
    }

    @Test
    void anotherVersionIsRefused() {
        assertEquals(Malformation.BAD_MAGIC, packet.wrap(datagram("400000010000000200000003")));
    }

    @Test
    void aPacketCutWithinItsHeaderIsRefusedAtEveryLength() {
        var bytes = HEX.parseHex(VIDEO);
        var whole = Datagram.copyOf(bytes);
        for (int length = 0; length < 28; length++) {
            whole.setLength(length);
            assertEquals(Malformation.TRUNCATED, packet.wrap(whole), "length " + length);
        }
        for (int length = 28; length <= bytes.length; length++) {
            whole.setLength(length);
            assertNull(packet.wrap(whole), "length " + length);
            assertEquals(length - 28, packet.payloadLength());
        }
    }

    @Test
    void afterARefusalNothingCanBeReadByMistake() {
        assertNull(packet.wrap(datagram(VIDEO)));
        assertNotNull(packet.wrap(datagram("00")));
        assertThrows(IndexOutOfBoundsException.class, packet::ssrc);
        assertEquals(0, packet.extensionCount());
    }

    @Test
    void noBytesThrow() {
        long seed = 3550;
        var random = new Random(seed);
        var place = Datagram.allocate(256);
        var bytes = HEX.parseHex(VIDEO);
        for (int round = 0; round < 50_000; round++) {
            Fuzz.fill(place, bytes, random);
            if (packet.wrap(place) != null) {
                continue;
            }
            int payload = packet.payloadLength();
            assertTrue(payload >= 0 && packet.payloadOffset() + payload + packet.paddingLength() == place.length());
            for (int i = 0; i < packet.extensionCount(); i++) {
                int id = packet.extensionId(i);
                int end = packet.extensionOffset(id) + packet.extensionLength(id);
                assertTrue(end <= packet.payloadOffset(), "seed " + seed + " round " + round);
            }
        }
    }

    @Test
    void textIsUtf8() {
        var writer = new RtpHeaderWriter();
        var place = Datagram.allocate(64);
        writer.begin(place, 0, false, 96, 1, 2, 3);
        writer.extension(1, "é".getBytes(StandardCharsets.UTF_8));
        place.setLength(writer.end());
        assertNull(packet.wrap(place));
        assertEquals("é", packet.extensionText(1));
    }

    private static Datagram datagram(String hex) {
        return Datagram.copyOf(HEX.parseHex(hex));
    }
}
