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
}
