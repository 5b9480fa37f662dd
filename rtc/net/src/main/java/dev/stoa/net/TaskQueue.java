package dev.stoa.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from any number of threads to one. A task whose {@link #offer} said true is always delivered, also when
 * the queue is closed meanwhile: closing only keeps further ones out.
 */
final class TaskQueue {
    /** This bit of the tail says that the queue is closed. */
    private static final long CLOSED = Long.MIN_VALUE;

    private final AtomicReferenceArray<@Nullable Task> slots;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();
    private final int mask;

    TaskQueue(int capacity) {
        int size = Integer.highestOneBit(Math.max(1, capacity * 2 - 1));
        this.slots = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
    }

    boolean offer(Task task) {
        long at;
        do {
            at = tail.get();
            if (at < 0 || at - head.get() > mask) {
                return false;
            }
        } while (!tail.compareAndSet(at, at + 1));
        slots.setRelease((int) at & mask, task);
        return true;
    }

    /** The next task, or null: none, or the one that is next is still being put in its place. Only for the one reader. */
    @Nullable Task poll() {
        long at = head.getPlain();
        int slot = (int) at & mask;
        var task = slots.getAcquire(slot);
        if (task != null) {
            slots.setPlain(slot, null);
            head.setRelease(at + 1);
        }
        return task;
    }

    /** Whether nothing is queued, nor being queued. */
    boolean isEmpty() {
        return (tail.get() & ~CLOSED) == head.get();
    }

    void close() {
        tail.getAndUpdate(at -> at | CLOSED);
    }

    boolean isClosed() {
        return tail.get() < 0;
    }
}
