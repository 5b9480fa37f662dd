package dev.stoa.wire;

/** Arithmetic of numbers that wrap around (RFC 1982): RTP sequence numbers and timestamps, SCTP TSNs. */
public final class SerialNumber {
    private SerialNumber() {}

    /** Whether the 16-bit number {@code a} is newer than {@code b}. Of two half a circle apart neither is. */
    public static boolean isNewer16(int a, int b) {
        return (short) (a - b) > 0;
    }

    /** How far the 16-bit number {@code a} is ahead of {@code b}: -32768 to 32767. */
    public static int difference16(int a, int b) {
        return (short) (a - b);
    }

    /** Whether the 32-bit number {@code a} is newer than {@code b}. */
    public static boolean isNewer32(int a, int b) {
        return a - b > 0;
    }

    /** How far the 32-bit number {@code a} is ahead of {@code b}. */
    public static int difference32(int a, int b) {
        return a - b;
    }

    /**
     * The extended number, wraps counted, that is nearest to {@code reference} and whose low 16 bits are {@code number}
     * (RFC 3711, 3.3.1, for packet indices). May be negative for a number older than the first.
     */
    public static long extend16(long reference, int number) {
        return reference + difference16(number, (int) reference);
    }

    /** The same for 32 bits. */
    public static long extend32(long reference, int number) {
        return reference + difference32(number, (int) reference);
    }
}
