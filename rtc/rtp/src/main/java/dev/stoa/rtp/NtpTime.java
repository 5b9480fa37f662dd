package dev.stoa.rtp;

/**
 * NTP timestamps as RTCP has them (RFC 3550, 4): 64 bits of seconds since 1900 in 32.32 fixed point, or their middle 32
 * bits. The wall clock is a parameter: nanoseconds since 1970, which a caller makes of its {@code nowNanos} and an offset
 * it measured once, so that steps of the system's clock do not show.
 */
public final class NtpTime {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Seconds from 1900 to 1970. */
    private static final long EPOCH_OFFSET_SECONDS = 2_208_988_800L;

    private NtpTime() {}

    /** The 64 bits for a moment in nanoseconds since 1970. */
    public static long ofEpochNanos(long epochNanos) {
        long seconds = Math.floorDiv(epochNanos, NANOS_PER_SECOND);
        long fraction = (Math.floorMod(epochNanos, NANOS_PER_SECOND) << 32) / NANOS_PER_SECOND;
        return (seconds + EPOCH_OFFSET_SECONDS) << 32 | fraction;
    }

    /**
     * Nanoseconds since 1970. Seconds whose top bit is clear are taken to be after 2036, when they wrap (RFC 4330, 3).
     */
    public static long toEpochNanos(long ntp) {
        long seconds = ntp >>> 32;
        if (seconds < 0x8000_0000L) {
            seconds += 1L << 32;
        }
        return (seconds - EPOCH_OFFSET_SECONDS) * NANOS_PER_SECOND + toNanos(ntp & 0xFFFF_FFFFL);
    }

    /** The middle 32 bits: seconds in 16.16 fixed point, as LSR has them. */
    public static int compact(long ntp) {
        return (int) (ntp >>> 16);
    }

    /** A duration in units of 1/65536 s, as DLSR has it; what does not fit 32 bits is the most that does. */
    public static long ofNanos(long nanos) {
        long seconds = nanos / NANOS_PER_SECOND;
        if (seconds > 0xFFFF) {
            return 0xFFFF_FFFFL;
        }
        return seconds << 16 | ((nanos % NANOS_PER_SECOND) << 16) / NANOS_PER_SECOND;
    }

    /** Nanoseconds of a duration in units of 1/65536 s. */
    public static long compactToNanos(long units) {
        return (units * NANOS_PER_SECOND) >> 16;
    }

    private static long toNanos(long fraction) {
        return (fraction * NANOS_PER_SECOND) >>> 32;
    }
}
