package dev.stoa.peer;

import dev.stoa.rtp.ExtendedReport;
import dev.stoa.rtp.FullIntraRequest;
import dev.stoa.rtp.Goodbye;
import dev.stoa.rtp.Nack;
import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.PictureLossIndication;
import dev.stoa.rtp.ReceiverReport;
import dev.stoa.rtp.Remb;
import dev.stoa.rtp.ReportBlocks;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.rtp.SenderReport;
import dev.stoa.rtp.SourceDescription;
import dev.stoa.rtp.TransportFeedback;
import dev.stoa.rtp.TransportFeedbackBuilder;
import dev.stoa.rtp.UnknownRtcp;
import dev.stoa.sdp.HeaderExtensionUri;
import dev.stoa.sdp.NegotiatedSession;
import dev.stoa.wire.Datagram;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The RTP session of a PeerConnection: whose packet is which, and the reports and requests that go with them. */
final class RtpSession {
    static final long REPORT_INTERVAL_NANOS = 1_000_000_000L;
    static final long FEEDBACK_INTERVAL_NANOS = 50_000_000L;
    /** SRTP has its own limit of authentic ones; this one is of those that belong to a section. */
    static final int MAX_SSRCS = 64;

    /** Protects and sends. */
    interface Output {
        boolean isOpen();

        void sendRtp(Datagram plain);

        void sendRtcp(Datagram plain);

        void countDiscarded();

        /** Of the path; 0 when it is not known. */
        long roundTripNanos();
    }

    /** @param repairs the SSRC whose packets these are again; -1 for an original */
    private record Route(RtpReceiver receiver, long repairs) {
        static final long ORIGINAL = -1;
    }

    private final Output output;
    private final Consumer<PeerEvent> events;
    private final long epochOffsetNanos;
    private final byte[] cname;
    private final long ownSsrc;
    private final List<RtpTransceiver> transceivers;
    private final Map<Long, Route> routes = new HashMap<>();
    private final TransportFeedbackBuilder arrivals = new TransportFeedbackBuilder();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final RtpPacket view = new RtpPacket();
    private final RtpPacket recovered = new RtpPacket();
    private final Datagram original = Datagram.allocate(2048);
    private final Datagram rtcp = Datagram.allocate(RtcpWriter.DEFAULT_LIMIT);
    private int midId;
    private int transportNumberId;
    private int transportNumber;
    private long lastMediaSsrc;
    private long nextReportNanos = Long.MAX_VALUE;
    private long nextFeedbackNanos = Long.MAX_VALUE;

    /**
     * @param ownSsrc whom reports are from when nothing is sent
     * @param transceivers of the connection, which adds to them
     */
    RtpSession(
            Output output,
            Consumer<PeerEvent> events,
            long epochOffsetNanos,
            byte[] cname,
            long ownSsrc,
            List<RtpTransceiver> transceivers) {
        this.output = output;
        this.events = events;
        this.epochOffsetNanos = epochOffsetNanos;
        this.cname = cname;
        this.ownSsrc = ownSsrc;
        this.transceivers = transceivers;
    }

    /** Takes what was negotiated; the transceivers have taken their sections. */
    void configure(NegotiatedSession session) {
        var ids = session.receiveExtensions();
        midId = ids.getOrDefault(HeaderExtensionUri.MID, 0);
        transportNumberId = ids.getOrDefault(HeaderExtensionUri.TRANSPORT_CC, 0);
        routes.values().removeIf(route -> !route.receiver.isReceiving());
        for (var transceiver : transceivers) {
            var section = transceiver.receiver().section();
            if (section != null && transceiver.receiver().isReceiving()) {
                for (var source : section.remoteSources()) {
                    addRoute(source.ssrc(), new Route(transceiver.receiver(), Route.ORIGINAL));
                    source.rtxSsrc().ifPresent(rtx -> addRoute(rtx, new Route(transceiver.receiver(), source.ssrc())));
                }
            }
        }
    }

    private void addRoute(long ssrc, Route route) {
        if (routes.size() < MAX_SSRCS || routes.containsKey(ssrc)) {
            routes.put(ssrc, route);
        }
    }

    /** The transport is open: reports begin. */
    void start(long nowNanos) {
        if (nextReportNanos == Long.MAX_VALUE) {
            nextReportNanos = nowNanos + REPORT_INTERVAL_NANOS;
        }
    }

    // Out

    boolean isOpen() {
        return output.isOpen();
    }

    void sendRtp(Datagram plain) {
        output.sendRtp(plain);
    }

    /** The transport-wide sequence number of the next packet (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
    int nextTransportNumber() {
        return transportNumber++ & 0xFFFF;
    }

    // In

    void handleRtp(long nowNanos, Datagram plain) {
        if (view.wrap(plain) != null) {
            output.countDiscarded();
            return;
        }
        int numberAt = view.extensionOffset(transportNumberId);
        if (numberAt > 0 && view.extensionLength(transportNumberId) >= 2) {
            arrivals.handlePacket(plain.u16(numberAt), nowNanos);
            if (nextFeedbackNanos == Long.MAX_VALUE) {
                nextFeedbackNanos = nowNanos + FEEDBACK_INTERVAL_NANOS;
            }
        }
        var route = route(view);
        if (route == null) {
            output.countDiscarded();
            return;
        }
        if (route.repairs == Route.ORIGINAL) {
            handleOriginal(nowNanos, route.receiver, view, false);
        } else {
            handleRetransmission(nowNanos, route);
        }
    }

    private void handleOriginal(long nowNanos, RtpReceiver receiver, RtpPacket packet, boolean isRecovered) {
        var stream = receiver.stream();
        if (stream == null || stream.ssrc() != packet.ssrc()) {
            var codec = receiver.codecOf(packet.payloadType());
            if (codec == null || isRecovered) {
                output.countDiscarded();
                return;
            }
            stream = receiver.begin(packet.ssrc(), codec);
            stream.setRoundTripTime(output.roundTripNanos());
        }
        lastMediaSsrc = packet.ssrc();
        stream.handlePacket(nowNanos, packet, isRecovered);
        pollFrames(nowNanos, receiver);
    }

    private void handleRetransmission(long nowNanos, Route route) {
        var repaired = route.receiver.repairedBy(view.payloadType());
        if (repaired == null) {
            output.countDiscarded();
            return;
        }
        // One without an original sequence number is a probe for bandwidth.
        if (Rtx.unwrap(view, original, repaired.payloadType(), route.repairs) == null
                && recovered.wrap(original) == null) {
            handleOriginal(nowNanos, route.receiver, recovered, true);
        }
    }

    private void pollFrames(long nowNanos, RtpReceiver receiver) {
        receiver.pollFrames(nowNanos, frame -> events.accept(new PeerEvent.Frame(receiver, frame)));
    }

    /** Which section a packet belongs to: by its SSRC, its mid, or its payload type (RFC 8843, 9.2). */
    private @Nullable Route route(RtpPacket packet) {
        var known = routes.get(packet.ssrc());
        if (known != null) {
            return known;
        }
        if (routes.size() >= MAX_SSRCS) {
            return null;
        }
        var mid = packet.extensionText(midId);
        RtpReceiver found = null;
        for (var transceiver : transceivers) {
            var receiver = transceiver.receiver();
            var section = receiver.section();
            if (section == null || !receiver.isReceiving()) {
                continue;
            }
            boolean knows =
                    receiver.codecOf(packet.payloadType()) != null || receiver.repairedBy(packet.payloadType()) != null;
            if (!knows || (mid != null && !mid.equals(section.mid()))) {
                continue;
            }
            if (found != null) {
                return null; // two sections could have it
            }
            found = receiver;
        }
        if (found == null) {
            return null;
        }
        Route route;
        if (found.codecOf(packet.payloadType()) != null) {
            route = new Route(found, Route.ORIGINAL);
        } else {
            var stream = found.stream();
            if (stream == null) {
                return null; // repairs something that never came
            }
            route = new Route(found, stream.ssrc());
        }
        routes.put(packet.ssrc(), route);
        return route;
    }

    void handleRtcp(long nowNanos, Datagram plain) {
        reader.wrap(plain);
        for (var packet = reader.next(); packet != null; packet = reader.next()) {
            switch (packet) {
                case SenderReport report -> {
                    var stream = stream(report.senderSsrc());
                    if (stream != null) {
                        stream.handleSenderReport(report, nowNanos);
                    }
                    handleReports(nowNanos, report.reports());
                }
                case ReceiverReport report -> handleReports(nowNanos, report.reports());
                case Nack nack -> {
                    var sender = sender(nack.mediaSsrc());
                    if (sender != null) {
                        sender.handleNack(nowNanos, nack);
                    }
                }
                case PictureLossIndication loss -> {
                    var sender = sender(loss.mediaSsrc());
                    if (sender != null && sender.handlePictureLoss(nowNanos)) {
                        events.accept(new PeerEvent.KeyFrameRequested(sender));
                    }
                }
                case FullIntraRequest request -> handleFullIntraRequest(nowNanos, request);
                // Nothing here estimates bandwidth, and a stream that ended is one that is silent.
                case TransportFeedback _, Remb _, ExtendedReport _, SourceDescription _, Goodbye _, UnknownRtcp _ -> {}
            }
        }
        if (reader.malformation() != null) {
            output.countDiscarded();
        }
    }

    private void handleFullIntraRequest(long nowNanos, FullIntraRequest request) {
        for (int i = 0; i < request.entryCount(); i++) {
            var sender = sender(request.ssrc(i));
            if (sender != null && sender.handleFullIntraRequest(nowNanos)) {
                events.accept(new PeerEvent.KeyFrameRequested(sender));
            }
        }
    }

    private void handleReports(long nowNanos, ReportBlocks blocks) {
        int now = NtpTime.compact(NtpTime.ofEpochNanos(nowNanos + epochOffsetNanos));
        for (int i = 0; i < blocks.count(); i++) {
            var sender = sender(blocks.ssrc(i));
            if (sender != null) {
                sender.handleReport(blocks, i, now);
            }
        }
    }

    private @Nullable RtpSender sender(long ssrc) {
        for (var transceiver : transceivers) {
            if (transceiver.sender().ssrc() == ssrc) {
                return transceiver.sender();
            }
        }
        return null;
    }

    private @Nullable InboundStream stream(long ssrc) {
        for (var transceiver : transceivers) {
            var stream = transceiver.receiver().stream();
            if (stream != null && stream.ssrc() == ssrc) {
                return stream;
            }
        }
        return null;
    }

    private void forEachStream(Consumer<InboundStream> action) {
        for (var transceiver : transceivers) {
            var stream = transceiver.receiver().stream();
            if (stream != null && transceiver.receiver().isReceiving()) {
                action.accept(stream);
            }
        }
    }

    // Time

    long nextTimeout() {
        if (!output.isOpen()) {
            return Long.MAX_VALUE;
        }
        long next = Math.min(nextReportNanos, nextFeedbackNanos);
        for (var transceiver : transceivers) {
            var stream = transceiver.receiver().stream();
            if (stream != null && transceiver.receiver().isReceiving()) {
                next = Math.min(next, stream.nextTimeout());
            }
        }
        return next;
    }

    void handleTimeout(long nowNanos) {
        if (!output.isOpen()) {
            return;
        }
        for (var transceiver : transceivers) {
            var stream = transceiver.receiver().stream();
            if (stream != null && transceiver.receiver().isReceiving() && stream.nextTimeout() <= nowNanos) {
                pollFrames(nowNanos, transceiver.receiver());
                boolean more = true;
                while (more) {
                    begin();
                    more = stream.writeFeedback(nowNanos, writer, reporterSsrc());
                    end();
                }
            }
        }
        if (nextFeedbackNanos <= nowNanos) {
            nextFeedbackNanos = Long.MAX_VALUE;
            begin();
            while (writer.transportFeedback(arrivals, reporterSsrc(), lastMediaSsrc)) {
                end();
                begin();
            }
        }
        if (nextReportNanos <= nowNanos) {
            nextReportNanos = nowNanos + REPORT_INTERVAL_NANOS;
            forEachStream(stream -> stream.setRoundTripTime(output.roundTripNanos()));
            report(nowNanos);
        }
    }

    /** A compound packet for each sender, the first with what is known of all that is received (RFC 3550, 6.1). */
    private void report(long nowNanos) {
        boolean first = true;
        for (var transceiver : transceivers) {
            var sender = transceiver.sender();
            if (sender.isActive()) {
                begin();
                sender.writeReport(writer, nowNanos, nowNanos + epochOffsetNanos);
                if (first) {
                    forEachStream(stream -> stream.writeReportBlock(writer, nowNanos));
                    first = false;
                }
                writer.cname(sender.ssrc(), cname);
                end();
            }
        }
        if (first) {
            begin();
            writer.receiverReport(ownSsrc);
            forEachStream(stream -> stream.writeReportBlock(writer, nowNanos));
            writer.cname(ownSsrc, cname);
            end();
        }
    }

    /** Says that what was sent will not go on (RFC 3550, 6.6). */
    void sayGoodbye() {
        for (var transceiver : transceivers) {
            if (transceiver.sender().isActive()) {
                begin();
                writer.receiverReport(transceiver.sender().ssrc());
                writer.goodbye(transceiver.sender().ssrc());
                end();
            }
        }
    }

    private long reporterSsrc() {
        for (var transceiver : transceivers) {
            if (transceiver.sender().isActive()) {
                return transceiver.sender().ssrc();
            }
        }
        return ownSsrc;
    }

    private void begin() {
        writer.begin(rtcp, RtcpWriter.DEFAULT_LIMIT);
    }

    private void end() {
        if (writer.end() > 0) {
            output.sendRtcp(rtcp);
        }
    }
}
