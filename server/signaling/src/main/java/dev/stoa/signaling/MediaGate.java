package dev.stoa.signaling;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way of sessions to the server's media, which hears only of those that have offered to it. */
final class MediaGate {
    private final @Nullable MediaServer media;

    /** @param media null: this server carries none */
    MediaGate(@Nullable MediaServer media) {
        this.media = media;
    }

    /** Names the process that carries media; null: none does. */
    @Nullable String instance() {
        return media == null ? null : media.instance();
    }

    /** @param n the client's number of the offer, 0: none */
    void offer(Session session, Room.Effect.OfferToServer offer, long n) {
        if (media != null) {
            session.throughServer = true;
            media.offer(session.room, session.participant, offer.sdp(), offer.sources(), n);
            media.setMedia(session.room, session.participant, offer.sends());
        }
    }

    void setMedia(Session session, Media sends) {
        if (media != null && session.throughServer) {
            media.setMedia(session.room, session.participant, sends);
        }
    }

    void setView(Session session, Map<String, ViewSize> slots) {
        if (media != null && session.throughServer) {
            media.setView(session.room, session.participant, slots);
        }
    }

    /** The page that offered is gone, or has left. */
    void close(Session session) {
        if (media != null && session.throughServer) {
            media.leave(session.room, session.participant);
        }
        session.throughServer = false;
        session.slots = null;
        session.layers = null;
    }
}
