package dev.stoa.client;

/** Hears what happens in a room, on the thread of the {@link dev.stoa.peer.PeerHost}; must not block. */
@FunctionalInterface
public interface RoomListener {
    void handle(long nowNanos, RoomClient client, RoomEvent event);
}
