package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.wire.Datagram;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a packet costs on the way through is no memory. */
class AllocationTest {
    private static final int ROUNDS = 2_000;

    private final Datagram incoming = Datagram.copyOf(HexFormat.of()
            .parseHex("90e01a2b00015f90deadbeefbede0003220102033100074030000000" + "90e0812c01201002009d012a8002e001"));
    private final Datagram outgoing = Datagram.allocate(1500);
    private final Datagram place = Datagram.allocate(1500);
    private final RtpPacket packet = new RtpPacket();
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final NackTracker tracker = new NackTracker(0);
    private final ReceptionStatistics statistics = new ReceptionStatistics(1, 90_000);
    private final TransportFeedbackBuilder feedback = new TransportFeedbackBuilder();
    private final RtpExtensionIds ids =
            new RtpExtensionIds(Map.of(RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER, 3, RtpHeaderExtension.MID, 4));
    private final byte[] mid = {'7'};
    private final int[] missing = new int[64];
    private long sum;

    @Test
    void aForwardedPacketAllocatesNothing() {
        assertEquals(0, allocated(this::forward));
        assertTrue(sum != 0);
    }

    @Test
    void feedbackAllocatesNothing() {
        assertEquals(0, allocated(this::report));
        assertTrue(sum != 0);
    }

    private void forward(int round) {
        packet.wrap(incoming);
        packet.setSequenceNumber(round * 2 & 0xFFFF);
        vp8.wrap(incoming, packet.payloadOffset(), packet.payloadLength());
        vp8.setPictureId(round);
        feedback.handlePacket(round & 0xFFFF, round * 1_000_000L);
        tracker.handlePacket(packet.sequenceNumber(), round * 1_000_000L);
        statistics.handlePacket(
                packet.sequenceNumber(), packet.timestamp(), packet.payloadLength(), round * 1_000_000L);
        int transportAt = packet.extensionOffset(ids.id(RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER));
        sum += incoming.u16(transportAt) + (packet.extensionEquals(4, mid) ? 1 : 0);
        header.begin(outgoing, 0, packet.marker(), 97, round & 0xFFFF, packet.timestamp(), 5);
        outgoing.put16(header.extension(5, 2), round);
        header.extension(200, mid);
        header.copyExtension(3, packet, 2);
        int at = header.end();
        outgoing.put(at, incoming, packet.payloadOffset(), packet.payloadLength());
        outgoing.setLength(at + packet.payloadLength());
        packet.wrap(outgoing);
        Rtx.wrap(packet, place, 98, round & 0xFFFF, 6);
        packet.wrap(place);
        Rtx.unwrap(packet, place, 97, 5);
        sum += place.length();
    }

    private void report(int round) {
        feedback.handlePacket(round * 2 & 0xFFFF, round * 1_000_000L);
        tracker.handlePacket(round * 2 & 0xFFFF, round * 1_000_000L);
        statistics.handlePacket(round & 0xFFFF, round * 3000, 10, round * 1_000_000L);
        writer.begin(outgoing, 1200);
        writer.senderReport(1, 2, 3, 4, 5);
        statistics.writeBlock(writer, round * 1_000_000L);
        writer.cname(1, mid);
        writer.nack(1, 2, missing, 0, tracker.pollMissing(round * 1_000_000L, missing));
        writer.transportFeedback(feedback, 1, 2);
        writer.pictureLossIndication(1, 2);
        writer.end();
        reader.wrap(outgoing);
        for (var part = reader.next(); part != null; part = reader.next()) {
            sum += switch (part) {
                case SenderReport report -> report.reports().count();
                case ReceiverReport report -> report.reports().count();
                case SourceDescription description -> description.ssrc(0);
                case Nack nack -> nack.copySequenceNumbers(missing);
                case TransportFeedback transport -> transport.next() ? transport.arrivalMicros() : 0;
                case PictureLossIndication indication -> indication.mediaSsrc();
                case FullIntraRequest request -> request.entryCount();
                case Goodbye goodbye -> goodbye.ssrcCount();
                case Remb remb -> remb.bitrateBps();
                case ExtendedReport report -> report.dlrrCount();
                case UnknownRtcp unknown -> unknown.format();
            };
        }
    }

    private interface Step {
        void run(int round);
    }

    /** The least of several measurements: the first ones load classes and link call sites. */
    private static long allocated(Step step) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int round = 0; round < ROUNDS; round++) {
                step.run(round);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
