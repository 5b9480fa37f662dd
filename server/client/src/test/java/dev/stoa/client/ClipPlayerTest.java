package dev.stoa.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClipPlayerTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final long START = 5_000 * MILLISECOND;
    private static final int STEP = 9_000; // 100 ms at 90 kHz

    /** Five pictures, 100 ms apart; those of number 0 and 3 are key frames. */
    private static final Clip CLIP = clip();

    private final List<String> sent = new ArrayList<>();
    private final ClipPlayer player = new ClipPlayer(CLIP, START);

    private static Clip clip() {
        var frames = new ArrayList<Clip.Frame>();
        for (int i = 0; i < 5; i++) {
            frames.add(new Clip.Frame(new byte[] {(byte) i}, (long) i * STEP, i % 3 == 0));
        }
        return new Clip("VP8", 90_000, frames, 5 * STEP);
    }

    private void playUntil(long nowNanos) {
        while (player.nextTimeout() <= nowNanos) {
            player.handleTimeout(player.nextTimeout(), this::send);
        }
    }

    private void send(byte[] frame, int timestamp) {
        sent.add(frame[0] + "@" + timestamp / STEP);
    }

    @Test
    void eachFrameIsDueAtItsTimeAndTheClipBeginsAgain() {
        playUntil(START + 650 * MILLISECOND);
        assertEquals(List.of("0@0", "1@1", "2@2", "3@3", "4@4", "0@5", "1@6"), sent);
        assertEquals(START + 700 * MILLISECOND, player.nextTimeout());
    }

    @Test
    void aKeyFrameThatIsAskedForIsTheNextFrameInItsTime() {
        playUntil(START + 50 * MILLISECOND);
        player.jumpToKeyFrame();
        assertEquals(START + 100 * MILLISECOND, player.nextTimeout());
        playUntil(START + 250 * MILLISECOND);
        player.jumpToKeyFrame(); // None is left in the clip.
        playUntil(START + 450 * MILLISECOND);
        assertEquals(List.of("0@0", "3@1", "4@2", "0@3", "1@4"), sent);
    }

    @Test
    void aKeyFrameThatIsNextAnywayIsNotSkipped() {
        playUntil(START + 250 * MILLISECOND);
        player.jumpToKeyFrame();
        player.jumpToKeyFrame();
        playUntil(START + 350 * MILLISECOND);
        assertEquals(List.of("0@0", "1@1", "2@2", "3@3"), sent);
    }

    @Test
    void whoWasKeptFromPlayingGoesOnWithoutABurst() {
        player.handleTimeout(START, this::send);
        player.handleTimeout(START + 3_000 * MILLISECOND, this::send);
        assertEquals(List.of("0@0", "1@1"), sent);
        assertTrue(player.nextTimeout() > START + 3_000 * MILLISECOND);
    }

    @Test
    void theTimestampGoesOnThroughItsRollOver() {
        long rounds = (1L << 32) / (5 * STEP) + 1;
        var last = new int[] {-STEP};
        var steps = new ArrayList<Integer>();
        for (long i = 0; i < 5 * rounds; i++) {
            player.handleTimeout(player.nextTimeout(), (_, timestamp) -> {
                if (timestamp - last[0] != STEP) {
                    steps.add(timestamp - last[0]);
                }
                last[0] = timestamp;
            });
        }
        assertEquals(List.of(), steps);
    }
}
