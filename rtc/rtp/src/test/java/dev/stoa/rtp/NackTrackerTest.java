package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NackTrackerTest {
    private static final long MILLI = 1_000_000;

    private final NackTracker tracker = new NackTracker(5 * MILLI);
    private final int[] numbers = new int[600];

    @Test
    void asksForAGapAfterTheGrace() {
        tracker.handlePacket(65534, 0);
        tracker.handlePacket(2, MILLI);
        assertEquals(6 * MILLI, tracker.nextTimeout());
        assertArrayEquals(new int[] {}, poll(5 * MILLI));
        assertArrayEquals(new int[] {65535, 0, 1}, poll(6 * MILLI));
        assertArrayEquals(new int[] {}, poll(7 * MILLI));
    }

    @Test
    void aPacketOvertakenIsNotAskedFor() {
        tracker.handlePacket(1, 0);
        tracker.handlePacket(3, 0);
        tracker.handlePacket(2, 4 * MILLI);
        assertEquals(NackTracker.NEVER, tracker.nextTimeout());
        assertArrayEquals(new int[] {}, poll(100 * MILLI));
        assertEquals(0, tracker.abandonedCount());
    }

    @Test
    void asksAgainOnceARoundTrip() {
        tracker.setRoundTripTime(40 * MILLI);
        tracker.handlePacket(1, 0);
        tracker.handlePacket(3, 0);
        assertArrayEquals(new int[] {2}, poll(5 * MILLI));
        assertEquals(55 * MILLI, tracker.nextTimeout());
        assertArrayEquals(new int[] {}, poll(54 * MILLI));
        assertArrayEquals(new int[] {2}, poll(55 * MILLI));
    }

    @Test
    void givesUpAfterTooManyTries() {
        tracker.setRoundTripTime(0);
        tracker.handlePacket(1, 0);
        tracker.handlePacket(3, 0);
        int asked = 0;
        for (long now = 0; now < 1_000 * MILLI; now += MILLI) {
            asked += poll(now).length;
        }
        assertEquals(NackTracker.MAX_TRIES, asked);
        assertEquals(0, tracker.missingCount());
        assertEquals(1, tracker.abandonedCount());
    }

    @Test
    void givesUpWhatIsTooOld() {
        tracker.setRoundTripTime(1_000 * MILLI);
        tracker.handlePacket(1, 0);
        tracker.handlePacket(3, 0);
        assertArrayEquals(new int[] {2}, poll(5 * MILLI));
        assertArrayEquals(new int[] {}, poll(NackTracker.MAX_AGE_NANOS));
        assertEquals(1, tracker.abandonedCount());
    }

    @Test
    void aJumpIsNotAskedFor() {
        tracker.handlePacket(1, 0);
        tracker.handlePacket(3, 0);
        tracker.handlePacket(4 + NackTracker.MAX_MISSING + 1, 0);
        assertEquals(0, tracker.missingCount());
        assertEquals(NackTracker.MAX_MISSING + 2, tracker.abandonedCount());
    }

    @Test
    void neverRemembersMoreThanItsCap() {
        int sequence = 0;
        for (int i = 0; i < 10_000; i++) {
            sequence = (sequence + 50) & 0xFFFF;
            tracker.handlePacket(sequence, i);
            assertTrue(tracker.missingCount() <= NackTracker.MAX_MISSING);
        }
        assertEquals(NackTracker.MAX_MISSING, tracker.missingCount());
        assertEquals(49L * 9_999 - NackTracker.MAX_MISSING, tracker.abandonedCount());
    }

    @Test
    void whatIsBeforeAKeyFrameIsForgotten() {
        tracker.handlePacket(1, 0);
        tracker.handlePacket(5, 0);
        tracker.handlePacket(7, 0);
        tracker.forgetBefore(5);
        assertArrayEquals(new int[] {6}, poll(5 * MILLI));
        assertEquals(0, tracker.abandonedCount());
    }

    @Test
    void aSmallArrayLeavesTheRestForTheNextPoll() {
        tracker.handlePacket(1, 0);
        tracker.handlePacket(5, 0);
        var two = new int[2];
        assertEquals(2, tracker.pollMissing(5 * MILLI, two));
        assertArrayEquals(new int[] {2, 3}, two);
        assertEquals(1, tracker.pollMissing(5 * MILLI, two));
        assertEquals(4, two[0]);
    }

    @Test
    void asksForExactlyWhatDidNotCome() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var one = new NackTracker(0);
            int first = random.nextInt(65536);
            var came = new boolean[400];
            int highest = 0;
            came[0] = true;
            one.handlePacket(first, 0);
            for (int i = 0; i < 300; i++) {
                int number = random.nextInt(400);
                came[number] = true;
                highest = Math.max(highest, number);
                one.handlePacket(first + number & 0xFFFF, 0);
            }
            var expected = new int[400];
            int count = 0;
            for (int i = 0; i < highest; i++) {
                if (!came[i]) {
                    expected[count++] = first + i & 0xFFFF;
                }
            }
            int polled = one.pollMissing(0, numbers);
            assertArrayEquals(Arrays.copyOf(expected, count), Arrays.copyOf(numbers, polled), "seed " + seed);
        }
    }

    @Test
    void noSequenceOfPacketsGrowsItsState() {
        long seed = 99;
        var random = new Random(seed);
        long now = Long.MAX_VALUE - 1_000_000; // a clock that wraps
        int sequence = 0;
        for (int round = 0; round < 100_000; round++) {
            now += random.nextInt(3_000_000);
            sequence = random.nextInt(20) == 0 ? random.nextInt(65536) : sequence + random.nextInt(4) & 0xFFFF;
            tracker.handlePacket(sequence, now);
            if (random.nextInt(10) == 0) {
                int polled = tracker.pollMissing(now, numbers);
                assertTrue(polled <= NackTracker.MAX_MISSING, "seed " + seed + " round " + round);
            }
            if (random.nextInt(100) == 0) {
                tracker.forgetBefore(random.nextInt(65536));
            }
            assertTrue(tracker.missingCount() <= NackTracker.MAX_MISSING, "seed " + seed + " round " + round);
        }
    }

    private int[] poll(long nowNanos) {
        return Arrays.copyOf(numbers, tracker.pollMissing(nowNanos, numbers));
    }
}
