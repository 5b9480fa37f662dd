package dev.stoa.signaling;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One participant's place in a room, which outlives its connection. Owned by one {@link SignalingLoop}; callers only hand
 * it back to that loop.
 */
public final class Session {
    final String room;
    final String participant;
    final Outbox outbox = new Outbox();
    final TokenBucket budget;

    /** The client's connection; null while it is lost. */
    @Nullable Link link;

    String instance;

    /** The client's last number. */
    long received;

    /** When a lost connection ends the session, in nanoseconds of the caller's clock; without meaning while linked. */
    long expiresAtNanos;

    /** The connection was ended because the client did not read. */
    boolean wasSlow;

    boolean ended;

    /** Its page has offered the server a PeerConnection. */
    boolean throughServer;

    /** What that PeerConnection's m-sections carry, as the client was told last; null: not yet. */
    @Nullable Map<String, Slot> slots;

    /** Which layers of what it sends there anybody wants, as the client was told last; null: not yet. */
    @Nullable Map<String, WantedLayers> layers;

    Session(String room, String participant, String instance, Link link, TokenBucket budget) {
        this.room = room;
        this.participant = participant;
        this.instance = instance;
        this.link = link;
        this.budget = budget;
    }
}
