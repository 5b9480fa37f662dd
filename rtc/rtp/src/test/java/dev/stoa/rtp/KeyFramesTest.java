package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyFramesTest {
    @Test
    void vp8SaysItInTheFirstBit() {
        assertTrue(KeyFrames.isVp8(bytes("10 02 00 9d 01 2a")));
        assertFalse(KeyFrames.isVp8(bytes("11 02 00")));
    }

    @Test
    void vp9SaysItBehindItsProfile() {
        // frame_marker 2, profile 0, show_existing_frame 0, frame_type 0; then the sync code.
        assertTrue(KeyFrames.isVp9(bytes("82 49 83 42")));
        assertFalse(KeyFrames.isVp9(bytes("86 00")), "an inter frame");
        assertFalse(KeyFrames.isVp9(bytes("88")), "shows an existing frame");
        assertTrue(KeyFrames.isVp9(bytes("b0 24 c1 a1")), "profile 3 has a reserved bit more");
        assertFalse(KeyFrames.isVp9(bytes("b2 00")), "an inter frame of profile 3");
        assertFalse(KeyFrames.isVp9(bytes("42 49")), "no frame marker");
    }

    @Test
    void h264SaysItByAnIdrSlice() {
        assertTrue(KeyFrames.isH264(bytes("00 00 00 01 67 42 00 00 01 68 ce 00 00 01 65 88")));
        assertFalse(KeyFrames.isH264(bytes("00 00 01 41 9a")));
    }

    @Test
    void av1SaysItByASequenceHeader() {
        // A temporal delimiter, then a sequence header of three bytes.
        assertTrue(KeyFrames.isAv1(bytes("12 00 0a 03 00 00 00")));
        assertFalse(KeyFrames.isAv1(bytes("12 00 32 02 10 00")), "a frame alone");
        assertFalse(KeyFrames.isAv1(bytes("32 ff ff 0a 01")), "longer than it is");
    }

    @Test
    void nonsenseIsNoneAndNeverThrows() {
        var random = new Random(6386);
        for (int i = 0; i < 100_000; i++) {
            var bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            var answers = List.of(
                    KeyFrames.isVp8(bytes), KeyFrames.isVp9(bytes), KeyFrames.isH264(bytes), KeyFrames.isAv1(bytes));
            assertTrue(bytes.length > 0 || !answers.contains(true), "nothing is no key frame");
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.ofDelimiter(" ").parseHex(hex);
    }
}
