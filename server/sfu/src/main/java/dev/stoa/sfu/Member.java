package dev.stoa.sfu;

import dev.stoa.rtp.ExtendedReport;
import dev.stoa.rtp.FullIntraRequest;
import dev.stoa.rtp.Goodbye;
import dev.stoa.rtp.Nack;
import dev.stoa.rtp.PictureLossIndication;
import dev.stoa.rtp.ReceiverReport;
import dev.stoa.rtp.Remb;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.SenderReport;
import dev.stoa.rtp.SourceDescription;
import dev.stoa.rtp.TransportFeedback;
import dev.stoa.rtp.UnknownRtcp;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * A participant in a {@link Room}, as its media loop sees it.
 *
 * <p>Calling contract, for each datagram: RTP is unprotected into {@link #nextSlot} and, when that succeeded, given to
 * {@link #handleRtp}; RTCP is unprotected anywhere and given to {@link #handleRtcp}. RTCP to be sent comes from
 * {@link Room#pollRtcp}.
 */
public final class Member {
    private final String id;
    private final MemberOutput output;
    private final Publisher publisher;
    private final Subscriber subscriber;
    private final SfuCounters counters;
    private final RtcpReader reader = new RtcpReader();
    private final SlotAllocator allocator = new SlotAllocator();
    private final EnumSet<Source> off = EnumSet.noneOf(Source.class);

    Member(String id, MemberOutput output, Publisher publisher, Subscriber subscriber, SfuCounters counters) {
        this.id = id;
        this.output = output;
        this.publisher = publisher;
        this.subscriber = subscriber;
        this.counters = counters;
    }

    public String id() {
        return id;
    }

    public Publisher publisher() {
        return publisher;
    }

    public Subscriber subscriber() {
        return subscriber;
    }

    /** Where an RTP datagram with this SSRC (its bytes 8 to 11) is to be unprotected to. */
    public Datagram nextSlot(long ssrc) {
        return publisher.nextSlot(ssrc);
    }

    /** Takes the packet that was unprotected into {@link #nextSlot}. Not null: it was dropped, and counted. */
    public @Nullable Malformation handleRtp(long nowNanos, Datagram slot) {
        return publisher.handleRtp(nowNanos, slot);
    }

    /** Takes an unprotected compound RTCP packet. Not null: so far it was understood. */
    public @Nullable Malformation handleRtcp(long nowNanos, Datagram plain) {
        counters.count(Counter.RTCP_RECEIVED);
        reader.wrap(plain);
        for (var packet = reader.next(); packet != null; packet = reader.next()) {
            switch (packet) {
                case SenderReport report -> {
                    publisher.handleSenderReport(
                            nowNanos, report.senderSsrc(), report.ntpTimestamp(), report.rtpTimestamp());
                    subscriber.handleReports(nowNanos, report.reports());
                }
                case ReceiverReport report -> subscriber.handleReports(nowNanos, report.reports());
                case Nack nack -> subscriber.handleNack(nowNanos, nack);
                case PictureLossIndication loss -> subscriber.handleKeyFrameRequest(nowNanos, loss.mediaSsrc());
                case FullIntraRequest request -> {
                    for (int i = 0; i < request.entryCount(); i++) {
                        subscriber.handleKeyFrameRequest(nowNanos, request.ssrc(i));
                    }
                }
                // Who is who is known from signaling; estimates are the congestion control's, which is not here yet.
                case SourceDescription _, Goodbye _, TransportFeedback _, Remb _, ExtendedReport _ -> {}
                case UnknownRtcp _ -> counters.count(Counter.RTCP_UNKNOWN);
            }
        }
        if (subscriber.roundTripNanos() >= 0) {
            publisher.setRoundTripTime(subscriber.roundTripNanos());
        }
        if (reader.malformation() != null) {
            counters.count(Counter.RTCP_MALFORMED);
        }
        return reader.malformation();
    }

    /** When {@link #pollRtcp} has something to do. */
    public long nextTimeout() {
        return Math.min(publisher.nextTimeout(), subscriber.nextTimeout());
    }

    /** Writes a compound RTCP packet to the participant; false: nothing is due, and {@code into} means nothing. */
    public boolean pollRtcp(long nowNanos, Datagram into) {
        return publisher.pollRtcp(nowNanos, into) || subscriber.pollRtcp(nowNanos, into);
    }

    MemberOutput output() {
        return output;
    }

    SlotAllocator allocator() {
        return allocator;
    }

    boolean isActive(Source source) {
        return !off.contains(source);
    }

    void setActive(Source source, boolean active) {
        if (active) {
            off.remove(source);
        } else {
            off.add(source);
        }
    }
}
