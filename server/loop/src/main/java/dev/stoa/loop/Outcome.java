package dev.stoa.loop;

import dev.stoa.sfu.TrackId;
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
}
