package dev.stoa.peer;

import dev.stoa.wire.Datagram;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Protected packets until they are polled. Places are used again. */
final class OutgoingPackets {
    /** Several key frames. */
    private static final int CAPACITY = 2048;

    private static final int PLACE_BYTES = 1500;

    private final ArrayDeque<Datagram> waiting = new ArrayDeque<>();
    private final ArrayDeque<Datagram> free = new ArrayDeque<>();

    /** A place to be filled and {@link #add added}; null when too many wait. */
    @Nullable Datagram nextPlace() {
        if (waiting.size() == CAPACITY) {
            return null;
        }
        var place = free.poll();
        return place != null ? place : Datagram.allocate(PLACE_BYTES);
    }

    void add(Datagram filled) {
        waiting.add(filled);
    }

    /** False when there is none. */
    boolean poll(Datagram target) {
        var next = waiting.poll();
        if (next == null) {
            return false;
        }
        target.set(next);
        free.add(next);
        return true;
    }

    void clear() {
        free.addAll(waiting);
        waiting.clear();
    }
}
