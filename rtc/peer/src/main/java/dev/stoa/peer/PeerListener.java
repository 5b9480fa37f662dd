package dev.stoa.peer;

/** Hears what happens to a PeerConnection of a {@link PeerHost}, on the host's thread. */
@FunctionalInterface
public interface PeerListener {
    void handle(long nowNanos, PeerConnection connection, PeerEvent event);
}
