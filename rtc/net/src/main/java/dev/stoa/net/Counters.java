package dev.stoa.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** One long for each {@link Counter}: written by one thread with plain cost, read by any. */
@SuppressWarnings("EnumOrdinal") // an index within this object only
final class Counters {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Counter.values().length];

    void add(Counter counter, long amount) {
        int at = counter.ordinal();
        LONGS.setOpaque(values, at, values[at] + amount);
    }

    /** For counters that several threads write. */
    void addShared(Counter counter, long amount) {
        var _ = (long) LONGS.getAndAdd(values, counter.ordinal(), amount);
    }

    long get(Counter counter) {
        return (long) LONGS.getOpaque(values, counter.ordinal());
    }
}
