package dev.stoa.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VideoShapeTest {
    private static final int BITRATE_BPS = 1_500_000;

    @Test
    void framesAddUpToTheBitrateKeyFramesIncluded() {
        var shape = new VideoShape(BITRATE_BPS, 1);
        long bytes = 0;
        int frames = 30 * 60;
        for (int i = 0; i < frames; i++) {
            bytes += shape.nextBytes(i % 300 == 0);
        }
        assertEquals(BITRATE_BPS, bytes * 8.0 / 60, 0.02 * BITRATE_BPS);
    }

    @Test
    void aKeyFrameIsSeveralTimesAsLarge() {
        var shape = new VideoShape(BITRATE_BPS, 1);
        assertTrue(shape.nextBytes(true) > 2.5 * shape.nextBytes(false));
    }

    @Test
    void packetsOfAFrameAreAlmostEqualAndTheLargerOnesLast() {
        int frame = 5 * VideoShape.MAX_PAYLOAD - 2;
        int packets = VideoShape.packets(frame);
        assertEquals(5, packets);
        int sum = 0;
        int before = 0;
        for (int i = 0; i < packets; i++) {
            int bytes = VideoShape.packetBytes(frame, i);
            assertTrue(bytes >= before && bytes - VideoShape.packetBytes(frame, 0) <= 1);
            before = bytes;
            sum += bytes;
        }
        assertEquals(frame, sum);
    }
}
