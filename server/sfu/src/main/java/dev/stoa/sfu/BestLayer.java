package dev.stoa.sfu;

/**
 * A sink that is no receiver's slot, at the best layer of a track: it gets one stream's packets, and those of another from a
 * key frame on when nothing comes of the first or a better one has come.
 */
@SuppressWarnings("ReferenceEquality") // a stream is itself
final class BestLayer implements TrackSink, LayerChoice {
    private final Track track;
    private final TrackSink sink;
    private final SimulcastSwitch layers = new SimulcastSwitch(this);
    private final LayerSelector selector = new LayerSelector();
    private int wanted;

    BestLayer(long nowNanos, Track track, TrackSink sink) {
        this.track = track;
        this.sink = sink;
        track.demand().add(this);
        layers.setTrack(track);
        reconsider(nowNanos);
    }

    TrackSink sink() {
        return sink;
    }

    void reconsider(long nowNanos) {
        selector.select(nowNanos, track, ViewSize.BEST, Allowance.UNLIMITED_BPS);
        layers.aim(nowNanos, selector.source());
        wanted = selector.wantedLayers(nowNanos, track, layers.current());
    }

    void end() {
        layers.setTrack(null);
        track.demand().remove(this);
    }

    @Override
    public void handlePacket(long nowNanos, TrackPacket packet) {
        var from = packet.source();
        if (from != layers.current()) {
            boolean begins = packet.keyFrame() || !TrackPacket.needsKeyFrame(packet.codec());
            if (!begins || !layers.mayBeginWith(nowNanos, from)) {
                return;
            }
            layers.handleBegin(nowNanos, from);
        }
        sink.handlePacket(nowNanos, packet);
    }

    @Override
    public void handleSenderReport(long nowNanos, TrackSource source) {
        if (source == layers.current()) {
            sink.handleSenderReport(nowNanos, source);
        }
    }

    @Override
    public void handleEnd(TrackSource source) {
        layers.handleEnd(source);
        sink.handleEnd(source);
    }

    @Override
    public boolean waitsForKeyFrame(TrackSource source) {
        return layers.waitsFor(source) || sink.waitsForKeyFrame(source);
    }

    @Override
    public int wantedLayers() {
        return wanted;
    }

    @Override
    public int wantedSpatial() {
        return WantedLayers.Spatial.ALL;
    }
}
