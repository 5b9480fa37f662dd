package dev.stoa.signaling;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A room's topology and how it goes on from it. Somebody who can only connect directly, or a server without media, makes it
 * a mesh; else somebody's wish takes it to the server, and so do three who all leave it open. Two who do get their mesh
 * back after {@link #DELAY}, so that one who reloads or comes and goes does not make everybody change twice.
 *
 * @param meshAtNanos when two go back to a mesh; null when nothing is waiting
 */
public record TopologyPolicy(Topology now, @Nullable Long meshAtNanos) {
    static final Duration DELAY = Duration.ofSeconds(10);

    /** So many in a room whose members leave it open are worth the way through the server. */
    private static final int ENOUGH_FOR_SFU = 3;

    static final TopologyPolicy MESH = new TopologyPolicy(Topology.MESH, null);
    private static final TopologyPolicy SFU = new TopologyPolicy(Topology.SFU, null);

    /** Whether members with these wishes are to be, or may come to be, connected through the server. */
    static boolean allowsSfu(boolean carriesMedia, Collection<TopologyWish> wishes) {
        return carriesMedia && !wishes.contains(TopologyWish.MESH);
    }

    TopologyPolicy next(long nowNanos, boolean carriesMedia, Collection<TopologyWish> wishes) {
        if (!allowsSfu(carriesMedia, wishes)) {
            return MESH;
        }
        if (wishes.contains(TopologyWish.SFU) || wishes.size() >= ENOUGH_FOR_SFU) {
            return SFU;
        }
        if (now == Topology.MESH) {
            return MESH;
        }
        long at = meshAtNanos == null ? nowNanos + DELAY.toNanos() : meshAtNanos;
        return nowNanos - at >= 0 ? MESH : new TopologyPolicy(Topology.SFU, at);
    }
}
