package dev.stoa.sfu;

import dev.stoa.rtp.Nack;
import dev.stoa.rtp.ReportBlocks;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one participant receives over its transport: its slots, the RTCP it sends about them, and the sender reports it gets.
 *
 * <p>Calling contract: packets leave by the {@link RtpOutput} from within other calls; {@link #pollRtcp}, until it returns
 * false, whenever {@link #nextTimeout} has come.
 */
public final class Subscriber {
    /** What one message may ask for; a message of 1200 bytes could ask for 5000. */
    private static final int MAX_MISSING = 512;

    /** Sequence numbers begin in the lower half, so that losing the first packets cannot hide a roll-over from SRTP. */
    private static final int FIRST_BELOW = 1 << 15;

    private final SfuSettings settings;
    private final SfuCounters counters;
    private final RtpOutput output;
    private final RandomGenerator random;
    private final Allowance allowance;
    private final TransportSequence transportSequence = new TransportSequence();
    private final RetransmissionBudget budget = new RetransmissionBudget();
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final RtcpWriter writer = new RtcpWriter();
    private final List<Subscription> slots = new ArrayList<>();
    private final Deadline report = new Deadline();
    private final int[] missing = new int[MAX_MISSING];
    private long roundTripNanos = -1;
    private int reportFrom;

    /** @param random for the first sequence numbers (RFC 3550, 5.1) */
    public Subscriber(
            SfuSettings settings, SfuCounters counters, RtpOutput output, RandomGenerator random, Allowance allowance) {
        this.allowance = allowance;
        this.settings = settings;
        this.counters = counters;
        this.output = output;
        this.random = random;
    }

    /** @throws IllegalStateException when there are too many: ask {@link #canAddSlot} */
    public Subscription addSlot(SlotParameters parameters) {
        if (!canAddSlot(parameters)) {
            throw new IllegalStateException("cannot add slot " + parameters.mid());
        }
        var slot = new Subscription(
                parameters,
                random.nextInt(FIRST_BELOW),
                random.nextInt(FIRST_BELOW),
                output,
                transportSequence,
                header,
                budget,
                report,
                allowance,
                counters);
        slots.add(slot);
        return slot;
    }

    /** Whether there is room, and none of its name or SSRC. */
    public boolean canAddSlot(SlotParameters parameters) {
        return slots.size() < settings.maxSlots() && slot(parameters.mid()) == null && find(parameters.ssrc()) == null;
    }

    public List<Subscription> slots() {
        return Collections.unmodifiableList(slots);
    }

    public @Nullable Subscription slot(String mid) {
        for (var slot : slots) {
            if (slot.slot().mid().equals(mid)) {
                return slot;
            }
        }
        return null;
    }

    /** All slots look again for their layers. */
    void reconsider(long nowNanos) {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).slot().video()) {
                slots.get(i).reconsider(nowNanos);
            }
        }
    }

    /** -1 while it is not known. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    void handleNack(long nowNanos, Nack nack) {
        counters.count(Counter.NACK_RECEIVED);
        var slot = find(nack.mediaSsrc());
        int count = nack.copySequenceNumbers(missing);
        for (int i = 0; i < count && slot != null; i++) {
            slot.handleMissing(nowNanos, missing[i]);
        }
    }

    void handleKeyFrameRequest(long nowNanos, long mediaSsrc) {
        var slot = find(mediaSsrc);
        if (slot != null) {
            slot.handleKeyFrameRequest(nowNanos);
        }
    }

    void handleReports(long nowNanos, ReportBlocks blocks) {
        for (int i = 0; i < blocks.count(); i++) {
            var slot = find(blocks.ssrc(i));
            if (slot != null) {
                slot.handleReportBlock(nowNanos, blocks, i);
                roundTripNanos = slot.roundTripNanos() < 0 ? roundTripNanos : slot.roundTripNanos();
            }
        }
    }

    /** When {@link #pollRtcp} has something to do. */
    public long nextTimeout() {
        return report.nanos();
    }

    /** Writes a compound RTCP packet of what is due; false: nothing is, and {@code into} means nothing. */
    public boolean pollRtcp(long nowNanos, Datagram into) {
        if (!report.isDue(nowNanos)) {
            return false;
        }
        writer.begin(into, Math.min(RtcpWriter.DEFAULT_LIMIT, into.capacity()));
        while (reportFrom < slots.size()) {
            if (!slots.get(reportFrom).writeReport(nowNanos, writer)) {
                break;
            }
            reportFrom++;
        }
        if (writer.length() == 0) {
            report.set(Deadline.NEVER); // until a slot has something to report
            reportFrom = 0;
            return false;
        }
        if (reportFrom == slots.size()) {
            report.set(nowNanos + settings.reportIntervalNanos());
            reportFrom = 0;
        }
        counters.count(Counter.RTCP_SENT);
        return writer.end() > 0;
    }

    void close(long nowNanos) {
        for (var slot : slots) {
            slot.setTrack(nowNanos, null);
        }
    }

    private @Nullable Subscription find(long ssrc) {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).slot().ssrc() == ssrc) {
                return slots.get(i);
            }
        }
        return null;
    }
}
