package dev.stoa.sfu;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of one media loop: written by its thread, read by any. */
@SuppressWarnings("EnumOrdinal") // the index of an array that is never stored
public final class SfuCounters {
    private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);

    public SfuCounters() {}

    public long get(Counter counter) {
        return values.getOpaque(counter.ordinal());
    }

    void count(Counter counter) {
        add(counter, 1);
    }

    /** One writer, so that nothing has to be locked. */
    void add(Counter counter, long amount) {
        values.setOpaque(counter.ordinal(), values.getPlain(counter.ordinal()) + amount);
    }
}
