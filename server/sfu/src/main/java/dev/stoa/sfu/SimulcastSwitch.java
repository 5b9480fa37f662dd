package dev.stoa.sfu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a sink from one layer of a track to another: the present one goes on until the other's key frame is there. The sink
 * is added to those layers whose packets it needs to see, the present one and the one it is to have.
 *
 * <p>Calling contract: {@link #setTrack}, then {@link #aim} whenever it is clear which layer is best. Of each packet the
 * sink asks whether it is of {@link #current}, or {@link #mayBeginWith} it; when it began with that, {@link #handleBegin}.
 */
@SuppressWarnings("ReferenceEquality") // a stream is itself
final class SimulcastSwitch {
    private final TrackSink sink;
    private final List<TrackSource> attached = new ArrayList<>(TrackParameters.MAX_LAYERS);
    private @Nullable Track track;
    private @Nullable TrackSource current;
    private @Nullable TrackSource target;

    SimulcastSwitch(TrackSink sink) {
        this.sink = sink;
    }

    @Nullable Track track() {
        return track;
    }

    /** Whose packets go out now; null before it began. */
    @Nullable TrackSource current() {
        return current;
    }

    @Nullable TrackSource target() {
        return target;
    }

    /** Nothing goes out until there is an aim. */
    void setTrack(@Nullable Track next) {
        track = next;
        current = null;
        target = null;
        attach(0);
    }

    /** Which layer is to go out, or none at all. */
    void aim(long nowNanos, @Nullable TrackSource next) {
        boolean other = target != next;
        target = next;
        if (next == null) {
            current = null;
        }
        attach(nowNanos);
        if (next != null && other && next != current) {
            next.requestKeyFrame(nowNanos);
        }
    }

    /** Whether the sink may change to this stream with what it can begin with. */
    boolean mayBeginWith(long nowNanos, TrackSource from) {
        if (from == target) {
            return from != current;
        }
        // Better than nothing.
        return target != null && track != null && isMute(nowNanos) && !track.flows(target);
    }

    void handleBegin(long nowNanos, TrackSource from) {
        current = from;
        attach(nowNanos);
    }

    /** What goes out has to begin anew. */
    void restart(long nowNanos) {
        if (target == null) {
            return;
        }
        current = null;
        target.requestKeyFrame(nowNanos);
        attach(nowNanos);
    }

    boolean waitsFor(TrackSource source) {
        return source == target && source != current;
    }

    /** One of its layers has ended, and so the track. */
    void handleEnd(TrackSource source) {
        if (attached.contains(source)) {
            setTrack(null);
        }
    }

    private boolean isMute(long nowNanos) {
        return current == null || nowNanos - current.arrivedNanos() > Track.STALL_NANOS;
    }

    private void attach(long nowNanos) {
        for (int i = attached.size() - 1; i >= 0; i--) {
            var source = attached.get(i);
            if (!isNeeded(nowNanos, source)) {
                attached.remove(i);
                source.removeSink(sink);
            }
        }
        if (track == null || target == null) {
            return;
        }
        for (int i = 0; i < track.layers().size(); i++) {
            var source = track.layers().get(i);
            if (isNeeded(nowNanos, source) && !attached.contains(source)) {
                attached.add(source);
                source.addSink(sink);
            }
        }
    }

    private boolean isNeeded(long nowNanos, TrackSource source) {
        if (track == null || target == null || !track.layers().contains(source)) {
            return false;
        }
        return source == current || source == target || isMute(nowNanos);
    }
}
