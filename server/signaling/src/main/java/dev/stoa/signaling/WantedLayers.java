package dev.stoa.signaling;

import java.util.List;

/** Which layers of what a client sends in one m-section anybody wants. */
public sealed interface WantedLayers {
    /** Of simulcast: the streams that are wanted, by their names (RFC 8851), perhaps none. */
    record Rids(List<String> rids) implements WantedLayers {
        public Rids {
            rids = List.copyOf(rids);
        }
    }

    /**
     * Of a single stream, which may have spatial layers.
     *
     * @param count from the lowest on; 0: none
     */
    record Spatial(int count) implements WantedLayers {}
}
