package dev.stoa.peer;

import dev.stoa.wire.Datagram;
import org.jspecify.annotations.Nullable;

/** The packets last sent of one stream, to be sent again when they are missed. */
final class PacketHistory {
    /** A second of video at 8 Mbit/s. Places get their memory when they are first needed. */
    private static final int CAPACITY = 1024;

    private static final int PLACE_BYTES = 1400;

    private final @Nullable Datagram[] places = new Datagram[CAPACITY];
    private final int[] sequenceNumbers = new int[CAPACITY];
    private final long[] sentNanos = new long[CAPACITY];

    void put(long nowNanos, int sequenceNumber, Datagram packet) {
        int at = sequenceNumber & CAPACITY - 1;
        var place = places[at];
        if (place == null) {
            place = Datagram.allocate(PLACE_BYTES);
            places[at] = place;
        }
        place.set(packet);
        sequenceNumbers[at] = sequenceNumber;
        sentNanos[at] = nowNanos;
    }

    /**
     * The packet, which counts as sent again; null when it is not kept any more, or was sent less than {@code spacingNanos}
     * ago: requests overtake what they asked for.
     */
    @Nullable Datagram takeAgain(long nowNanos, int sequenceNumber, long spacingNanos) {
        int at = sequenceNumber & CAPACITY - 1;
        var place = places[at];
        if (place == null || sequenceNumbers[at] != sequenceNumber || nowNanos - sentNanos[at] < spacingNanos) {
            return null;
        }
        sentNanos[at] = nowNanos;
        return place;
    }
}
