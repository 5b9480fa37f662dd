package dev.stoa.srtp;

import org.jspecify.annotations.Nullable;

/** A map from SSRCs to their state that looks up without garbage: open addressing, at most half full, nothing is removed. */
final class SsrcTable<S> {
    private int[] keys = new int[8];
    private @Nullable Object[] values = new Object[8];
    private int size;

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    @Nullable S find(int ssrc) {
        return (S) values[slot(ssrc)];
    }

    void put(int ssrc, S state) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int slot = slot(ssrc);
        if (values[slot] == null) {
            size++;
        }
        keys[slot] = ssrc;
        values[slot] = state;
    }

    /** Where it is, or the free slot where it belongs. */
    private int slot(int ssrc) {
        int mask = keys.length - 1;
        int slot = ((ssrc * 0x9E3779B9) >>> 16) & mask;
        while (values[slot] != null && keys[slot] != ssrc) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            var value = oldValues[i];
            if (value != null) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = value;
            }
        }
    }
}
