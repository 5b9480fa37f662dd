package dev.stoa.rtp;

/**
 * When the sender sent a packet: 24 bits of seconds, 6.18 fixed point, modulo 64 s.
 * Source: webrtc.org/experiments/rtp-hdrext/abs-send-time.
 */
public final class AbsSendTime {
    public static final int LENGTH = 3;

    private AbsSendTime() {}

    /** The 24 bits for a moment of any clock. */
    public static int ofNanos(long nanos) {
        // Reduced modulo 64 s first, so that the product cannot overflow.
        long inCycle = Math.floorMod(nanos, 64_000_000_000L);
        return (int) ((inCycle << 18) / 1_000_000_000L) & 0xFF_FFFF;
    }

    /** 0 to 64 s in nanoseconds. */
    public static long toNanos(int bits) {
        return ((bits & 0xFF_FFFFL) * 1_000_000_000L) >> 18;
    }
}
