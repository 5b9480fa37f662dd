package dev.stoa.signaling;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client may say (docs/PROTOCOL.md, "Client to server"). Names are normalised, sizes are checked. */
public sealed interface ClientMessage {
    /**
     * @param topology what the client asks of the room
     * @param token the join token
     * @param resume asks to go on as an earlier session
     */
    record Join(
            String room,
            String name,
            String instance,
            Media media,
            TopologyWish topology,
            @Nullable String token,
            @Nullable Resume resume)
            implements ClientMessage {}

    /** @param seq the last {@code seq} that the client received; 0 when its page is new */
    record Resume(String token, long seq) {}

    record Leave() implements ClientMessage {}

    record Rename(String name) implements ClientMessage {}

    record SetMedia(Media media) implements ClientMessage {}

    /**
     * How large the client shows what its receiving m-sections carry.
     *
     * @param slots by mid, in place of all that was said before
     */
    record View(Map<String, ViewSize> slots) implements ClientMessage {
        public View {
            slots = Map.copyOf(slots);
        }
    }

    /** Sent at {@code id}'s choice so that receivers show it once, whichever way it came. */
    record Chat(String id, String text) implements ClientMessage {}

    /** @param seq the last {@code seq} that the client received: the server may forget what is older */
    record Ping(@Nullable Double t, @Nullable Long seq) implements ClientMessage {}

    /**
     * A message for one participant, or for the server's media ({@link #SERVER}); {@code instance} is the addressee's as the
     * sender knows it.
     */
    sealed interface Targeted extends ClientMessage {
        /** The id under which the server itself takes part. */
        String SERVER = "server";

        String to();

        String instance();
    }

    record Offer(String to, String instance, String sdp, Map<String, SourceKind> sources) implements Targeted {}

    record Answer(String to, String instance, String sdp, Map<String, SourceKind> sources) implements Targeted {}

    /** @param candidate null: no more */
    record Candidate(String to, String instance, @Nullable IceCandidate candidate) implements Targeted {}
}
