package dev.stoa.loop;

import dev.stoa.net.RemoteAddress;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to a path: the local socket and the remote address that a packet came by. Open addressing over
 * primitives, so a lookup allocates nothing. Only paths that ICE has validated are entered, and those that it has forgotten
 * are removed, which bounds its size.
 */
final class AddressMap<V> {
    private static final int INITIAL_SLOTS = 64;

    private Object[] values = new Object[INITIAL_SLOTS];
    private RemoteAddress[] remotes = new RemoteAddress[INITIAL_SLOTS];
    private int[] locals = new int[INITIAL_SLOTS];
    private int size;

    @SuppressWarnings("unchecked")
    @Nullable V get(int local, RemoteAddress remote) {
        return (V) values[find(local, remote)];
    }

    void put(int local, RemoteAddress remote, V value) {
        if (2 * (size + 1) > values.length) {
            rebuild(2 * values.length, _ -> true);
        }
        int slot = find(local, remote);
        if (values[slot] == null) {
            size++;
            locals[slot] = local;
            remotes[slot] = new RemoteAddress();
            remotes[slot].set(remote);
        }
        values[slot] = value;
    }

    /** One that changes by itself. */
    AddressMap<V> copy() {
        var copy = new AddressMap<V>();
        copy.values = values.clone();
        copy.remotes = remotes.clone(); // what they hold never changes
        copy.locals = locals.clone();
        copy.size = size;
        return copy;
    }

    /** Forgets a path if it is {@code value}'s. */
    @SuppressWarnings("ReferenceEquality") // that very one
    void remove(int local, RemoteAddress remote, V value) {
        int hole = find(local, remote);
        if (values[hole] != value) {
            return;
        }
        // What stands behind the hole and would not be found any more moves into it (Knuth, 6.4, algorithm R).
        int mask = values.length - 1;
        for (int slot = hole + 1 & mask; values[slot] != null; slot = slot + 1 & mask) {
            int home = slotOf(locals[slot], remotes[slot]);
            if ((slot - home & mask) >= (slot - hole & mask)) {
                values[hole] = values[slot];
                remotes[hole] = remotes[slot];
                locals[hole] = locals[slot];
                hole = slot;
            }
        }
        values[hole] = null;
        remotes[hole] = null;
        size--;
    }

    /** Forgets all paths of {@code value}. */
    @SuppressWarnings("ReferenceEquality") // that very one
    void removeAll(V value) {
        rebuild(values.length, slot -> values[slot] != value);
    }

    /** Forgets all paths by a socket or connection that is gone. */
    void removeLocal(int local) {
        rebuild(values.length, slot -> locals[slot] != local);
    }

    int size() {
        return size;
    }

    private void rebuild(int slots, IntPredicate kept) {
        var oldValues = values;
        var oldRemotes = remotes;
        var oldLocals = locals;
        var keeps = new BitSet(oldValues.length);
        for (int i = 0; i < oldValues.length; i++) {
            keeps.set(i, oldValues[i] != null && kept.test(i));
        }
        values = new Object[slots];
        remotes = new RemoteAddress[slots];
        locals = new int[slots];
        size = 0;
        keeps.stream().forEach(i -> move(oldLocals[i], oldRemotes[i], oldValues[i]));
    }

    private void move(int local, RemoteAddress remote, Object value) {
        int slot = find(local, remote);
        values[slot] = value;
        remotes[slot] = remote;
        locals[slot] = local;
        size++;
    }

    /** Where the path is, or the free slot where it would be. */
    private int find(int local, RemoteAddress remote) {
        int mask = values.length - 1;
        int slot = slotOf(local, remote);
        while (values[slot] != null && !(locals[slot] == local && remotes[slot].matches(remote))) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Where the path would be if nothing else were there. */
    private int slotOf(int local, RemoteAddress remote) {
        return (int) (remote.hash() + local) & values.length - 1;
    }
}
