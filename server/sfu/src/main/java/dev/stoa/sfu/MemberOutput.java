package dev.stoa.sfu;

import java.util.Map;

/** What comes out for one participant. */
public interface MemberOutput extends RtpOutput {
    /**
     * Other sources are in its slots from now on.
     *
     * @param slots all of them, by mid; a slot that is not there is empty. Immutable
     */
    void slotsChanged(Map<String, TrackId> slots);

    /**
     * Other layers of what it sends are of use from now on.
     *
     * @param layers by mid; of one that is not there all are. Immutable
     */
    default void layersChanged(Map<String, WantedLayers> layers) {}
}
