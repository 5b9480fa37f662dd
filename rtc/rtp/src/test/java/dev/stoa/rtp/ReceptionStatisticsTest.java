package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceptionStatisticsTest {
    private static final long MILLI = 1_000_000;

    private final ReceptionStatistics statistics = new ReceptionStatistics(7, 90_000);
    private final Datagram place = Datagram.allocate(200);

    @Test
    void nothingIsReportedBeforeAPacketCame() {
        var writer = new RtcpWriter();
        writer.begin(place, 200);
        writer.receiverReport(1);
        assertFalse(statistics.writeBlock(writer, 0));
    }

    @Test
    void lossIsCountedByIntervalAndAsAWhole() {
        for (int i = 0; i < 100; i++) {
            if (i % 4 != 1) {
                packet(65500 + i, 0, 0);
            }
        }
        var first = report(0);
        assertEquals(7, first.ssrc(0));
        assertEquals(25, first.cumulativeLost(0));
        assertEquals(64, first.fractionLost(0));
        assertEquals(65599, first.extendedHighestSequenceNumber(0));
        for (int i = 100; i < 200; i++) {
            packet(65500 + i, 0, 0);
        }
        var second = report(0);
        assertEquals(25, second.cumulativeLost(0));
        assertEquals(0, second.fractionLost(0));
        assertEquals(175, statistics.receivedPackets());
        assertEquals(1750, statistics.receivedOctets());
    }

    @Test
    void duplicatesMakeTheLossNegative() {
        packet(1, 0, 0);
        packet(2, 0, 0);
        packet(2, 0, 0);
        packet(1, 0, 0);
        var blocks = report(0);
        assertEquals(-2, blocks.cumulativeLost(0));
        assertEquals(0, blocks.fractionLost(0));
    }

    @Test
    void twoPacketsInARowFarAwayAreANewStart() {
        packet(100, 0, 0);
        packet(30_000, 0, 0);
        assertEquals(100, statistics.extendedHighestSequenceNumber());
        packet(30_001, 0, 0);
        assertEquals(30_001, statistics.extendedHighestSequenceNumber());
        assertEquals(0, statistics.cumulativeLost());
    }

    @Test
    void aSteadyStreamHasNoJitter() {
        for (int i = 0; i < 100; i++) {
            packet(i, i * 1800, 20L * i * MILLI);
        }
        assertEquals(0, statistics.jitter());
    }

    @Test
    void jitterFollowsTheRfcsFormula() {
        var random = new Random(3550);
        double expected = 0;
        double previous = 0;
        long start = Long.MAX_VALUE / 2; // a clock may begin anywhere
        for (int i = 0; i < 500; i++) {
            long arrival = 20L * i * MILLI + random.nextInt(10) * MILLI;
            packet(i, i * 1800, start + arrival);
            double transit = arrival * 90_000 / 1e9 - i * 1800;
            expected += i == 0 ? 0 : (Math.abs(transit - previous) - expected) / 16;
            previous = transit;
        }
        assertEquals(expected, (double) statistics.jitter(), 2);
        assertTrue(statistics.jitter() > 100);
    }

    @Test
    void aSenderReportIsAnsweredWithItsAge() {
        packet(1, 0, 0);
        assertEquals(0, report(5 * MILLI).lastSenderReport(0));
        assertEquals(0, report(5 * MILLI).delaySinceLastSenderReport(0));
        statistics.handleSenderReport(0x1122_3344_5566_7788L, 10 * MILLI);
        var blocks = report(510 * MILLI);
        assertEquals(0x3344_5566, blocks.lastSenderReport(0));
        assertEquals(32768, blocks.delaySinceLastSenderReport(0));
    }

    @Test
    void aBlockThatFoundNoRoomIsReportedNextTime() {
        packet(1, 0, 0);
        packet(3, 0, 0);
        var writer = new RtcpWriter();
        writer.begin(place, 8);
        writer.receiverReport(1);
        assertFalse(statistics.writeBlock(writer, 0));
        assertEquals(85, report(0).fractionLost(0));
    }

    @Test
    void noSequenceOfPacketsThrows() {
        long seed = 3;
        var random = new Random(seed);
        for (int round = 0; round < 50_000; round++) {
            statistics.handlePacket(random.nextInt(65536), random.nextInt(), random.nextInt(1500), random.nextLong());
            if (round % 100 == 0) {
                var blocks = report(random.nextLong());
                assertTrue(blocks.fractionLost(0) <= 255, "seed " + seed + " round " + round);
            }
        }
    }

    private void packet(int sequenceNumber, int timestamp, long nowNanos) {
        statistics.handlePacket(sequenceNumber & 0xFFFF, timestamp, 10, nowNanos);
    }

    private ReportBlocks report(long nowNanos) {
        var writer = new RtcpWriter();
        writer.begin(place, 200);
        writer.receiverReport(1);
        assertTrue(statistics.writeBlock(writer, nowNanos));
        writer.end();
        var reader = new RtcpReader();
        reader.wrap(place);
        return assertInstanceOf(ReceiverReport.class, reader.next()).reports();
    }
}
