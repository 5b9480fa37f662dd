package dev.stoa.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The open sockets by handle and by id. Handles are used again at once, ids after 2048 others: an id is a generation above
 * a handle, and negative for a TCP connection.
 */
final class Endpoints {
    private static final int HANDLE_BITS = 20;
    private static final int HANDLES = 1 << HANDLE_BITS;
    private static final int GENERATIONS = 1 << 11;
    private static final int TCP = Integer.MIN_VALUE;

    /** Volatile, so that another thread finds in a larger one what was there before. */
    private volatile @Nullable Endpoint[] byHandle = new Endpoint[64];

    private int generation;

    static boolean isTcp(int id) {
        return id < 0;
    }

    int newUdpId(int handle) {
        if (handle >= HANDLES) {
            throw new IllegalArgumentException("more than " + HANDLES + " files are open");
        }
        generation = (generation + 1) % GENERATIONS;
        return generation << HANDLE_BITS | handle;
    }

    int newTcpId(int handle) {
        return newUdpId(handle) | TCP;
    }

    void add(Endpoint endpoint) {
        int handle = endpoint.handle();
        if (handle >= byHandle.length) {
            byHandle = Arrays.copyOf(byHandle, Math.max(2 * byHandle.length, handle + 1));
        }
        byHandle[handle] = endpoint;
    }

    void remove(Endpoint endpoint) {
        byHandle[endpoint.handle()] = null;
    }

    boolean isOpen(Endpoint endpoint) {
        return find(endpoint.id()) != null;
    }

    @Nullable Endpoint at(int handle) {
        return handle < byHandle.length ? byHandle[handle] : null;
    }

    @Nullable Endpoint find(int id) {
        var endpoint = at(id & (HANDLES - 1));
        return endpoint != null && endpoint.id() == id ? endpoint : null;
    }

    /** For walks over all: handles are below this. */
    int handles() {
        return byHandle.length;
    }
}
