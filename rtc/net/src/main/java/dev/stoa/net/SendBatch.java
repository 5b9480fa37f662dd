package dev.stoa.net;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.lang.foreign.Arena;

/**
 * Packets on their way out, grouped in bursts: a burst has one destination and one contiguous area of native memory, in
 * which its packets stand one behind the other. Packets of equal size, the last may be shorter, leave as one message
 * that the kernel cuts (UDP_SEGMENT), which is why a caller should write all that is due for a destination in one burst.
 *
 * <p>Calling contract: only within {@link DatagramHandler#pollTransmit}. {@link #begin} gives the area; each packet is
 * written at {@link #position} and closed by {@link #append}; {@link #hasRoom} says whether another one fits, else
 * {@link #end} and begin again. Nothing fails for lack of space: a full batch is sent at once. Packets of one burst, and
 * bursts of one socket, leave in their order. What the kernel does not take is dropped and counted, see {@link Counter}.
 */
public final class SendBatch {
    /** Bursts that leave together. */
    static final int AREAS = 64;

    /** As long as the longest frame by TCP, and longer than any UDP packet. */
    static final int AREA_BYTES = 1 << 16;

    /** Twice what the kernel cuts at once. */
    static final int PACKETS_PER_AREA = 128;

    private final Runnable flush;
    private final Datagram[] ownAreas;
    /** Of each burst: one of the above, or the caller's. */
    private final Datagram[] areas;

    final int[] locals = new int[AREAS];
    final long[] highs = new long[AREAS];
    final long[] lows = new long[AREAS];
    final int[] ports = new int[AREAS];
    private final int[] counts = new int[AREAS];
    private final int[] lengths = new int[AREAS * PACKETS_PER_AREA];
    private int bursts;
    private boolean open;
    private int position;

    SendBatch(Arena arena, Runnable flush) {
        this.ownAreas = Datagram.slots(arena, AREAS, AREA_BYTES);
        this.areas = ownAreas.clone();
        this.flush = flush;
    }

    /** Begins a burst and gives its area: a datagram of 64 KiB. */
    public Datagram begin(int local, TransportAddress remote) {
        return begin(local, remote.high(), remote.low(), remote.port());
    }

    public Datagram begin(int local, RemoteAddress remote) {
        return begin(local, remote.high(), remote.low(), remote.port());
    }

    /**
     * Begins a burst of packets that stand in {@code area} already, one behind the other from its first byte on, at most 64
     * KiB. They are sent from there: it is not to be written before the handler is called again.
     */
    public void begin(int local, RemoteAddress remote, Datagram area) {
        begin(local, remote.high(), remote.low(), remote.port());
        areas[bursts] = area;
    }

    /**
     * @param local the socket or TCP connection to send by
     * @param high the first 64 bits of the destination's IPv6 or IPv4-mapped address; of no meaning by TCP
     * @param low the last 64 bits
     */
    public Datagram begin(int local, long high, long low, int port) {
        if (open) {
            throw new IllegalStateException("the burst before has not ended");
        }
        if (bursts == AREAS) {
            flush.run();
        }
        locals[bursts] = local;
        highs[bursts] = high;
        lows[bursts] = low;
        ports[bursts] = port;
        counts[bursts] = 0;
        position = 0;
        open = true;
        var area = ownAreas[bursts];
        area.setLength(AREA_BYTES);
        areas[bursts] = area;
        return area;
    }

    /** Where in the area the next packet begins. */
    public int position() {
        return position;
    }

    /** Whether a packet of up to {@code bytes} still fits in the burst. */
    public boolean hasRoom(int bytes) {
        return open && position + bytes <= AREA_BYTES && counts[bursts] < PACKETS_PER_AREA;
    }

    /** The {@code length} bytes at {@link #position} are a packet; the next one begins behind it. */
    public void append(int length) {
        if (!open) {
            throw new IllegalStateException("no burst has begun");
        }
        if (length <= 0 || !hasRoom(length)) {
            throw new IllegalArgumentException("a packet of " + length + " bytes at " + position);
        }
        lengths[bursts * PACKETS_PER_AREA + counts[bursts]++] = length;
        position += length;
    }

    /** Ends the burst; one without a packet is forgotten. */
    public void end() {
        if (!open) {
            throw new IllegalStateException("no burst has begun");
        }
        open = false;
        if (counts[bursts] > 0) {
            bursts++;
        }
    }

    /** A burst of one packet. */
    public void send(int local, TransportAddress remote, Datagram packet) {
        begin(local, remote).put(0, packet, 0, packet.length());
        append(packet.length());
        end();
    }

    public void send(int local, RemoteAddress remote, Datagram packet) {
        begin(local, remote).put(0, packet, 0, packet.length());
        append(packet.length());
        end();
    }

    public void send(int local, TransportAddress remote, byte[] packet) {
        begin(local, remote).put(0, packet, 0, packet.length);
        append(packet.length);
        end();
    }

    public void send(int local, RemoteAddress remote, byte[] packet) {
        begin(local, remote).put(0, packet, 0, packet.length);
        append(packet.length);
        end();
    }

    int bursts() {
        return bursts;
    }

    Datagram area(int burst) {
        return areas[burst];
    }

    boolean isIpv4(int burst) {
        return highs[burst] == 0 && lows[burst] >>> 32 == 0xFFFF;
    }

    int packets(int burst) {
        return counts[burst];
    }

    int length(int burst, int packet) {
        return lengths[burst * PACKETS_PER_AREA + packet];
    }

    /** Forgets all, an open burst too: one may be left by a handler that threw. */
    void clear() {
        bursts = 0;
        open = false;
    }
}
