package dev.stoa.load;

import dev.stoa.dtls.DtlsRole;

/** Joins peers to rooms of a server. Its methods block, and are called on virtual threads, several at a time. */
interface Signaling extends AutoCloseable {
    /**
     * What a server has agreed to.
     *
     * @param role ours in DTLS
     */
    record Agreed(RemoteDescription remote, DtlsRole role, TrackIds ids) {}

    /** Publishes what {@code ssrcs} names. */
    Agreed publish(int room, LoadPeer peer, LoadSdp.Ssrcs ssrcs) throws LoadException;

    /** Subscribes to all that is published in the room. */
    Agreed subscribe(int room, LoadPeer peer) throws LoadException;

    @Override
    void close();
}
