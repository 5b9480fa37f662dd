package dev.stoa.sfu;

import java.util.Set;

/** Which layers of a video that somebody sends are of use to anybody. Its sender need not make the others. */
public sealed interface WantedLayers {
    /** Of simulcast: the streams that are wanted, perhaps none. */
    record Rids(Set<String> rids) implements WantedLayers {
        public Rids {
            rids = Set.copyOf(rids);
        }
    }

    /**
     * Of a single stream, which may have spatial layers.
     *
     * @param count from the lowest on; 0: none; {@link #ALL}: as many as there are
     */
    record Spatial(int count) implements WantedLayers {
        /** No browser makes more. */
        public static final int ALL = 3;
    }
}
