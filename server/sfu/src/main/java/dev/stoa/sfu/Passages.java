package dev.stoa.sfu;

import org.jspecify.annotations.Nullable;

/** The last runs of streams through a slot, so that what was sent before a change can be sent again after it. */
final class Passages {
    private static final int KEPT = 4;

    private final Passage[] ring = new Passage[KEPT];
    private int count;

    /** The present one; null before the first. */
    @Nullable Passage current() {
        return count == 0 ? null : ring[(count - 1) % KEPT];
    }

    /** The next one, in place of the oldest. */
    Passage next() {
        int at = count++ % KEPT;
        if (ring[at] == null) {
            ring[at] = new Passage();
        }
        return ring[at];
    }

    /** The one that an outgoing number belongs to, null when it is too old or was never given. */
    @Nullable Passage of(long number) {
        for (int i = count - 1; i >= Math.max(0, count - KEPT); i--) {
            if (ring[i % KEPT].contains(number)) {
                return ring[i % KEPT];
            }
        }
        return null;
    }
}
