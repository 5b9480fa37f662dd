package dev.stoa.loop;

import dev.stoa.sfu.TrackId;
import dev.stoa.sfu.WantedLayers;
import java.util.Map;

/** What comes of what signaling asked of a {@link MediaNode}: told on any thread. */
public sealed interface Outcome {
    String room();

    String participant();

    /** The answer to an offer. */
    record Answered(String room, String participant, String sdp) implements Outcome {}

    /**
     * An offer could not be used.
     *
     * @param reason for people
     * @param tag the offer's
     */
    record Refused(String room, String participant, String reason, long tag) implements Outcome {}

    /** What each of a participant's slots carries now, by mid; one that is missing carries nothing. */
    record Slots(String room, String participant, Map<String, TrackId> slots) implements Outcome {
        public Slots {
            slots = Map.copyOf(slots);
        }
    }

    /**
     * Which layers of what a participant sends anybody wants, by mid; of a mid that is missing: all. The sender may leave
     * out the others, and is told when they are wanted again.
     */
    record Layers(String room, String participant, Map<String, WantedLayers> layers) implements Outcome {
        public Layers {
            layers = Map.copyOf(layers);
        }
    }
}
