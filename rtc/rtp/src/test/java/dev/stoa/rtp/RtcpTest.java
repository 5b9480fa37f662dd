package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages laid out by hand from their RFCs' figures, written and read again. */
class RtcpTest {
    private static final byte[] CNAME = "stoa@host".getBytes(StandardCharsets.US_ASCII);

    private final Datagram place = Datagram.allocate(1500);
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();

    @Test
    void aSenderReportWithBlocks() {
        writer.begin(place, 1200);
        assertTrue(writer.senderReport(0x01020304, 0xE1E2E3E4_A1A2A3A4L, 0x89ABCDEF, 5, 0xFFFF_FFFFL));
        assertTrue(writer.reportBlock(7, 128, -2, 0x1_0005, 33, 0x11223344, 65536));
        writer.end();
        assertEquals(
                "81c8000c" + "01020304" + "e1e2e3e4a1a2a3a4" + "89abcdef" + "00000005" + "ffffffff" + "00000007"
                        + "80fffffe" + "00010005" + "00000021" + "11223344" + "00010000",
                hex());
        var report = only(SenderReport.class);
        assertEquals(0x01020304, report.senderSsrc());
        assertEquals(0xE1E2E3E4_A1A2A3A4L, report.ntpTimestamp());
        assertEquals(0x89ABCDEF, report.rtpTimestamp());
        assertEquals(5, report.packetCount());
        assertEquals(0xFFFF_FFFFL, report.octetCount());
        var blocks = report.reports();
        assertEquals(1, blocks.count());
        assertEquals(7, blocks.ssrc(0));
        assertEquals(128, blocks.fractionLost(0));
        assertEquals(-2, blocks.cumulativeLost(0));
        assertEquals(0x1_0005, blocks.extendedHighestSequenceNumber(0));
        assertEquals(33, blocks.jitter(0));
        assertEquals(0x11223344, blocks.lastSenderReport(0));
        assertEquals(65536, blocks.delaySinceLastSenderReport(0));
        assertThrows(IllegalArgumentException.class, () -> blocks.ssrc(1));
    }

    @Test
    void theRoundTripOfTheRfcsExample() {
        // RFC 3550, 6.4.1, figure 2: A = b710:8000, LSR = b705:2000, DLSR = 5:4000, so 6.125 s.
        writer.begin(place, 1200);
        writer.receiverReport(1);
        writer.reportBlock(2, 0, 0, 0, 0, 0xB705_2000, 0x0005_4000);
        writer.reportBlock(2, 0, 0, 0, 0, 0, 0);
        writer.end();
        var blocks = only(ReceiverReport.class).reports();
        assertEquals(0x0006_2000, blocks.roundTripTime(0, 0xB710_8000));
        assertEquals(6_125_000_000L, NtpTime.compactToNanos(blocks.roundTripTime(0, 0xB710_8000)));
        assertEquals(-1, blocks.roundTripTime(1, 0xB710_8000));
        assertEquals(0, blocks.roundTripTime(0, 0xB705_2001));
    }

    @Test
    void aReportHasAtMost31Blocks() {
        writer.begin(place, 1500);
        writer.receiverReport(1);
        for (int i = 0; i < 31; i++) {
            assertTrue(writer.reportBlock(i, 0, 0, 0, 0, 0, 0));
        }
        assertFalse(writer.reportBlock(31, 0, 0, 0, 0, 0, 0));
        writer.end();
        assertEquals(31, only(ReceiverReport.class).reports().count());
    }

    @Test
    void nothingPassesTheLimit() {
        writer.begin(place, 8 + 24 + 11);
        assertTrue(writer.receiverReport(1));
        assertTrue(writer.reportBlock(2, 0, 0, 0, 0, 0, 0));
        assertFalse(writer.reportBlock(3, 0, 0, 0, 0, 0, 0));
        assertFalse(writer.pictureLossIndication(1, 2));
        assertFalse(writer.fullIntraRequest(1, 2, 3));
        assertFalse(writer.cname(1, CNAME));
        assertFalse(writer.remb(1, 2, new long[1], 1));
        assertFalse(writer.receiverReferenceTime(1, 2));
        assertFalse(writer.dlrr(1, 2, 3, 4));
        assertFalse(writer.senderReport(1, 2, 3, 4, 5));
        assertEquals(0, writer.nack(1, 2, new int[] {1}, 0, 1));
        assertTrue(writer.goodbye(1));
        assertFalse(writer.goodbye(1));
        assertEquals(40, writer.end());
    }

    @Test
    void aBlockBelongsToAReport() {
        writer.begin(place, 1200);
        assertThrows(IllegalStateException.class, () -> writer.reportBlock(3, 0, 0, 0, 0, 0, 0));
        writer.receiverReport(1);
        writer.pictureLossIndication(1, 2);
        assertThrows(IllegalStateException.class, () -> writer.reportBlock(3, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aCnameIsPaddedToAWordAtEachLength() {
        for (int length = 0; length <= 255; length++) {
            var cname = "x".repeat(length);
            writer.begin(place, 1200);
            assertTrue(writer.cname(9, cname.getBytes(StandardCharsets.US_ASCII)));
            writer.end();
            var description = only(SourceDescription.class);
            assertEquals(1, description.chunkCount());
            assertEquals(9, description.ssrc(0));
            assertEquals(cname, description.cname(0));
        }
        writer.begin(place, 1200);
        writer.cname(1, new byte[] {'a', 'b'});
        writer.end();
        assertEquals("81ca0003" + "00000001" + "01026162" + "00000000", hex());
    }

    @Test
    void readsSeveralChunksAndOtherItems() {
        // Two chunks: a TOOL item before the CNAME, and none at all.
        read("82ca0006" + "00000001" + "0601410102" + "6162" + "00" + "00000002" + "00000000", Malformation.TRUNCATED);
        read("82ca0005" + "00000001" + "060141" + "01026162" + "00" + "00000002" + "00000000", null);
        var description = assertInstanceOf(SourceDescription.class, first());
        assertEquals("ab", description.cname(0));
        assertNull(description.cname(1));
        assertEquals(2, description.ssrc(1));
    }

    @Test
    void aChunkWithoutItsEndIsRefused() {
        read("81ca0002" + "00000001" + "01026162", Malformation.TRUNCATED);
        read("81ca0002" + "00000001" + "01ff6162", Malformation.TRUNCATED);
        read("82ca0002" + "00000001" + "00000000", Malformation.TRUNCATED);
    }

    @Test
    void aGoodbyeWithAReason() {
        // RFC 3550, 6.6.
        read("82cb0004" + "00000001" + "00000002" + "0862796562" + "79656500" + "000000", Malformation.TRUNCATED);
        read("82cb0004" + "00000001" + "00000002" + "07627965" + "62796565", null);
        var goodbye = assertInstanceOf(Goodbye.class, first());
        assertEquals(2, goodbye.ssrcCount());
        assertEquals(2, goodbye.ssrc(1));
        assertEquals("byebyee", goodbye.reason());
        read("81cb0002" + "00000001" + "04627965", Malformation.TRUNCATED);
        writer.begin(place, 1200);
        writer.goodbye(5);
        writer.end();
        assertNull(only(Goodbye.class).reason());
    }

    @Test
    void aNackPacksNeighboursInItsBitmask() {
        writer.begin(place, 1200);
        var missing = new int[] {65534, 65535, 0, 14, 15, 100};
        assertEquals(6, writer.nack(1, 2, missing, 0, 6));
        writer.end();
        assertEquals("81cd0005" + "00000001" + "00000002" + "fffe8003" + "000f0000" + "00640000", hex());
        var nack = only(Nack.class);
        assertEquals(2, nack.mediaSsrc());
        assertEquals(3, nack.itemCount());
        var numbers = new int[10];
        assertEquals(6, nack.copySequenceNumbers(numbers));
        assertArrayEquals(missing, Arrays.copyOf(numbers, 6));
    }

    @Test
    void aNackGoesOnInTheNextDatagram() {
        writer.begin(place, 20);
        var missing = new int[] {0, 100, 200};
        assertEquals(2, writer.nack(1, 2, missing, 0, 3));
        assertEquals(20, writer.end());
        writer.begin(place, 20);
        assertEquals(3, writer.nack(1, 2, missing, 2, 3));
    }

    @Test
    void aNackForThousandsFillsOnlyTheCallersArray() {
        read("81cd0172" + "00000001" + "00000002" + "0000ffff".repeat(368), null);
        var nack = assertInstanceOf(Nack.class, first());
        assertEquals(368, nack.itemCount());
        assertEquals(100, nack.copySequenceNumbers(new int[100]));
        assertEquals(368 * 17, nack.copySequenceNumbers(new int[10_000]));
    }

    @Test
    void aNackOfNothingIsRefused() {
        read("81cd0002" + "00000001" + "00000002", Malformation.TRUNCATED);
    }

    @Test
    void aPictureLossIndication() {
        writer.begin(place, 1200);
        writer.pictureLossIndication(1, 0xFFFF_FFFFL);
        writer.end();
        assertEquals("81ce0002" + "00000001" + "ffffffff", hex());
        assertEquals(0xFFFF_FFFFL, only(PictureLossIndication.class).mediaSsrc());
    }

    @Test
    void aFullIntraRequest() {
        writer.begin(place, 1200);
        writer.fullIntraRequest(1, 2, 255);
        writer.end();
        assertEquals("84ce0004" + "00000001" + "00000000" + "00000002" + "ff000000", hex());
        var request = only(FullIntraRequest.class);
        assertEquals(1, request.entryCount());
        assertEquals(2, request.ssrc(0));
        assertEquals(255, request.commandSequenceNumber(0));
        read("84ce0003" + "00000001" + "00000000" + "00000002", Malformation.TRUNCATED);
        read("84ce0005" + "00000001" + "00000000" + "00000002" + "ff000000" + "00000003", Malformation.BAD_LENGTH);
    }

    @Test
    void aRembRoundsDownTo18Bits() {
        for (long bitrate : new long[] {0, 1, 262_143, 262_144, 1_000_000, 0xFFFF_FFFFL, Long.MAX_VALUE}) {
            writer.begin(place, 1200);
            writer.remb(1, bitrate, new long[] {5, 6}, 2);
            writer.end();
            var remb = only(Remb.class);
            assertTrue(remb.bitrateBps() <= bitrate && remb.bitrateBps() >= bitrate - (bitrate >> 17));
            assertEquals(2, remb.ssrcCount());
            assertEquals(6, remb.ssrc(1));
        }
        read("8fce0005" + "00000001" + "00000000" + "52454d42" + "010bd090" + "00000007", null);
        assertEquals(1_000_000, assertInstanceOf(Remb.class, first()).bitrateBps());
    }

    @Test
    void aRembOfMoreThanThereIsIsRefused() {
        read("8fce0005" + "00000001" + "00000000" + "52454d42" + "01ffffff" + "00000007", Malformation.BAD_VALUE);
        read("8fce0005" + "00000001" + "00000000" + "52454d42" + "020bd090" + "00000007", Malformation.TRUNCATED);
        read("8fce0003" + "00000001" + "00000000" + "52454d42", Malformation.TRUNCATED);
    }

    @Test
    void otherApplicationFeedbackIsUnknown() {
        read("8fce0003" + "00000001" + "00000000" + "41424344", null);
        assertEquals(15, assertInstanceOf(UnknownRtcp.class, first()).format());
        read("83cd0004" + "00000001" + "00000000" + "00000002" + "ff000000", null);
        assertEquals(3, assertInstanceOf(UnknownRtcp.class, first()).format()); // TMMBR
    }

    @Test
    void extendedReportsOfBothKinds() {
        writer.begin(place, 1200);
        writer.receiverReferenceTime(1, 0x0102030405060708L);
        writer.dlrr(2, 3, 0x03040506, 65536);
        writer.end();
        assertEquals(
                "80cf0004" + "00000001" + "04000002" + "0102030405060708" + "80cf0005" + "00000002" + "05000003"
                        + "00000003" + "03040506" + "00010000",
                hex());
        reader.wrap(place);
        var time = assertInstanceOf(ExtendedReport.class, reader.next());
        assertTrue(time.hasReferenceTime());
        assertEquals(0x0102030405060708L, time.ntpTimestamp());
        assertEquals(0, time.dlrrCount());
        var answer = assertInstanceOf(ExtendedReport.class, reader.next());
        assertFalse(answer.hasReferenceTime());
        assertEquals(1, answer.dlrrCount());
        assertEquals(3, answer.dlrrSsrc(0));
        assertEquals(0x03040506, answer.lastReceiverReport(0));
        assertEquals(65536, answer.delaySinceLastReceiverReport(0));
        assertNull(reader.next());
    }

    @Test
    void blocksOfAnExtendedReportThatDoNotFitAreRefused() {
        read("80cf0004" + "00000001" + "04000003" + "0102030405060708", Malformation.TRUNCATED);
        read("80cf0003" + "00000001" + "04000001" + "01020304", Malformation.BAD_LENGTH);
        read("80cf0003" + "00000001" + "05000001" + "01020304", Malformation.BAD_LENGTH);
        read("80cf0003" + "00000001" + "07000001" + "01020304", null);
    }

    @Test
    void whatCameBeforeAMalformedPartCounts() {
        place.set(HexFormat.of().parseHex("81ce0002" + "00000001" + "00000002" + "81c80001" + "00000001" + "80c90001"));
        reader.wrap(place);
        assertInstanceOf(PictureLossIndication.class, reader.next());
        assertNull(reader.malformation());
        assertNull(reader.next());
        assertEquals(Malformation.TRUNCATED, reader.malformation());
        assertNull(reader.next());
    }

    @Test
    void onlyTheLastPartMayBePadded() {
        read("a0c90002" + "00000001" + "00000004", null);
        read("a0c90002" + "00000001" + "00000004" + "80c90001" + "00000001", Malformation.BAD_PADDING);
    }

    @Test
    void paddingThatCannotBeIsRefused() {
        read("a0c90002" + "00000001" + "00000000", Malformation.BAD_PADDING);
        read("a0c90002" + "00000001" + "00000003", Malformation.BAD_PADDING);
        read("a0c90002" + "00000001" + "0000000c", Malformation.BAD_PADDING);
        read("a0c90002" + "00000001" + "00000008", Malformation.TRUNCATED); // a report without its sender
        read("a0c90000", Malformation.BAD_PADDING);
    }

    @Test
    void tooManyPartsAreRefused() {
        read("80cc0000".repeat(RtcpReader.MAX_PACKETS), null);
        read("80cc0000".repeat(RtcpReader.MAX_PACKETS + 1), Malformation.TOO_MANY);
    }

    @Test
    void anotherVersionAndAnEmptyDatagramAreRefused() {
        read("41ce0002" + "00000001" + "00000002", Malformation.BAD_MAGIC);
        read("", Malformation.TRUNCATED);
        read("80c900", Malformation.TRUNCATED);
        read("80c90001", Malformation.TRUNCATED);
    }

    @Test
    void rtcpIsToldFromRtpByItsPacketType() {
        assertTrue(RtcpPacket.isRtcp(Datagram.copyOf(new byte[] {(byte) 0x80, (byte) 200})));
        assertTrue(RtcpPacket.isRtcp(Datagram.copyOf(new byte[] {(byte) 0x80, (byte) 192})));
        assertTrue(RtcpPacket.isRtcp(Datagram.copyOf(new byte[] {(byte) 0x80, (byte) 223})));
        assertFalse(RtcpPacket.isRtcp(Datagram.copyOf(new byte[] {(byte) 0x80, (byte) 224})));
        assertFalse(RtcpPacket.isRtcp(Datagram.copyOf(new byte[] {(byte) 0x80, 96})));
        assertFalse(RtcpPacket.isRtcp(Datagram.copyOf(new byte[] {(byte) 0x80, (byte) (0x80 | 111)})));
        assertFalse(RtcpPacket.isRtcp(Datagram.copyOf(new byte[] {(byte) 0x80})));
    }

    @Test
    void aCutMessageIsNeverTakenForWhole() {
        var whole = everyKind();
        int parts = parts(whole);
        assertEquals(11, parts);
        int boundaries = 0;
        for (int length = 0; length < whole.length; length++) {
            place.set(Arrays.copyOf(whole, length));
            reader.wrap(place);
            int read = 0;
            while (reader.next() != null) {
                read++;
            }
            boundaries += reader.malformation() == null ? 1 : 0;
            assertTrue(read < parts);
        }
        assertEquals(parts - 1, boundaries);
    }

    @Test
    void noBytesThrow() {
        long seed = 4585;
        var random = new Random(seed);
        var whole = everyKind();
        var input = Datagram.allocate(1200);
        long sum = 0;
        for (int round = 0; round < 40_000; round++) {
            Fuzz.fill(input, whole, random);
            reader.wrap(input);
            int parts = 0;
            for (var packet = reader.next(); packet != null; packet = reader.next()) {
                sum += touch(packet);
                parts++;
            }
            assertTrue(parts <= RtcpReader.MAX_PACKETS, "seed " + seed + " round " + round);
        }
        assertTrue(sum != 0);
    }

    private byte[] everyKind() {
        var builder = new TransportFeedbackBuilder();
        for (int i = 0; i < 40; i++) {
            if (i % 7 != 3) {
                builder.handlePacket(i, i * 5_000_000L);
            }
        }
        writer.begin(place, 1200);
        writer.senderReport(1, 2, 3, 4, 5);
        writer.reportBlock(6, 7, 8, 9, 10, 11, 12);
        writer.receiverReport(13);
        writer.cname(14, CNAME);
        writer.nack(15, 16, new int[] {1, 2, 50}, 0, 3);
        assertTrue(writer.transportFeedback(builder, 17, 18));
        writer.pictureLossIndication(19, 20);
        writer.fullIntraRequest(21, 22, 23);
        writer.remb(24, 25, new long[] {26}, 1);
        writer.receiverReferenceTime(27, 28);
        writer.dlrr(29, 30, 31, 32);
        writer.goodbye(33);
        writer.end();
        return place.toArray();
    }

    private int parts(byte[] bytes) {
        place.set(bytes);
        reader.wrap(place);
        int parts = 0;
        while (reader.next() != null) {
            parts++;
        }
        assertNull(reader.malformation());
        return parts;
    }

    /** Reads every field, as a switch without default must name every kind. */
    private static long touch(RtcpPacket packet) {
        return switch (packet) {
            case SenderReport report -> report.ntpTimestamp() + report.octetCount() + touch(report.reports());
            case ReceiverReport report -> report.senderSsrc() + touch(report.reports());
            case SourceDescription description -> {
                long sum = 0;
                for (int i = 0; i < description.chunkCount(); i++) {
                    var cname = description.cname(i);
                    sum += description.ssrc(i) + (cname == null ? 0 : cname.length());
                }
                yield sum;
            }
            case Goodbye goodbye -> {
                long sum = goodbye.reason() == null ? 0 : 1;
                for (int i = 0; i < goodbye.ssrcCount(); i++) {
                    sum += goodbye.ssrc(i);
                }
                yield sum;
            }
            case Nack nack -> nack.mediaSsrc() + nack.copySequenceNumbers(new int[64]);
            case TransportFeedback feedback -> {
                long sum = 0;
                while (feedback.next()) {
                    sum += feedback.sequenceNumber() + feedback.arrivalMicros();
                }
                yield sum;
            }
            case PictureLossIndication indication -> indication.mediaSsrc();
            case FullIntraRequest request -> {
                long sum = 0;
                for (int i = 0; i < request.entryCount(); i++) {
                    sum += request.ssrc(i) + request.commandSequenceNumber(i);
                }
                yield sum;
            }
            case Remb remb -> {
                assertTrue(remb.bitrateBps() >= 0);
                long sum = 0;
                for (int i = 0; i < remb.ssrcCount(); i++) {
                    sum += remb.ssrc(i);
                }
                yield sum;
            }
            case ExtendedReport report -> {
                long sum = report.hasReferenceTime() ? report.ntpTimestamp() : 0;
                for (int i = 0; i < report.dlrrCount(); i++) {
                    sum += report.dlrrSsrc(i) + report.delaySinceLastReceiverReport(i);
                }
                yield sum;
            }
            case UnknownRtcp unknown -> unknown.packetType() + unknown.format();
        };
    }

    private static long touch(ReportBlocks blocks) {
        long sum = 0;
        for (int i = 0; i < blocks.count(); i++) {
            sum += blocks.ssrc(i) + blocks.cumulativeLost(i) + blocks.roundTripTime(i, 1);
        }
        return sum;
    }

    private <T extends RtcpPacket> T only(Class<T> kind) {
        reader.wrap(place);
        var packet = assertInstanceOf(kind, reader.next());
        assertEquals(place.length(), 4 * (place.u16(2) + 1));
        return packet;
    }

    private RtcpPacket first() {
        reader.wrap(place);
        return Objects.requireNonNull(reader.next());
    }

    private void read(String hex, @Nullable Malformation expected) {
        place.set(HexFormat.of().parseHex(hex));
        reader.wrap(place);
        for (var packet = reader.next(); packet != null; packet = reader.next()) {
            touch(packet);
        }
        assertEquals(expected, reader.malformation(), hex);
    }

    private String hex() {
        return HexFormat.of().formatHex(place.toArray());
    }
}
