package dev.stoa.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    @Test
    void knowsWhatCameAndWhatIsTooOld() {
        var window = new ReplayWindow(64);
        assertTrue(window.isFresh(0));
        window.add(100);
        assertFalse(window.isFresh(100));
        assertTrue(window.isFresh(37));
        assertFalse(window.isFresh(36));
        assertEquals(100, window.highest());
    }

    @Test
    void agreesWithASetOfEverythingThatCame() {
        long seed = 3711;
        var random = new Random(seed);
        var window = new ReplayWindow(128);
        var seen = new HashSet<Long>();
        long highest = 0;
        for (int i = 0; i < 100_000; i++) {
            long index = Math.max(0, highest + random.nextInt(random.nextInt(10) == 0 ? 400 : 4) - random.nextInt(200));
            boolean expected = !seen.contains(index) && highest - index < 128;
            assertEquals(expected, window.isFresh(index), "seed " + seed + ", step " + i);
            if (expected) {
                window.add(index);
                seen.add(index);
                highest = Math.max(highest, index);
            }
        }
    }

    @Test
    void refusesASizeThatIsNoPowerOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(100));
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(32));
    }
}
