package dev.stoa.load;

import dev.stoa.net.DatagramHandler;
import dev.stoa.net.Driver;
import dev.stoa.net.SendBatch;
import dev.stoa.rtp.NackTracker;
import dev.stoa.rtp.ReceptionStatistics;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.rtp.SenderReport;
import dev.stoa.rtp.TransportFeedbackBuilder;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what comes, and says so as a browser does: receiver reports, transport-cc, NACK, PLI. */
final class MediaReceiver implements PeerMedia {
    private static final long NEVER = DatagramHandler.NEVER;
    private static final long REPORT_NANOS = 1_000_000_000L;
    /** As libwebrtc at this bitrate (RemoteEstimatorProxy: 50 to 250 ms). */
    private static final long FEEDBACK_NANOS = 100_000_000L;

    private static final long REORDER_GRACE_NANOS = 5_000_000L;
    /** Timers of many peers fall together, so that they do not wake the thread one by one. */
    private static final long GRID_NANOS = 10_000_000L;

    private static final int SCRATCH_BYTES = 2048;
    private static final int VIDEO_RATE = 90_000;
    private static final int AUDIO_RATE = 48_000;

    private static final class Track {
        final long ssrc;
        final ReceptionStatistics statistics;
        final @Nullable NackTracker nacks;
        long abandoned;
        /** At the beginning of the measurement. */
        long expectedBefore;

        long receivedBefore;

        Track(long ssrc, int clockRate, boolean nacks) {
            this.ssrc = ssrc;
            this.statistics = new ReceptionStatistics(ssrc, clockRate);
            this.nacks = nacks ? new NackTracker(REORDER_GRACE_NANOS) : null;
        }
    }

    private final Counts counts;
    private final TrackIds ids;
    private final long ownSsrc;
    private final List<Track> tracks = new ArrayList<>();
    private final RtpPacket rtp = new RtpPacket();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final TransportFeedbackBuilder arrivals = new TransportFeedbackBuilder();
    private final Datagram plain = Datagram.allocate(SCRATCH_BYTES);
    private final Datagram protectedRtcp = Datagram.allocate(SCRATCH_BYTES);
    private final int[] missing = new int[NackTracker.MAX_MISSING];
    private long reportNanos = NEVER;
    private long feedbackNanos = NEVER;
    private long nackNanos = NEVER;

    MediaReceiver(Counts counts, TrackIds ids, long ownSsrc) {
        this.counts = counts;
        this.ids = ids;
        this.ownSsrc = ownSsrc;
    }

    @Override
    public void handleConnected(long nowNanos) {
        reportNanos = grid(nowNanos + REPORT_NANOS);
    }

    private static long grid(long nanos) {
        return (nanos / GRID_NANOS + 1) * GRID_NANOS;
    }

    @Override
    public void handleRtp(long nowNanos, Datagram packet) {
        if (rtp.wrap(packet) != null) {
            counts.refused++;
            return;
        }
        handleArrival(nowNanos, packet);
        if (rtp.payloadType() == ids.rtxType()) {
            handleRtx(nowNanos);
            return;
        }
        var track = track(rtp.ssrc());
        track.statistics.handlePacket(rtp.sequenceNumber(), rtp.timestamp(), rtp.payloadLength(), nowNanos);
        handleNumber(nowNanos, track, rtp.sequenceNumber());
        counts.received++;
        counts.receivedBytes += packet.length();
        int end = rtp.payloadOffset() + rtp.payloadLength();
        long sent = rtp.payloadLength() < Stamp.LENGTH ? -1 : Stamp.read(packet, end);
        if (sent >= 0) {
            // Not the time of the round, which may have begun before the packet came.
            counts.latencies.add(Driver.nanos() - sent);
        }
    }

    private void handleArrival(long nowNanos, Datagram packet) {
        int at = ids.transportSequenceId() == 0 ? -1 : rtp.extensionOffset(ids.transportSequenceId());
        if (at >= 0) {
            arrivals.handlePacket(packet.u16(at), nowNanos);
            if (feedbackNanos == NEVER) {
                feedbackNanos = grid(nowNanos + FEEDBACK_NANOS);
            }
        }
    }

    private void handleNumber(long nowNanos, Track track, int sequenceNumber) {
        if (track.nacks != null) {
            track.nacks.handlePacket(sequenceNumber, nowNanos);
            if (track.nacks.missingCount() > 0) {
                nackNanos = Math.min(nackNanos, track.nacks.nextTimeout());
            }
        }
    }

    /** Of which track it is, is not told apart when there are several; the number is looked for where it is missing. */
    private void handleRtx(long nowNanos) {
        if (rtp.payloadLength() < Rtx.OSN_LENGTH) {
            return; // a probe
        }
        counts.recovered++;
        int sequenceNumber = Rtx.originalSequenceNumber(rtp);
        for (var track : tracks) {
            if (track.nacks != null && track.nacks.missingCount() > 0) {
                track.nacks.handlePacket(sequenceNumber, nowNanos);
            }
        }
    }

    private Track track(long ssrc) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).ssrc == ssrc) {
                return tracks.get(i);
            }
        }
        boolean video = rtp.payloadType() == ids.videoType();
        var track = new Track(ssrc, video ? VIDEO_RATE : AUDIO_RATE, video);
        tracks.add(track);
        return track;
    }

    @Override
    public void handleRtcp(long nowNanos, Datagram packet) {
        reader.wrap(packet);
        for (var part = reader.next(); part != null; part = reader.next()) {
            if (part instanceof SenderReport report) {
                for (var track : tracks) {
                    if (track.ssrc == report.senderSsrc()) {
                        track.statistics.handleSenderReport(report.ntpTimestamp(), nowNanos);
                    }
                }
            }
        }
    }

    @Override
    public long nextTimeout() {
        return Math.min(Math.min(reportNanos, feedbackNanos), nackNanos);
    }

    @Override
    public void pollTransmit(long nowNanos, SrtpSender sender, SendBatch out, Datagram area) {
        writer.begin(plain, RtcpWriter.DEFAULT_LIMIT);
        writer.receiverReport(ownSsrc);
        if (reportNanos <= nowNanos) {
            reportNanos = grid(nowNanos + REPORT_NANOS);
            for (var track : tracks) {
                track.statistics.writeBlock(writer, nowNanos);
            }
        }
        if (nackNanos <= nowNanos) {
            nackNanos = NEVER;
            tracks.forEach(track -> askAgain(nowNanos, track));
        }
        if (feedbackNanos <= nowNanos) {
            feedbackNanos = NEVER;
            while (arrivals.isPending() && writer.transportFeedback(arrivals, ownSsrc, anySsrc())) {
                // Until all is told or the packet is full.
            }
        }
        writer.end();
        int length = sender.protectRtcp(plain, protectedRtcp);
        area.put(out.position(), protectedRtcp, 0, length);
        out.append(length);
    }

    private long anySsrc() {
        return tracks.isEmpty() ? 0 : tracks.getFirst().ssrc;
    }

    private void askAgain(long nowNanos, Track track) {
        if (track.nacks == null) {
            return;
        }
        int count = track.nacks.pollMissing(nowNanos, missing);
        writer.nack(ownSsrc, track.ssrc, missing, 0, count);
        if (track.nacks.abandonedCount() > track.abandoned) {
            track.abandoned = track.nacks.abandonedCount();
            writer.pictureLossIndication(ownSsrc, track.ssrc);
        }
        nackNanos = Math.min(nackNanos, track.nacks.nextTimeout());
    }

    int trackCount() {
        return tracks.size();
    }

    void beginMeasurement() {
        for (var track : tracks) {
            track.expectedBefore = track.statistics.expectedPackets();
            track.receivedBefore = track.statistics.receivedPackets();
        }
    }

    /** Packets that should have come since {@link #beginMeasurement}, and did not by themselves. */
    long lost() {
        long lost = 0;
        for (var track : tracks) {
            long expected = track.statistics.expectedPackets() - track.expectedBefore;
            lost += Math.max(0, expected - (track.statistics.receivedPackets() - track.receivedBefore));
        }
        return lost;
    }

    /** The mean over its tracks of RFC 3550's estimate, in milliseconds. */
    double jitterMillis() {
        double sum = 0;
        for (var track : tracks) {
            int rate = track.nacks == null ? AUDIO_RATE : VIDEO_RATE;
            sum += 1000.0 * track.statistics.jitter() / rate;
        }
        return tracks.isEmpty() ? 0 : sum / tracks.size();
    }
}
