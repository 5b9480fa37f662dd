package dev.stoa.peer;

import java.util.Random;

/** Frames that a packetizer takes for encoded ones. */
final class TestFrames {
    static final int VIDEO_TICKS = 3000;
    static final int AUDIO_TICKS = 960;

    private TestFrames() {}

    /** Of any length, all different: the bytes are made from the number. */
    static byte[] vp8(int number, boolean key, int length) {
        var frame = random(number, length);
        // RFC 6386, 9.1: bit 0 is 0 for a key frame, bit 4 says shown; then a start code.
        frame[0] = (byte) (key ? 0x10 : 0x11);
        if (key) {
            frame[3] = (byte) 0x9D;
            frame[4] = 0x01;
            frame[5] = 0x2A;
        }
        return frame;
    }

    static byte[] opus(int number) {
        return random(number, 80);
    }

    private static byte[] random(int number, int length) {
        var bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        return bytes;
    }
}
