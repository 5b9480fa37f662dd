package dev.stoa.turn;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** From a socket's number to what it stands for: open addressing, so that a lookup allocates nothing. */
final class IntMap<V> {
    private static final int INITIAL_SLOTS = 64;

    private int[] keys = new int[INITIAL_SLOTS];
    private @Nullable Object[] values = new Object[INITIAL_SLOTS];
    private int size;

    @SuppressWarnings("unchecked")
    @Nullable V get(int key) {
        return (V) values[find(key)];
    }

    void put(int key, V value) {
        if (2 * (size + 1) > values.length) {
            grow();
        }
        int slot = find(key);
        if (values[slot] == null) {
            size++;
        }
        keys[slot] = key;
        values[slot] = value;
    }

    void remove(int key) {
        int hole = find(key);
        if (values[hole] == null) {
            return;
        }
        size--;
        // What stands behind the hole and would not be found any more moves into it (Knuth, 6.4, algorithm R).
        int mask = values.length - 1;
        for (int slot = (hole + 1) & mask; values[slot] != null; slot = (slot + 1) & mask) {
            if ((slot - slotOf(keys[slot]) & mask) >= (slot - hole & mask)) {
                values[hole] = values[slot];
                keys[hole] = keys[slot];
                hole = slot;
            }
        }
        values[hole] = null;
    }

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    void forEach(Consumer<V> action) {
        for (var value : values) {
            if (value != null) {
                action.accept((V) value);
            }
        }
    }

    private void grow() {
        var oldKeys = keys;
        var oldValues = values;
        keys = new int[2 * oldKeys.length];
        values = new Object[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = find(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private int find(int key) {
        int mask = values.length - 1;
        int slot = slotOf(key);
        while (values[slot] != null && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int slotOf(int key) {
        return (int) (SourceBudget.mix(key) & values.length - 1);
    }
}
