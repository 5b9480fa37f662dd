package dev.stoa.sfu;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which layers of a track anybody wants. More is wanted at once, less only when that has been so for a while: windows are
 * pulled larger and smaller, and people come back.
 *
 * <p>Calling contract: {@link #update} when a choice has changed, and every now and then.
 */
final class LayerDemand {
    /** How long less has to be enough. */
    static final long REST_NANOS = 3_000_000_000L;

    private final Track track;
    private final List<LayerChoice> choices = new ArrayList<>();
    private int layers;
    private int spatial;
    private long lessSinceNanos = Deadline.NEVER;
    private @Nullable WantedLayers told;

    LayerDemand(Track track) {
        this.track = track;
        layers = (1 << track.layers().size()) - 1;
        spatial = WantedLayers.Spatial.ALL;
    }

    void add(LayerChoice choice) {
        choices.add(choice);
    }

    void remove(LayerChoice choice) {
        choices.remove(choice);
    }

    /** What the sender was told last; null: nothing, it sends all. */
    @Nullable WantedLayers told() {
        return told;
    }

    /** Whether there is something else to tell. */
    boolean update(long nowNanos) {
        int wanted = 0;
        int wantedSpatial = 0;
        for (int i = 0; i < choices.size(); i++) {
            wanted |= choices.get(i).wantedLayers();
            wantedSpatial = Math.max(wantedSpatial, choices.get(i).wantedSpatial());
        }
        boolean more = (wanted & ~layers) != 0 || wantedSpatial > spatial;
        boolean less = wanted != layers || wantedSpatial < spatial;
        if (more) {
            return set(layers | wanted, Math.max(spatial, wantedSpatial), less ? nowNanos : Deadline.NEVER);
        }
        if (!less) {
            lessSinceNanos = Deadline.NEVER;
            return false;
        }
        if (lessSinceNanos == Deadline.NEVER) {
            lessSinceNanos = nowNanos;
        }
        return nowNanos - lessSinceNanos >= REST_NANOS && set(wanted, wantedSpatial, Deadline.NEVER);
    }

    private boolean set(int nextLayers, int nextSpatial, long since) {
        layers = nextLayers;
        spatial = nextSpatial;
        lessSinceNanos = since;
        var next = wanted();
        boolean other = !next.equals(told);
        told = next;
        return other;
    }

    private WantedLayers wanted() {
        if (!track.isSimulcast()) {
            return new WantedLayers.Spatial(spatial);
        }
        var rids = new LinkedHashSet<String>();
        for (int i = 0; i < track.layers().size(); i++) {
            if ((layers & 1 << i) != 0) {
                rids.add(track.layers().get(i).rid());
            }
        }
        return new WantedLayers.Rids(rids);
    }
}
