package dev.stoa.turn;

/**
 * How many answers a source may have that nothing authenticates: a burst, then some a second, then silence. A source is an
 * IPv4 address or an IPv6 /64. Whoever forges addresses makes the server send to them at most that.
 *
 * <p>Memory is fixed: a table of sets of places. A source whose budget is whole again leaves no trace, so its place is free;
 * when a set has no free place, a new source gets nothing until one is. To fill the table, forgers would have to send more
 * than {@link #PLACES} packets in a fifth of a second.
 *
 * <p>A place keeps when the budget will be whole again (a "theoretical arrival time", ITU-T I.371).
 */
final class SourceBudget {
    static final int BURST = 20;
    static final int PER_SECOND = 5;
    static final int PLACES = 1 << 16;

    private static final int WAYS = 8;
    private static final long NANOS_PER_ANSWER = 1_000_000_000L / PER_SECOND;
    private static final long TOLERANCE_NANOS = (BURST - 1) * NANOS_PER_ANSWER;

    private final long seed;
    private final long[] sources = new long[PLACES];
    private final long[] wholeAtNanos = new long[PLACES];

    /** @param seed nobody may guess it, lest sources be made that share a set with somebody's */
    SourceBudget(long seed) {
        this.seed = seed;
    }

    /** Takes one answer from the source's budget; false when there is none left. */
    boolean take(long nowNanos, long high, long low) {
        long source = source(high, low);
        int free = -1;
        for (int i = first(source), end = i + WAYS; i < end; i++) {
            boolean isWhole = wholeAtNanos[i] <= nowNanos;
            if (sources[i] == source && !isWhole) {
                if (wholeAtNanos[i] - nowNanos > TOLERANCE_NANOS) {
                    return false;
                }
                wholeAtNanos[i] += NANOS_PER_ANSWER;
                return true;
            }
            if (isWhole) {
                free = i;
            }
        }
        if (free < 0) {
            return false;
        }
        sources[free] = source;
        wholeAtNanos[free] = nowNanos + NANOS_PER_ANSWER;
        return true;
    }

    /** Gives one back: the source has proved since that it is where it says, and who it is. */
    void giveBack(long nowNanos, long high, long low) {
        long source = source(high, low);
        for (int i = first(source), end = i + WAYS; i < end; i++) {
            if (sources[i] == source && wholeAtNanos[i] > nowNanos) {
                wholeAtNanos[i] -= NANOS_PER_ANSWER;
                return;
            }
        }
    }

    private static long source(long high, long low) {
        return AddressRules.isIpv4(high, low) ? low : high;
    }

    /** The first place of the source's set. */
    private int first(long source) {
        return (int) (mix(source ^ seed) & (PLACES - WAYS));
    }

    /** SplitMix64's finisher (Steele, Lea, Flood 2014). */
    static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ mixed >>> 31;
    }
}
