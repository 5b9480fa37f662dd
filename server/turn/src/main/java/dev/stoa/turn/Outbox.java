package dev.stoa.turn;

import dev.stoa.wire.Datagram;
import java.util.Arrays;

/**
 * Packets on their way out, collected by destination in their order, so that all that is due for one leaves in one burst.
 *
 * <p>Calling contract of the one that sends: {@link #next} goes to the next destination while there is one; {@link #local},
 * {@link #high}, {@link #low} and {@link #port} say which it is, {@link #nextPacket} goes through its packets until it says
 * -1, {@link #copyTo} copies each. After the last destination the box is empty.
 */
public final class Outbox {
    /** What all packets of a round may need; only what is used is touched. */
    private static final int BYTES = 8 << 20;

    private static final int PACKETS = 1 << 14;

    private final TurnCounters counters;
    private final Datagram slab = Datagram.allocate(BYTES);
    private final int[] offsets = new int[PACKETS];
    private final int[] lengths = new int[PACKETS];
    private final int[] following = new int[PACKETS];
    private Path[] destinations = new Path[256];
    private int count;
    private int packets;
    private int bytes;

    // Where the sender is.
    private int at;
    private Path current = new Path(0, 0, 0, 0, false);
    private int packet;
    private int left;
    private int copied;

    Outbox(TurnCounters counters) {
        this.counters = counters;
        slab.setLength(BYTES);
    }

    /** Where a packet of up to {@code length} bytes may be written, to be closed by {@link #commit}; -1 when all is full. */
    int reserve(int length) {
        if (packets == PACKETS || bytes + length > BYTES) {
            counters.add(TurnCounters.Kind.DROPPED_OVERFLOW);
            return -1;
        }
        return bytes;
    }

    Datagram slab() {
        return slab;
    }

    /** What was written at the place of {@link #reserve} is a packet to {@code destination}. */
    void commit(Path destination, int length) {
        offsets[packets] = bytes;
        lengths[packets] = length;
        if (destination.packets == 0) {
            if (count == destinations.length) {
                destinations = Arrays.copyOf(destinations, 2 * count);
            }
            destinations[count++] = destination;
            destination.firstPacket = packets;
        } else {
            following[destination.lastPacket] = packets;
        }
        destination.lastPacket = packets++;
        destination.packets++;
        bytes = (bytes + length + 7) & -8;
    }

    /** Copies a whole packet in. */
    void add(Path destination, Datagram source, int from, int length) {
        int to = reserve(length);
        if (to >= 0) {
            slab.put(to, source, from, length);
            commit(destination, length);
        }
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public boolean next() {
        if (at == count) {
            Arrays.fill(destinations, 0, count, null);
            count = 0;
            packets = 0;
            bytes = 0;
            at = 0;
            return false;
        }
        current = destinations[at++];
        packet = current.firstPacket;
        left = current.packets;
        current.packets = 0;
        return true;
    }

    /** The socket, or stream, by which to send. */
    public int local() {
        return current.local;
    }

    /** Whether it is a stream. */
    public boolean isStream() {
        return current.isStream;
    }

    /** The first 64 bits of the destination's IPv6 or IPv4-mapped address. */
    public long high() {
        return current.high;
    }

    public long low() {
        return current.low;
    }

    public int port() {
        return current.port;
    }

    /** The length of the next packet to the destination, or -1 after the last. */
    public int nextPacket() {
        if (left == 0) {
            return -1;
        }
        left--;
        copied = packet;
        packet = following[packet];
        return lengths[copied];
    }

    /** Copies the packet that {@link #nextPacket} went to. */
    public void copyTo(Datagram target, int to) {
        target.put(to, slab, offsets[copied], lengths[copied]);
    }

    public byte[] copy() {
        return slab.toArray(offsets[copied], lengths[copied]);
    }
}
