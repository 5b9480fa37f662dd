package dev.stoa.turn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the allocation of a client's path: open addressing, so that a lookup allocates nothing. */
final class AllocationTable {
    private static final int INITIAL_SLOTS = 64;

    private @Nullable Allocation[] slots = new Allocation[INITIAL_SLOTS];
    private int size;

    @Nullable Allocation get(int local, long high, long low, int port) {
        return slots[find(slots, local, high, low, port)];
    }

    @Nullable Allocation get(Path path) {
        return get(path.local, path.high, path.low, path.port);
    }

    void add(Allocation allocation) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        var path = allocation.path;
        slots[find(slots, path.local, path.high, path.low, path.port)] = allocation;
        size++;
    }

    void remove(Allocation allocation) {
        var path = allocation.path;
        int hole = find(slots, path.local, path.high, path.low, path.port);
        if (!Objects.equals(slots[hole], allocation)) {
            return;
        }
        size--;
        // What stands behind the hole and would not be found any more moves into it (Knuth, 6.4, algorithm R).
        int mask = slots.length - 1;
        int slot = (hole + 1) & mask;
        for (var each = slots[slot]; each != null; each = slots[slot]) {
            int home = hash(each.path) & mask;
            if ((slot - home & mask) >= (slot - hole & mask)) {
                slots[hole] = each;
                hole = slot;
            }
            slot = (slot + 1) & mask;
        }
        slots[hole] = null;
    }

    int size() {
        return size;
    }

    List<Allocation> all() {
        var all = new ArrayList<Allocation>(size);
        for (var allocation : slots) {
            if (allocation != null) {
                all.add(allocation);
            }
        }
        return all;
    }

    private void grow() {
        var larger = new Allocation[2 * slots.length];
        for (var allocation : all()) {
            var path = allocation.path;
            larger[find(larger, path.local, path.high, path.low, path.port)] = allocation;
        }
        slots = larger;
    }

    private static int find(@Nullable Allocation[] slots, int local, long high, long low, int port) {
        int mask = slots.length - 1;
        int slot = Path.hash(local, high, low, port) & mask;
        for (var each = slots[slot]; each != null && !each.path.matches(local, high, low, port); each = slots[slot]) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static int hash(Path path) {
        return Path.hash(path.local, path.high, path.low, path.port);
    }
}
