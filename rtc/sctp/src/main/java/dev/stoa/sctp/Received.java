package dev.stoa.sctp;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Which TSNs have come (RFC 9260, 6.2), extended. */
final class Received {
    /** What a SACK tells of TSNs that came again. */
    private static final int MAX_DUPLICATES = 32;

    private static final int MAX_OFFSET = 0xFFFF;

    private long cumulative;
    /** Blocks beyond it: the last TSN of each by its first. They never touch. */
    private final TreeMap<Long, Long> blocks = new TreeMap<>();

    private final List<Integer> duplicates = new ArrayList<>();

    Received(int initialTsn) {
        cumulative = Integer.toUnsignedLong(initialTsn) + (1L << 32) - 1;
    }

    long cumulativeTsn() {
        return cumulative;
    }

    long extend(int tsn) {
        return cumulative + (tsn - (int) cumulative);
    }

    boolean hasGaps() {
        return !blocks.isEmpty();
    }

    boolean hasDuplicates() {
        return !duplicates.isEmpty();
    }

    /** The highest that came. */
    long highest() {
        return blocks.isEmpty() ? cumulative : blocks.lastEntry().getValue();
    }

    boolean contains(long tsn) {
        var block = blocks.floorEntry(tsn);
        return tsn <= cumulative || (block != null && tsn <= block.getValue());
    }

    /** Whether a SACK could tell of it. */
    boolean isInReach(long tsn) {
        return tsn - cumulative <= MAX_OFFSET;
    }

    void addDuplicate(long tsn) {
        if (duplicates.size() < MAX_DUPLICATES) {
            duplicates.add((int) tsn);
        }
    }

    void add(long tsn) {
        long first = tsn;
        long last = tsn;
        var before = blocks.floorEntry(tsn);
        if (before != null && before.getValue() == tsn - 1) {
            first = before.getKey();
        }
        var after = blocks.get(tsn + 1);
        if (after != null) {
            last = after;
            blocks.remove(tsn + 1);
        }
        blocks.put(first, last);
        close();
    }

    /** Everything up to {@code tsn} counts as having come. */
    void forward(long tsn) {
        if (tsn <= cumulative) {
            return;
        }
        cumulative = tsn;
        while (!blocks.isEmpty() && blocks.firstKey() <= cumulative) {
            cumulative = Math.max(cumulative, blocks.pollFirstEntry().getValue());
        }
        close();
    }

    private void close() {
        while (!blocks.isEmpty() && blocks.firstKey() == cumulative + 1) {
            cumulative = blocks.pollFirstEntry().getValue();
        }
    }

    /** Writes what has come, and forgets the duplicates. */
    void write(PacketWriter writer, long window) {
        var gaps = new ArrayList<Integer>();
        for (var block : blocks.entrySet()) {
            gaps.add((int) (block.getKey() - cumulative));
            gaps.add((int) (block.getValue() - cumulative));
        }
        writer.sack((int) cumulative, window, gaps, duplicates);
        duplicates.clear();
    }
}
