package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TransportFeedbackTest {
    private static final long TICK = 250_000;

    private final Datagram place = Datagram.allocate(1500);
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpReader reader = new RtcpReader();
    private final TransportFeedbackBuilder builder = new TransportFeedbackBuilder();

    /** By hand: base 5, 5 statuses; chunk 11 (two bits) of 1 0 2 1 1 and two left over; deltas 4, -2, 255, 0. */
    @Test
    void readsAVectorOfTwoBits() {
        var feedback =
                parse("8fcd0006" + "00000001" + "00000002" + "00050005" + "00000a2a" + "d250" + "04fffeff00" + "00");
        assertEquals(1, feedback.senderSsrc());
        assertEquals(2, feedback.mediaSsrc());
        assertEquals(5, feedback.baseSequenceNumber());
        assertEquals(10, feedback.referenceTime());
        assertEquals(42, feedback.feedbackPacketCount());
        assertEquals(List.of("5@641000", "6 lost", "7@640500", "8@704250", "9@704250"), statuses(feedback));
    }

    @Test
    void readsAVectorOfOneBitAndARun() {
        // 14 bits: 10000000000001, then a run of two small deltas; the sequence numbers wrap.
        var feedback =
                parse("8fcd0006" + "00000001" + "00000002" + "fff80010" + "ffffff00" + "a001" + "2002" + "01020304");
        assertEquals(-1, feedback.referenceTime());
        var statuses = statuses(feedback);
        assertEquals("65528@-63750", statuses.get(0));
        assertEquals("5@-63250", statuses.get(13));
        assertEquals("6@-62500", statuses.get(14));
        assertEquals("7@-61500", statuses.get(15));
        assertEquals(
                12, statuses.stream().filter(status -> status.endsWith("lost")).count());
    }

    @Test
    void whatItDoesNotHoldIsRefused() {
        refuse("8fcd0003" + "00000001" + "00000002" + "00050005", Malformation.TRUNCATED);
        refuse("8fcd0004" + "00000001" + "00000002" + "00050005" + "00000a2a", Malformation.TRUNCATED);
        refuse(
                "8fcd0005" + "00000001" + "00000002" + "00050005" + "00000a2a" + "2005" + "0102",
                Malformation.TRUNCATED);
        refuse(
                "8fcd0005" + "00000001" + "00000002" + "00050005" + "00000a2a" + "2000" + "2005",
                Malformation.BAD_VALUE);
        refuse(
                "8fcd0005" + "00000001" + "00000002" + "00050001" + "00000a2a" + "6001" + "0000",
                Malformation.BAD_VALUE);
        refuse(
                "8fcd0005" + "00000001" + "00000002" + "00050001" + "00000a2a" + "f000" + "0000",
                Malformation.BAD_VALUE);
    }

    @Test
    void aRunBombIsRefused() {
        refuse(
                "8fcd0009" + "00000001" + "00000002" + "0000ffff" + "00000a2a" + "1fff".repeat(9) + "0000",
                Malformation.TOO_MANY);
    }

    @Test
    void aSteadyStreamIsOneRun() {
        for (int i = 0; i < 100; i++) {
            builder.handlePacket(1000 + i, 64_000_000L + 4L * i * TICK);
        }
        assertTrue(write());
        assertEquals(
                "8fcd001e" + "00000001" + "00000002" + "03e80064" + "00000100" + "2064" + "00" + "04".repeat(99)
                        + "0000",
                HexFormat.of().formatHex(place.toArray()));
        assertFalse(builder.isPending());
    }

    @Test
    void aGapTooLongForADeltaBeginsAnotherMessage() {
        builder.handlePacket(1, 0);
        builder.handlePacket(2, 32767 * TICK);
        builder.handlePacket(3, (32767 + 32768) * TICK);
        assertTrue(write());
        assertEquals(List.of("1@0", "2@8191750"), statuses(parsed()));
        assertTrue(builder.isPending());
        assertTrue(write());
        assertEquals(List.of("3@16383750"), statuses(parsed()));
        assertEquals(1, parsed().feedbackPacketCount());
    }

    @Test
    void aPacketOvertakenHasANegativeDelta() {
        builder.handlePacket(1, 10 * TICK);
        builder.handlePacket(3, 11 * TICK);
        builder.handlePacket(2, 12 * TICK);
        assertTrue(write());
        assertEquals(List.of("1@2500", "2@3000", "3@2750"), statuses(parsed()));
    }

    @Test
    void aPacketReportedLostIsReportedAgainWhenItComes() {
        builder.handlePacket(1, 0);
        builder.handlePacket(3, TICK);
        assertTrue(write());
        assertEquals("2 lost", statuses(parsed()).get(1));
        builder.handlePacket(2, 2 * TICK);
        assertTrue(write());
        assertEquals(List.of("2@500", "3@250"), statuses(parsed()));
    }

    @Test
    void duplicatesChangeNothing() {
        builder.handlePacket(1, 0);
        builder.handlePacket(2, TICK);
        builder.handlePacket(1, 5 * TICK);
        assertTrue(write());
        assertEquals(List.of("1@0", "2@250"), statuses(parsed()));
        builder.handlePacket(2, 6 * TICK);
        assertFalse(builder.isPending());
    }

    @Test
    void aJumpBeginsAnew() {
        builder.handlePacket(1, 0);
        builder.handlePacket(20_000, TICK);
        assertTrue(write());
        assertEquals(List.of("20000@250"), statuses(parsed()));
        assertFalse(builder.isPending());
    }

    @Test
    void whatIsTooMuchForOneDatagramIsSplit() {
        var random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            if (random.nextInt(3) > 0) {
                builder.handlePacket(i, 3L * i * TICK);
            }
        }
        builder.handlePacket(3000, 3000 * TICK * 3);
        int messages = 0;
        var all = new ArrayList<String>();
        while (builder.isPending()) {
            writer.begin(place, 300);
            assertTrue(writer.transportFeedback(builder, 1, 2));
            assertTrue(writer.end() <= 300);
            all.addAll(statuses(parsed()));
            messages++;
        }
        assertTrue(messages > 5);
        assertEquals(3001, all.size());
    }

    @Test
    void withoutRoomNothingIsWrittenAndNothingForgotten() {
        builder.handlePacket(1, 0);
        writer.begin(place, 23);
        assertFalse(writer.transportFeedback(builder, 1, 2));
        assertTrue(builder.isPending());
        assertTrue(write());
    }

    @Test
    void whatIsReportedIsWhatCame() {
        for (long seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            var one = new TransportFeedbackBuilder();
            var arrivals = new HashMap<Integer, Long>();
            var reported = new HashMap<Integer, Long>();
            long now = random.nextLong() >> 20;
            int loss = random.nextInt(60);
            int sequence = random.nextInt(65536);
            var held = new ArrayList<Integer>();
            for (int i = 0; i < 2000; i++) {
                now += random.nextInt(20) == 0 ? random.nextInt(900_000_000) : random.nextInt(2_000_000);
                sequence = (sequence + 1) & 0xFFFF;
                if (random.nextInt(100) < loss) {
                    if (random.nextBoolean()) {
                        held.add(sequence);
                    }
                    continue;
                }
                one.handlePacket(sequence, now);
                arrivals.put(sequence, now);
                if (held.size() > random.nextInt(8)) {
                    int late = held.removeFirst();
                    one.handlePacket(late, now);
                    arrivals.put(late, now);
                }
                if (random.nextInt(50) == 0) {
                    drain(one, reported, seed);
                }
            }
            drain(one, reported, seed);
            assertEquals(arrivals.keySet(), reported.keySet(), "seed " + seed);
            for (var arrival : arrivals.entrySet()) {
                long ticks = Math.floorDiv(arrival.getValue(), TICK);
                long cycle = (1L << 24) * 256;
                assertEquals(
                        Math.floorMod(ticks, cycle),
                        Math.floorMod(
                                reported.getOrDefault(arrival.getKey(), Long.MIN_VALUE)
                                        / TransportFeedback.DELTA_MICROS,
                                cycle),
                        "seed " + seed);
            }
        }
    }

    private void drain(TransportFeedbackBuilder one, Map<Integer, Long> reported, long seed) {
        while (one.isPending()) {
            writer.begin(place, 1200);
            assertTrue(writer.transportFeedback(one, 1, 2), "seed " + seed);
            writer.end();
            var feedback = parsed();
            while (feedback.next()) {
                if (feedback.received()) {
                    reported.put(feedback.sequenceNumber(), feedback.arrivalMicros());
                }
            }
        }
    }

    private boolean write() {
        writer.begin(place, 1200);
        boolean written = writer.transportFeedback(builder, 1, 2);
        writer.end();
        return written;
    }

    private TransportFeedback parsed() {
        reader.wrap(place);
        return assertInstanceOf(TransportFeedback.class, reader.next());
    }

    private TransportFeedback parse(String hex) {
        place.set(HexFormat.of().parseHex(hex));
        return parsed();
    }

    private void refuse(String hex, Malformation expected) {
        place.set(HexFormat.of().parseHex(hex));
        reader.wrap(place);
        assertNull(reader.next());
        assertEquals(expected, reader.malformation());
    }

    private static List<String> statuses(TransportFeedback feedback) {
        var statuses = new ArrayList<String>();
        feedback.rewind();
        while (feedback.next()) {
            statuses.add(feedback.sequenceNumber() + (feedback.received() ? "@" + feedback.arrivalMicros() : " lost"));
        }
        return statuses;
    }
}
