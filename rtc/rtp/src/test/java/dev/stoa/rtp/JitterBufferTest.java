package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JitterBufferTest {
    private static final long MILLI = 1_000_000;
    private static final long DELAY = 100 * MILLI;

    private final JitterBuffer buffer = new JitterBuffer(64, 100, DELAY, 5 * MILLI);
    private final RtpPacket packet = new RtpPacket();
    private final Datagram place = Datagram.allocate(200);

    @Test
    void releasesInOrderAtOnce() {
        assertTrue(put(65535, 0));
        assertTrue(put(0, 0));
        assertEquals(65535, poll(0));
        assertEquals(0, poll(0));
        assertEquals(-1, poll(0));
        assertFalse(buffer.gapBefore());
    }

    @Test
    void holdsBackWhatOvertook() {
        put(1, 0);
        put(3, 0);
        assertEquals(1, poll(0));
        assertEquals(-1, poll(50 * MILLI));
        put(2, 60 * MILLI);
        assertEquals(2, poll(60 * MILLI));
        assertEquals(3, poll(60 * MILLI));
        assertFalse(buffer.gapBefore());
        assertEquals(0, buffer.lostCount());
    }

    @Test
    void releasesPastAGapWhenTheDelayIsOver() {
        put(1, 0);
        put(4, 10 * MILLI);
        assertEquals(1, poll(0));
        assertEquals(110 * MILLI, buffer.nextTimeout());
        assertEquals(-1, poll(110 * MILLI - 1));
        assertEquals(4, poll(110 * MILLI));
        assertTrue(buffer.gapBefore());
        assertEquals(2, buffer.lostCount());
        assertFalse(put(2, 120 * MILLI));
        assertEquals(1, buffer.droppedCount());
        put(5, 120 * MILLI);
        assertEquals(5, poll(120 * MILLI));
        assertFalse(buffer.gapBefore());
    }

    @Test
    void asksForWhatIsMissingUntilItIsGivenUp() {
        put(1, 0);
        put(4, 0);
        var missing = new int[10];
        assertEquals(0, buffer.pollMissing(4 * MILLI, missing));
        assertEquals(5 * MILLI, buffer.nextMissingTimeout());
        assertEquals(2, buffer.pollMissing(5 * MILLI, missing));
        assertArrayEquals(new int[] {2, 3}, Arrays.copyOf(missing, 2));
        assertEquals(1, poll(DELAY));
        assertEquals(4, poll(DELAY));
        assertEquals(0, buffer.pollMissing(1_000 * MILLI, missing));
    }

    @Test
    void takesNoDuplicates() {
        put(1, 0);
        put(3, 0);
        assertFalse(put(3, 0));
        assertEquals(1, poll(0));
        assertFalse(put(1, 0));
        assertEquals(2, buffer.droppedCount());
        assertEquals(1, buffer.heldCount());
    }

    @Test
    void takesNoPacketLongerThanItsPlaces() {
        place.setLength(101);
        place.fill(0, 101, 0);
        place.put8(0, 0x80);
        assertNull(packet.wrap(place));
        assertFalse(buffer.handlePacket(packet, 0));
    }

    @Test
    void aJumpPastItsCapacityGivesUpTheOldest() {
        put(1, 0);
        put(3, 0);
        put(100, 0);
        assertEquals(1, buffer.heldCount());
        assertEquals(2, buffer.droppedCount());
        assertEquals(100, poll(DELAY));
        assertTrue(buffer.gapBefore());
        assertEquals(97, buffer.lostCount());
    }

    @Test
    void aSenderThatBeginsAnewIsFollowed() {
        for (int i = 0; i < 10; i++) {
            put(40_000 + i, 0);
            assertEquals(40_000 + i, poll(0));
        }
        int released = 0;
        for (int i = 0; i < 40; i++) {
            put(20_000 + i, 0);
            released += poll(0) >= 0 ? 1 : 0;
        }
        assertEquals(25, released);
    }

    @Test
    void aCapacityIsAPowerOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new JitterBuffer(63, 100, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new JitterBuffer(0, 100, 0, 0));
    }

    @Test
    void nothingIsLostThatCameInTime() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var one = new JitterBuffer(256, 100, DELAY, 0);
            int first = random.nextInt(65536);
            var order = new int[500];
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            // Each is overtaken by a few; the first stays the first.
            for (int i = 1; i + 8 < order.length; i++) {
                int other = i + random.nextInt(8);
                int swapped = order[i];
                order[i] = order[other];
                order[other] = swapped;
            }
            int next = 0;
            for (int i = 0; i < order.length; i++) {
                assertTrue(put(one, first + order[i] & 0xFFFF, i * MILLI), "seed " + seed);
                for (var out = one.poll(i * MILLI); out != null; out = one.poll(i * MILLI)) {
                    assertEquals(first + next++ & 0xFFFF, out.u16(2), "seed " + seed);
                }
            }
            assertEquals(order.length, next, "seed " + seed);
        }
    }

    @Test
    void anySequenceOfPacketsKeepsItsPromises() {
        for (long seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            var one = new JitterBuffer(64, 100, DELAY, 0);
            long now = random.nextLong();
            int sequence = random.nextInt(65536);
            long accepted = 0;
            long refused = 0;
            long released = 0;
            int last = -1;
            var seen = new HashSet<Integer>();
            for (int round = 0; round < 3_000; round++) {
                var why = "seed " + seed + " round " + round;
                now += random.nextInt(20_000_000);
                sequence = switch (random.nextInt(40)) {
                    case 0 -> sequence + random.nextInt(200) & 0xFFFF;
                    case 1, 2, 3, 4 -> sequence - random.nextInt(10) & 0xFFFF;
                    case 5, 6 -> sequence + 2 & 0xFFFF;
                    default -> sequence + 1 & 0xFFFF;
                };
                if (put(one, sequence, now)) {
                    accepted++;
                } else {
                    refused++;
                }
                if (random.nextInt(3) == 0) {
                    continue;
                }
                for (var out = one.poll(now); out != null; out = one.poll(now)) {
                    released++;
                    int number = out.u16(2);
                    assertTrue(last < 0 || (short) (number - last) > 0, why);
                    assertEquals(last >= 0 && number != (last + 1 & 0xFFFF), one.gapBefore() && last >= 0, why);
                    assertEquals(number, out.u16(10), why); // its own bytes
                    last = number;
                    seen.add(number);
                }
                assertTrue(one.heldCount() <= 64, why);
                assertEquals(accepted + refused, released + one.droppedCount() + one.heldCount(), why);
                one.pollMissing(now, new int[16]);
            }
            assertTrue(seen.size() > 500, "seed " + seed);
            now += DELAY;
            while (one.poll(now) != null) {
                released++;
            }
            assertEquals(0, one.heldCount(), "seed " + seed);
            assertEquals(JitterBufferTest.never(), one.nextTimeout());
        }
    }

    private static long never() {
        return NackTracker.NEVER;
    }

    private boolean put(int sequenceNumber, long nowNanos) {
        return put(buffer, sequenceNumber, nowNanos);
    }

    /** The sequence number is also the lower half of the SSRC, to know the bytes by. */
    private boolean put(JitterBuffer one, int sequenceNumber, long nowNanos) {
        var writer = new RtpHeaderWriter();
        writer.begin(place, 0, false, 96, sequenceNumber, 0, sequenceNumber);
        place.setLength(writer.end());
        assertNull(packet.wrap(place));
        return one.handlePacket(packet, nowNanos);
    }

    private int poll(long nowNanos) {
        var out = buffer.poll(nowNanos);
        if (out == null) {
            return -1;
        }
        assertNotNull(out);
        return out.u16(2);
    }
}
