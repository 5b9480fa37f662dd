package dev.stoa.signaling;

import java.util.Map;

/** What media says to signaling: delivered on any thread; the receiver posts it to the room's loop. */
public sealed interface MediaEvent {
    String room();

    String participant();

    /** The answer to the participant's last offer. */
    record Answered(String room, String participant, String sdp) implements MediaEvent {}

    /**
     * The participant's offer was refused.
     *
     * @param n the client's number of the offer, 0: none
     */
    record Refused(String room, String participant, Problem problem, long n) implements MediaEvent {}

    /** The complete map mid -> what it carries now; a mid that is missing is empty. */
    record Slots(String room, String participant, Map<String, Slot> slots) implements MediaEvent {
        public Slots {
            slots = Map.copyOf(slots);
        }
    }

    /** The complete map mid -> which layers of what the participant sends there anybody wants; of a mid that is missing: all. */
    record Layers(String room, String participant, Map<String, WantedLayers> layers) implements MediaEvent {
        public Layers {
            layers = Map.copyOf(layers);
        }
    }
}
