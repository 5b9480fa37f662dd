package dev.stoa.sfu;

import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.TransportFeedbackBuilder;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.ArrayList;
import java.util.List;
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

    /** So often may a track appear under another SSRC without having been published anew. */
    private static final int MAX_SSRC_CHANGES = 8;

    /** What the messages of one track need at most, so that none is begun that finds no room. */
    private static final int TRACK_FEEDBACK_ROOM = 560;

    private static final byte[] RECEIVER_CNAME = {'s', 't', 'o', 'a'};

    private static final class Track {
        private final TrackParameters parameters;
        private final TrackSource source;
        private int ssrcChanges;

        private Track(TrackParameters parameters, TrackSource source) {
            this.parameters = parameters;
            this.source = source;
        }
    }

    private final SfuSettings settings;
    private final SfuCounters counters;
    private final RtpExtensionIds extensions;
    private final int transportSequenceId;
    private final int midId;
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
        unknownSlot = Datagram.allocate(settings.slotCapacity());
        ssrcs = new SsrcTable(settings.maxSsrcs());
    }

    /** @throws IllegalStateException when the track is there already, or there are too many: ask {@link #canPublish} */
    public TrackSource publish(TrackParameters parameters) {
        if (!canPublish(parameters.id())) {
            throw new IllegalStateException("cannot publish " + parameters.id());
        }
        var source = new TrackSource(parameters, cname, extensions, settings, counters, feedback);
        var track = new Track(parameters, source);
        tracks.add(track);
        if (parameters.ssrc() != TrackParameters.UNKNOWN && ssrcs.find(parameters.ssrc()) == null) {
            start(track, parameters.ssrc());
        }
        if (parameters.rtxSsrc() != TrackParameters.UNKNOWN && ssrcs.find(parameters.rtxSsrc()) == null) {
            startRtx(track, parameters.rtxSsrc());
        }
        return source;
    }

    public boolean canPublish(TrackId id) {
        return tracks.size() < settings.maxTracks() && source(id) == null;
    }

    /** Ends the track; nothing when there is none. */
    public void unpublish(TrackId id) {
        for (var track : tracks) {
            if (track.source.id().equals(id)) {
                tracks.remove(track);
                ssrcs.remove(track.source.ssrc());
                ssrcs.remove(track.source.rtxSsrc());
                track.source.close();
                return;
            }
        }
    }

    void unpublishAll() {
        while (!tracks.isEmpty()) {
            unpublish(tracks.getLast().source.id());
        }
    }

    public @Nullable TrackSource source(TrackId id) {
        for (var track : tracks) {
            if (track.source.id().equals(id)) {
                return track.source;
            }
        }
        return null;
    }

    public List<TrackSource> sources() {
        return tracks.stream().map(track -> track.source).toList();
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
            tracks.get(i).source.setRoundTripTime(roundTripNanos);
        }
    }

    /** When {@link #pollRtcp} has something to do. */
    public long nextTimeout() {
        long due = Math.min(reportNanos, arrivalsNanos);
        for (int i = 0; i < tracks.size(); i++) { // without an iterator: asked for after each batch
            due = Math.min(due, tracks.get(i).source.nextTimeout());
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
            var source = tracks.get(i).source;
            if (source.nextTimeout() <= nowNanos && writer.length() + TRACK_FEEDBACK_ROOM <= RtcpWriter.DEFAULT_LIMIT) {
                source.handleTimeout(nowNanos);
            }
        }
        writeArrivals(nowNanos);
        if (writer.length() == empty) {
            return false;
        }
        counters.count(Counter.RTCP_SENT);
        return writer.end() > 0;
    }

    private void writeReport(long nowNanos) {
        writer.receiverReport(localSsrc);
        for (var track : tracks) {
            track.source.writeReportBlock(writer, nowNanos);
        }
        writer.cname(localSsrc, RECEIVER_CNAME);
    }

    private void writeArrivals(long nowNanos) {
        if (nowNanos < arrivalsNanos) {
            return;
        }
        long media = tracks.isEmpty()
                ? TrackParameters.UNKNOWN
                : tracks.getFirst().source.ssrc();
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
     * Finds whose a new SSRC is, by its m-section, or by its payload type where only one track has that (RFC 8843, 9.2).
     * Simulcast layers will be told apart here by their rid.
     */
    private @Nullable TrackSource learn() {
        var track = trackOf(rtp);
        if (track == null) {
            counters.count(Counter.DROPPED_UNKNOWN_SSRC);
            return null;
        }
        if (ssrcs.size() >= settings.maxSsrcs() || track.ssrcChanges >= MAX_SSRC_CHANGES) {
            counters.count(Counter.DROPPED_TOO_MANY_SSRCS);
            return null;
        }
        var source = track.source;
        if (source.isRtxPayloadType(rtp.payloadType())) {
            if (!source.isStarted()) {
                counters.count(Counter.DROPPED_UNKNOWN_SSRC);
                return null;
            }
            track.ssrcChanges += source.rtxSsrc() == TrackParameters.UNKNOWN ? 0 : 1;
            ssrcs.remove(source.rtxSsrc());
            startRtx(track, rtp.ssrc());
        } else {
            track.ssrcChanges += source.isStarted() ? 1 : 0;
            ssrcs.remove(source.ssrc());
            start(track, rtp.ssrc());
        }
        return source;
    }

    private @Nullable Track trackOf(RtpPacket packet) {
        if (midId != 0 && packet.extensionLength(midId) > 0) {
            var mid = packet.extensionText(midId);
            for (var track : tracks) {
                if (track.parameters.mid().equals(mid)) {
                    return understands(track, packet) ? track : null;
                }
            }
            return null;
        }
        Track only = null;
        for (var track : tracks) {
            if (understands(track, packet)) {
                if (only != null) {
                    return null;
                }
                only = track;
            }
        }
        return only;
    }

    private static boolean understands(Track track, RtpPacket packet) {
        int type = packet.payloadType();
        return track.source.codec(type) != null || track.source.isRtxPayloadType(type);
    }

    private void start(Track track, long ssrc) {
        if (ssrcs.put(ssrc, track.source)) {
            track.source.start(ssrc);
        }
    }

    private void startRtx(Track track, long ssrc) {
        if (track.source.isStarted() && ssrcs.put(ssrc, track.source)) {
            track.source.startRtx(ssrc);
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
