package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ActiveSpeakersTest {
    private static final double LOUD = 100;
    private static final double QUIET = 20;

    private final ActiveSpeakers speakers = new ActiveSpeakers();

    private boolean update(long millis, double a, double b, double c) {
        return speakers.update(millis * MILLISECOND, Map.of("a", a, "b", b, "c", c));
    }

    private void aSpeaks() {
        assertFalse(update(0, LOUD, QUIET, QUIET));
        assertFalse(update(400, LOUD, QUIET, QUIET));
        assertTrue(update(700, LOUD, QUIET, QUIET));
    }

    @Test
    void whoSpeaksForAWhileIsTheSpeaker() {
        aSpeaks();
        assertEquals(0, speakers.rank("a"));
        assertEquals(ActiveSpeakers.SILENT, speakers.rank("b"));
    }

    @Test
    void aShortSoundDoesNotCount() {
        aSpeaks();
        update(800, QUIET, LOUD, QUIET);
        update(1100, LOUD, QUIET, QUIET);
        update(1200, QUIET, LOUD, QUIET);
        assertFalse(update(1500, LOUD, QUIET, QUIET));
        assertEquals(0, speakers.rank("a"));
    }

    @Test
    void whoIsSilentStaysTheSpeakerUntilAnotherSpeaks() {
        aSpeaks();
        assertFalse(update(60_000, QUIET, QUIET, QUIET));
        assertEquals(0, speakers.rank("a"));
        update(60_250, QUIET, QUIET, LOUD);
        assertTrue(update(61_000, QUIET, QUIET, LOUD));
        assertEquals(0, speakers.rank("c"));
        assertEquals(1, speakers.rank("a"));
    }

    @Test
    void somebodyHardlyLouderDoesNotTakeOver() {
        aSpeaks();
        for (int i = 1; i < 20; i++) {
            assertFalse(update(1000 + 250 * i, LOUD, LOUD + ActiveSpeakers.MARGIN - 1, QUIET));
        }
        assertEquals(0, speakers.rank("a"));
    }

    @Test
    void whoHasLeftIsForgotten() {
        aSpeaks();
        speakers.update(5000 * MILLISECOND, Map.of("b", QUIET));
        assertEquals(ActiveSpeakers.SILENT, speakers.rank("a"));
    }
}
