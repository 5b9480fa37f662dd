package dev.stoa.rtp;

/**
 * How loud the audio in a packet is (RFC 6464, 3): one byte, V(1) level(7), the level in -dBov: 0 is the loudest, 127
 * silence. In the two-byte form a second byte may follow, which is padding.
 */
public final class AudioLevel {
    public static final int LENGTH = 1;
    public static final int SILENCE = 127;

    private AudioLevel() {}

    /** 0 (loudest) to 127 (silence). */
    public static int level(int octet) {
        return octet & 0x7F;
    }

    /** Whether the sender believes that there is voice. */
    public static boolean voice(int octet) {
        return (octet & 0x80) != 0;
    }

    public static int octet(boolean voice, int level) {
        if (level < 0 || level > SILENCE) {
            throw new IllegalArgumentException("an audio level is 0 to 127, not " + level);
        }
        return level | (voice ? 0x80 : 0);
    }
}
