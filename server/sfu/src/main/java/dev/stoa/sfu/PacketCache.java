package dev.stoa.sfu;

import dev.stoa.wire.Datagram;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last packets of one stream, in native memory that it owns: a ring in the order of arrival.
 *
 * <p>Calling contract: a packet is written into {@link #nextSlot}, then either {@link #add}ed or not, in which case the
 * same slot is handed out again. An index is good until {@code capacity - 1} packets were added after it; what is asked
 * for later is null, never another packet. {@link #close} by the thread that created it; no slot is used after that.
 */
final class PacketCache implements AutoCloseable {
    private static final long NONE = Long.MIN_VALUE;

    private final Arena arena = Arena.ofConfined();
    private final Datagram[] slots;
    private final int mask;
    private final int slotCapacity;
    /** By index: the extended sequence number. */
    private final long[] sequenceNumbers;
    /** By extended sequence number: the index. */
    private final long[] indices;
    /** The index of the slot that is handed out. */
    private long next;

    /** @param count a power of two */
    PacketCache(int count, int slotCapacity) {
        if (count < 2 || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(count + " slots");
        }
        this.slotCapacity = slotCapacity;
        slots = Datagram.slots(arena, count, slotCapacity);
        mask = count - 1;
        sequenceNumbers = new long[count];
        indices = new long[count];
        Arrays.fill(sequenceNumbers, NONE);
        Arrays.fill(indices, -1);
    }

    int capacity() {
        return slots.length;
    }

    long bytes() {
        return (long) slots.length * slotCapacity;
    }

    Datagram nextSlot() {
        return slots[(int) next & mask];
    }

    /** Keeps what {@link #nextSlot} holds and returns its index. */
    long add(long sequenceNumber) {
        int at = (int) next & mask;
        sequenceNumbers[at] = sequenceNumber;
        indices[(int) sequenceNumber & mask] = next;
        return next++;
    }

    /** The index of the packet with this extended sequence number, -1 when it is not here. */
    long indexOf(long sequenceNumber) {
        long index = indices[(int) sequenceNumber & mask];
        return holds(index) && sequenceNumbers[(int) index & mask] == sequenceNumber ? index : -1;
    }

    /** Null when its slot was given to another packet. */
    @Nullable Datagram get(long index) {
        return holds(index) ? slots[(int) index & mask] : null;
    }

    /** The extended sequence number of a packet that is here. */
    long sequenceNumber(long index) {
        if (!holds(index)) {
            throw new IllegalArgumentException("stale index " + index);
        }
        return sequenceNumbers[(int) index & mask];
    }

    /** The slot of {@code next} itself is being written. */
    private boolean holds(long index) {
        return index >= 0 && index < next && next - index < slots.length;
    }

    @Override
    public void close() {
        arena.close();
    }
}
