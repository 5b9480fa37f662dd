package dev.stoa.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PacerTest {
    private static final int BITRATE_BPS = 1_500_000;
    private static final int PACKET_BYTES = 1000;
    /** At 2.5 times the bitrate. */
    private static final long PACKET_NANOS = 2_133_333;

    @Test
    void withoutBurstsPacketFollowsPacketAtThePacedRate() {
        var pacer = new Pacer(BITRATE_BPS, 0);
        pacer.handleSent(1_000_000_000L, PACKET_BYTES);
        assertEquals(1_000_000_000L + PACKET_NANOS, pacer.nextNanos());
        pacer.handleSent(1_000_000_000L + PACKET_NANOS, PACKET_BYTES);
        assertEquals(1_000_000_000L + 2 * PACKET_NANOS, pacer.nextNanos());
    }

    @Test
    void aFrameLeavesAtOnceAndAKeyFrameDoesNot() {
        var pacer = new Pacer(BITRATE_BPS, LoadSettings.BROWSER_BURST_NANOS);
        long now = 1_000_000_000L;
        int sent = 0;
        while (pacer.nextNanos() <= now) {
            pacer.handleSent(now, PACKET_BYTES);
            sent++;
        }
        // 40 ms of 3.75 Mbit/s are 18 750 bytes.
        assertEquals(19, sent);
    }

    @Test
    void whatWasNotSentIsNotSavedUp() {
        var pacer = new Pacer(BITRATE_BPS, 0);
        pacer.handleSent(0, PACKET_BYTES);
        pacer.handleSent(10_000_000_000L, PACKET_BYTES);
        assertTrue(pacer.nextNanos() > 10_000_000_000L);
    }
}
