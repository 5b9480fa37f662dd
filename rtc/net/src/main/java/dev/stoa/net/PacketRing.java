package dev.stoa.net;

import dev.stoa.wire.Datagram;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A bounded ring of packets from any number of threads to one; they are copied in. Its memory is freed when nobody refers to
 * it any more, for a writer may still be at it when its reader has ended.
 *
 * <p>Each slot has a number that says whose turn it is: {@code n} for the n-th writing, {@code n + 1} for its reading (the
 * bounded queue of Dmitry Vyukov).
 */
final class PacketRing {
    private final int mask;
    private final Datagram[] slots;
    private final RemoteAddress[] remotes;
    private final int[] locals;
    private final AtomicLongArray turns;
    private final AtomicLong tail = new AtomicLong();
    private volatile long head;

    /** @param capacity rounded up to a power of two */
    PacketRing(int capacity, int slotBytes) {
        int size = Integer.highestOneBit(Math.max(1, capacity * 2 - 1));
        this.mask = size - 1;
        this.slots = Datagram.slots(Arena.ofAuto(), size, slotBytes);
        this.remotes = new RemoteAddress[size];
        Arrays.setAll(remotes, i -> new RemoteAddress());
        this.locals = new int[size];
        this.turns = new AtomicLongArray(size);
        for (int i = 0; i < size; i++) {
            turns.set(i, i);
        }
    }

    /** False when it is full or the packet too long. */
    boolean offer(int local, RemoteAddress remote, Datagram packet) {
        if (packet.length() > slots[0].capacity()) {
            return false;
        }
        long at;
        do {
            at = tail.get();
            // The slot still has an older packet, unless another writer was faster.
            if (turns.get((int) at & mask) != at && tail.get() == at) {
                return false;
            }
        } while (!tail.compareAndSet(at, at + 1));
        int slot = (int) at & mask;
        slots[slot].set(packet);
        remotes[slot].set(remote);
        locals[slot] = local;
        turns.setRelease(slot, at + 1);
        return true;
    }

    /** Whether nothing is in it, nor being put in. */
    boolean isEmpty() {
        return tail.get() == head;
    }

    /** The slot of the next packet, to be given back with {@link #release}, or -1. Only for the one reader. */
    int poll() {
        long at = head;
        int slot = (int) at & mask;
        return turns.getAcquire(slot) == at + 1 ? slot : -1;
    }

    Datagram packet(int slot) {
        return slots[slot];
    }

    RemoteAddress remote(int slot) {
        return remotes[slot];
    }

    int local(int slot) {
        return locals[slot];
    }

    void release(int slot) {
        long at = head;
        turns.setRelease(slot, at + mask + 1);
        head = at + 1;
    }

    int capacity() {
        return mask + 1;
    }
}
