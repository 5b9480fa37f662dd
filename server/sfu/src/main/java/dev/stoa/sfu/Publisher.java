package dev.stoa.sfu;

import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.TransportFeedbackBuilder;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one participant sends over its transport: finds the track of each packet, and tells the participant what arrived
 * (transport-cc), what is missing (NACK), how well it arrives (receiver reports), and when a key frame is wanted (PLI).
 *
 * <p>Calling contract: for each RTP datagram {@link #nextSlot}, unprotect into that, and, when that succeeded,
 * {@link #handleRtp}. {@link #pollRtcp}, until it returns false, whenever {@link #nextTimeout} has come.
 */
public final class Publisher {
    private static final long NEVER = Long.MAX_VALUE;

    /** So often may each stream of a track appear under another SSRC without having been published anew. */
    static final int MAX_SSRC_CHANGES = 8;

    /** What the messages of one track need at most, so that none is begun that finds no room. */
    private static final int TRACK_FEEDBACK_ROOM = 560;

    private static final byte[] RECEIVER_CNAME = {'s', 't', 'o', 'a'};

    private final SfuSettings settings;
    private final SfuCounters counters;
    private final RtpExtensionIds extensions;
    private final int transportSequenceId;
    private final int midId;
    private final int ridId;
    private final int repairedRidId;
    private final String cname;
    private final long localSsrc;
    private final boolean reducedSize;
    private final Datagram unknownSlot;
    private final RtpPacket rtp = new RtpPacket();
    private final RtcpWriter writer = new RtcpWriter();
    private final TransportFeedbackBuilder arrivals = new TransportFeedbackBuilder();
    private final List<Track> tracks = new ArrayList<>();
    private final SsrcTable ssrcs;
    private final Feedback feedback = new RtcpFeedback();
    private long reportNanos = NEVER;
    private long arrivalsNanos = NEVER;

    /**
     * @param extensions the ids for all m-sections: bundled ones agree about them (RFC 8843, 9.2)
     * @param cname of its streams, for those who receive them
     * @param localSsrc that RTCP to the participant comes from
     * @param reducedSize whether RTCP may be sent without a report before it (RFC 5506)
     */
    public Publisher(
            SfuSettings settings,
            SfuCounters counters,
            RtpExtensionIds extensions,
            String cname,
            long localSsrc,
            boolean reducedSize) {
        this.settings = settings;
        this.counters = counters;
        this.extensions = extensions;
        this.cname = cname;
        this.localSsrc = localSsrc;
        this.reducedSize = reducedSize;
        transportSequenceId = extensions.id(RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER);
        midId = extensions.id(RtpHeaderExtension.MID);
        ridId = extensions.id(RtpHeaderExtension.RTP_STREAM_ID);
        repairedRidId = extensions.id(RtpHeaderExtension.REPAIRED_RTP_STREAM_ID);
        unknownSlot = Datagram.allocate(settings.slotCapacity());
        ssrcs = new SsrcTable(settings.maxSsrcs());
    }

    /** @throws IllegalStateException when the track is there already, or there are too many: ask {@link #canPublish} */
    public Track publish(TrackParameters parameters) {
        if (!canPublish(parameters.id())) {
            throw new IllegalStateException("cannot publish " + parameters.id());
        }
        var track = new Track(parameters, cname, extensions, settings, counters, feedback);
        tracks.add(track);
        if (!track.isSimulcast()) {
            var source = track.layers().getFirst();
            if (parameters.ssrc() != TrackParameters.UNKNOWN && ssrcs.find(parameters.ssrc()) == null) {
                start(source, parameters.ssrc());
            }
            if (parameters.rtxSsrc() != TrackParameters.UNKNOWN && ssrcs.find(parameters.rtxSsrc()) == null) {
                startRtx(source, parameters.rtxSsrc());
            }
        }
        return track;
    }

    public boolean canPublish(TrackId id) {
        return tracks.size() < settings.maxTracks() && track(id) == null;
    }

    /** Ends the track; nothing when there is none. */
    public void unpublish(TrackId id) {
        var track = track(id);
        if (track != null) {
            tracks.remove(track);
            for (var source : track.layers()) {
                ssrcs.remove(source.ssrc());
                ssrcs.remove(source.rtxSsrc());
            }
            track.close();
        }
    }

    void unpublishAll() {
        while (!tracks.isEmpty()) {
            unpublish(tracks.getLast().id());
        }
    }

    public @Nullable Track track(TrackId id) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).id().equals(id)) {
                return tracks.get(i);
            }
        }
        return null;
    }

    public List<Track> tracks() {
        return Collections.unmodifiableList(tracks);
    }

    boolean hasVideo() {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).isVideo()) {
                return true;
            }
        }
        return false;
    }

    /** Those sinks that are no receivers' slots look again for their layers. */
    void reconsider(long nowNanos) {
        for (int i = 0; i < tracks.size(); i++) {
            tracks.get(i).reconsider(nowNanos);
        }
    }

    /** Whether {@link #wantedLayers} has changed. */
    boolean updateDemand(long nowNanos) {
        boolean changed = false;
        for (int i = 0; i < tracks.size(); i++) {
            changed |= tracks.get(i).isVideo() && tracks.get(i).demand().update(nowNanos);
        }
        return changed;
    }

    /** By mid; of one that is not there all are wanted. Immutable. */
    Map<String, WantedLayers> wantedLayers() {
        var wanted = new HashMap<String, WantedLayers>();
        for (var track : tracks) {
            var told = track.demand().told();
            if (told != null) {
                wanted.put(track.mid(), told);
            }
        }
        return Map.copyOf(wanted);
    }

    /** SSRCs that are known. */
    public int ssrcCount() {
        return ssrcs.size();
    }

    /** Where a datagram with this SSRC, which is not encrypted, is to be unprotected to. */
    public Datagram nextSlot(long ssrc) {
        var source = ssrcs.find(ssrc);
        return source == null ? unknownSlot : source.nextSlot();
    }

    /** Takes the packet that was unprotected into {@code slot}. Not null: it was dropped, and counted. */
    public @Nullable Malformation handleRtp(long nowNanos, Datagram slot) {
        var malformation = rtp.wrap(slot);
        if (malformation != null) {
            counters.count(Counter.DROPPED_MALFORMED);
            return malformation;
        }
        handleArrival(nowNanos);
        var source = ssrcs.find(rtp.ssrc());
        if (source == null) {
            source = learn();
            if (source == null) {
                return Malformation.UNKNOWN_TYPE;
            }
        }
        if (slot != source.nextSlot()) {
            source.nextSlot().set(slot);
            malformation = rtp.wrap(source.nextSlot());
        }
        malformation = malformation == null ? source.handlePacket(nowNanos, rtp) : malformation;
        if (reportNanos == NEVER) {
            reportNanos = nowNanos + settings.reportIntervalNanos();
        }
        return malformation;
    }

    void handleSenderReport(long nowNanos, long ssrc, long ntpTimestamp, int rtpTimestamp) {
        var source = ssrcs.find(ssrc);
        if (source != null && source.ssrc() == ssrc) {
            source.handleSenderReport(nowNanos, ntpTimestamp, rtpTimestamp);
        }
    }

    void setRoundTripTime(long roundTripNanos) {
        for (int i = 0; i < tracks.size(); i++) {
            tracks.get(i).setRoundTripTime(roundTripNanos);
        }
    }

    /** When {@link #pollRtcp} has something to do. */
    public long nextTimeout() {
        long due = Math.min(reportNanos, arrivalsNanos);
        for (int i = 0; i < tracks.size(); i++) { // without an iterator: asked for after each batch
            due = Math.min(due, tracks.get(i).nextTimeout());
        }
        return due;
    }

    /** Writes a compound RTCP packet of what is due; false: nothing is, and {@code into} means nothing. */
    public boolean pollRtcp(long nowNanos, Datagram into) {
        if (nowNanos < nextTimeout()) {
            return false;
        }
        writer.begin(into, Math.min(RtcpWriter.DEFAULT_LIMIT, into.capacity()));
        boolean report = nowNanos >= reportNanos;
        if (report) {
            reportNanos = nowNanos + settings.reportIntervalNanos();
            writeReport(nowNanos);
        } else if (!reducedSize) {
            writer.receiverReport(localSsrc);
        }
        int empty = report ? 0 : writer.length();
        for (int i = 0; i < tracks.size(); i++) {
            var layers = tracks.get(i).layers();
            for (int j = 0; j < layers.size(); j++) {
                handleTimeout(nowNanos, layers.get(j));
            }
        }
        writeArrivals(nowNanos);
        if (writer.length() == empty) {
            return false;
        }
        counters.count(Counter.RTCP_SENT);
        return writer.end() > 0;
    }

    private void handleTimeout(long nowNanos, TrackSource source) {
        if (source.nextTimeout() <= nowNanos && writer.length() + TRACK_FEEDBACK_ROOM <= RtcpWriter.DEFAULT_LIMIT) {
            source.handleTimeout(nowNanos);
        }
    }

    private void writeReport(long nowNanos) {
        writer.receiverReport(localSsrc);
        for (var track : tracks) {
            for (var source : track.layers()) {
                source.writeReportBlock(writer, nowNanos);
            }
        }
        writer.cname(localSsrc, RECEIVER_CNAME);
    }

    private void writeArrivals(long nowNanos) {
        if (nowNanos < arrivalsNanos) {
            return;
        }
        long media = tracks.isEmpty()
                ? TrackParameters.UNKNOWN
                : tracks.getFirst().layers().getFirst().ssrc();
        while (arrivals.isPending()) {
            if (!writer.transportFeedback(arrivals, localSsrc, media == TrackParameters.UNKNOWN ? 0 : media)) {
                return; // no room: the next datagram takes it
            }
        }
        arrivalsNanos = NEVER;
    }

    private void handleArrival(long nowNanos) {
        int at = rtp.extensionOffset(transportSequenceId);
        if (transportSequenceId == 0 || at < 0 || rtp.extensionLength(transportSequenceId) < 2) {
            return;
        }
        arrivals.handlePacket(rtp.datagram().u16(at), nowNanos);
        if (arrivalsNanos == NEVER && arrivals.isPending()) {
            arrivalsNanos = nowNanos + settings.transportFeedbackIntervalNanos();
        }
    }

    /**
     * Finds whose a new SSRC is, by its m-section, or by its payload type where only one track has that (RFC 8843, 9.2);
     * of simulcast, which layer, by its rid (RFC 8852, 3).
     */
    private @Nullable TrackSource learn() {
        var track = trackOf(rtp);
        boolean repair = track != null && track.isRtxPayloadType(rtp.payloadType());
        var source = track == null ? null : layerOf(track, repair ? repairedRidId : ridId);
        if (track == null || source == null || (repair && !source.isStarted())) {
            counters.count(Counter.DROPPED_UNKNOWN_SSRC);
            return null;
        }
        boolean changes = repair ? source.rtxSsrc() != TrackParameters.UNKNOWN : source.isStarted();
        if (ssrcs.size() >= settings.maxSsrcs() || (changes && !track.mayChangeSsrc())) {
            counters.count(Counter.DROPPED_TOO_MANY_SSRCS);
            return null;
        }
        if (changes) {
            track.handleSsrcChange();
        }
        if (repair) {
            ssrcs.remove(source.rtxSsrc());
            startRtx(source, rtp.ssrc());
        } else {
            ssrcs.remove(source.ssrc());
            start(source, rtp.ssrc());
        }
        return source;
    }

    private @Nullable TrackSource layerOf(Track track, int idOfRid) {
        if (!track.isSimulcast()) {
            return track.layers().getFirst();
        }
        var rid = idOfRid != 0 && rtp.extensionLength(idOfRid) > 0 ? rtp.extensionText(idOfRid) : null;
        return rid == null ? null : track.layer(rid);
    }

    private @Nullable Track trackOf(RtpPacket packet) {
        int type = packet.payloadType();
        if (midId != 0 && packet.extensionLength(midId) > 0) {
            var mid = packet.extensionText(midId);
            for (var track : tracks) {
                if (track.mid().equals(mid)) {
                    return track.understands(type) ? track : null;
                }
            }
            return null;
        }
        Track only = null;
        for (var track : tracks) {
            if (track.understands(type)) {
                if (only != null) {
                    return null;
                }
                only = track;
            }
        }
        return only;
    }

    private void start(TrackSource source, long ssrc) {
        if (ssrcs.put(ssrc, source)) {
            source.start(ssrc);
        }
    }

    private void startRtx(TrackSource source, long ssrc) {
        if (source.isStarted() && ssrcs.put(ssrc, source)) {
            source.startRtx(ssrc);
        }
    }

    private final class RtcpFeedback implements Feedback {
        @Override
        public void requestPackets(long nowNanos, TrackSource source, int[] sequenceNumbers, int count) {
            writer.nack(localSsrc, source.ssrc(), sequenceNumbers, 0, count);
        }

        @Override
        public void requestKeyFrame(long nowNanos, TrackSource source) {
            writer.pictureLossIndication(localSsrc, source.ssrc());
        }
    }
}
