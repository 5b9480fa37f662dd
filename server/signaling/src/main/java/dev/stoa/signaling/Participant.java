package dev.stoa.signaling;

/**
 * A participant as the others see it.
 *
 * @param instance changes when its page was reloaded or moved to another tab: its PeerConnections are new
 * @param connected false while its signaling connection is lost and may still resume
 */
public record Participant(String id, String name, String instance, Media media, boolean connected) {
    Participant withConnected(boolean value) {
        return new Participant(id, name, instance, media, value);
    }

    Participant withName(String value) {
        return new Participant(id, value, instance, media, connected);
    }

    Participant withMedia(Media value) {
        return new Participant(id, name, instance, value, connected);
    }
}
