package dev.stoa.sfu;

import dev.stoa.rtp.RtpExtensionIds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One source of a participant: a {@link TrackSource}, or with simulcast one per layer. Knows who wants which of them.
 *
 * <p>Calling contract: as for its sources. Whoever is to get the best there is, a recorder or the like, is added by
 * {@link #addSink}, which follows the best layer that comes.
 */
public final class Track implements AutoCloseable {
    /** A layer is behind the others by this: nothing comes of it any more. */
    static final long STALL_NANOS = 800_000_000L;

    private final TrackParameters parameters;
    private final List<TrackSource> layers = new ArrayList<>();
    private final List<BestLayer> followers = new ArrayList<>();
    private final LayerDemand demand;
    private int ssrcChanges;

    /** The parameters are those of {@link TrackSource}. */
    public Track(
            TrackParameters parameters,
            String cname,
            RtpExtensionIds extensions,
            SfuSettings settings,
            SfuCounters counters,
            Feedback feedback) {
        this.parameters = parameters;
        if (parameters.rids().isEmpty()) {
            layers.add(new TrackSource(parameters, cname, extensions, settings, counters, feedback));
        }
        for (var rid : parameters.rids()) {
            layers.add(new TrackSource(parameters, rid, cname, extensions, settings, counters, feedback));
        }
        demand = new LayerDemand(this);
    }

    public TrackId id() {
        return parameters.id();
    }

    /** Of its m-section. */
    public String mid() {
        return parameters.mid();
    }

    public boolean isVideo() {
        return id().source().isVideo();
    }

    public boolean isSimulcast() {
        return !parameters.rids().isEmpty();
    }

    /** In the order of the description. At least one. */
    public List<TrackSource> layers() {
        return layers;
    }

    /** Null when there is none of this name. */
    @Nullable TrackSource layer(String rid) {
        for (int i = 0; i < layers.size(); i++) { // without an iterator: asked for a few times in a second
            if (layers.get(i).rid().equals(rid)) {
                return layers.get(i);
            }
        }
        return null;
    }

    /** The codec that packets of this type are in, null when it was not negotiated. */
    public @Nullable Codec codec(int payloadType) {
        return layers.getFirst().codec(payloadType);
    }

    boolean understands(int payloadType) {
        return codec(payloadType) != null || isRtxPayloadType(payloadType);
    }

    boolean isRtxPayloadType(int payloadType) {
        return layers.getFirst().isRtxPayloadType(payloadType);
    }

    /** 0 for silence to 127, smoothed. */
    public double loudness(long nowNanos) {
        return layers.getFirst().loudness(nowNanos);
    }

    /**
     * Whether packets of a layer come. None is blamed for a silence of all: that is a pause, or a still picture.
     *
     * @param layer one of {@link #layers}
     */
    boolean flows(TrackSource layer) {
        if (!layer.hasArrived()) {
            return false;
        }
        for (int i = 0; i < layers.size(); i++) {
            var other = layers.get(i);
            if (other.hasArrived() && other.arrivedNanos() - layer.arrivedNanos() > STALL_NANOS) {
                return false;
            }
        }
        return true;
    }

    /** The sink gets the best layer, and another from a key frame on when that one ceases. */
    public void addSink(long nowNanos, TrackSink sink) {
        followers.add(new BestLayer(nowNanos, this, sink));
    }

    @SuppressWarnings("ReferenceEquality") // a sink is itself
    public void removeSink(TrackSink sink) {
        for (var follower : followers) {
            if (follower.sink() == sink) {
                follower.end();
                followers.remove(follower);
                return;
            }
        }
    }

    /** Those who are no receiver's slot look again for the best layer. */
    void reconsider(long nowNanos) {
        for (int i = 0; i < followers.size(); i++) {
            followers.get(i).reconsider(nowNanos);
        }
    }

    LayerDemand demand() {
        return demand;
    }

    /** Whether one of its streams may have another SSRC than before, which then counts. */
    boolean mayChangeSsrc() {
        return ssrcChanges < Publisher.MAX_SSRC_CHANGES * layers.size();
    }

    void handleSsrcChange() {
        ssrcChanges++;
    }

    void setRoundTripTime(long roundTripNanos) {
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).setRoundTripTime(roundTripNanos);
        }
    }

    long nextTimeout() {
        long due = Deadline.NEVER;
        for (int i = 0; i < layers.size(); i++) { // without an iterator: asked for after each batch
            due = Math.min(due, layers.get(i).nextTimeout());
        }
        return due;
    }

    /** Native memory held, in bytes. */
    public long cacheBytes() {
        return layers.stream().mapToLong(TrackSource::cacheBytes).sum();
    }

    @Override
    public void close() {
        layers.forEach(TrackSource::close);
    }
}
