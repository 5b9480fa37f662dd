package dev.stoa.fuzz;

import dev.stoa.rtp.ExtendedReport;
import dev.stoa.rtp.FullIntraRequest;
import dev.stoa.rtp.Goodbye;
import dev.stoa.rtp.Nack;
import dev.stoa.rtp.PictureLossIndication;
import dev.stoa.rtp.ReceiverReport;
import dev.stoa.rtp.Remb;
import dev.stoa.rtp.ReportBlocks;
import dev.stoa.rtp.RtcpPacket;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.SenderReport;
import dev.stoa.rtp.SourceDescription;
import dev.stoa.rtp.TransportFeedback;
import dev.stoa.rtp.TransportFeedbackBuilder;
import dev.stoa.rtp.UnknownRtcp;
import dev.stoa.wire.Datagram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A compound RTCP packet of any kinds: every field of each is read. */
final class RtcpTarget implements FuzzTarget {
    @Override
    public void run(byte[] input) {
        var reader = new RtcpReader();
        var datagram = Datagram.copyOf(input);
        reader.wrap(datagram);
        int packets = 0;
        for (var packet = reader.next(); packet != null; packet = reader.next()) {
            packets++;
            read(packet);
        }
        Promise.that(packets <= RtcpReader.MAX_PACKETS, "packets are few");
        Promise.that(input.length > 0 || reader.malformation() != null, "nothing is no packet");
        Promise.canBeRead(RtcpPacket.isRtcp(datagram));
    }

    private static void read(RtcpPacket packet) {
        switch (packet) {
            case SenderReport report -> {
                Promise.canBeRead(report.ntpTimestamp(), report.rtpTimestamp());
                Promise.that(report.senderSsrc() >= 0 && report.packetCount() >= 0 && report.octetCount() >= 0, "sign");
                read(report.reports());
            }
            case ReceiverReport report -> {
                Promise.that(report.senderSsrc() >= 0, "an SSRC is unsigned");
                read(report.reports());
            }
            case SourceDescription description -> {
                for (int i = 0; i < description.chunkCount(); i++) {
                    Promise.that(description.ssrc(i) >= 0, "an SSRC is unsigned");
                    var name = description.cname(i);
                    Promise.that(name == null || name.length() <= 255, "a name has 255 bytes at most");
                }
            }
            case Goodbye goodbye -> {
                for (int i = 0; i < goodbye.ssrcCount(); i++) {
                    Promise.that(goodbye.ssrc(i) >= 0, "an SSRC is unsigned");
                }
                var reason = goodbye.reason();
                Promise.that(reason == null || reason.length() <= 255, "a reason has 255 bytes at most");
            }
            case Nack nack -> read(nack);
            case TransportFeedback feedback -> read(feedback);
            case PictureLossIndication indication ->
                Promise.that(indication.senderSsrc() >= 0 && indication.mediaSsrc() >= 0, "an SSRC is unsigned");
            case FullIntraRequest request -> {
                for (int i = 0; i < request.entryCount(); i++) {
                    Promise.that(request.ssrc(i) >= 0 && request.commandSequenceNumber(i) < 256, "fields have bits");
                }
            }
            case Remb remb -> {
                Promise.that(remb.bitrateBps() >= 0, "a bitrate is not negative");
                for (int i = 0; i < remb.ssrcCount(); i++) {
                    Promise.that(remb.ssrc(i) >= 0, "an SSRC is unsigned");
                }
            }
            case ExtendedReport report -> {
                if (report.hasReferenceTime()) {
                    Promise.canBeRead(report.ntpTimestamp());
                }
                for (int i = 0; i < report.dlrrCount(); i++) {
                    Promise.canBeRead(report.lastReceiverReport(i));
                    Promise.that(report.dlrrSsrc(i) >= 0 && report.delaySinceLastReceiverReport(i) >= 0, "sign");
                }
            }
            case UnknownRtcp unknown -> Promise.that(unknown.packetType() < 256 && unknown.format() < 32, "bits");
        }
    }

    private static void read(ReportBlocks blocks) {
        for (int i = 0; i < blocks.count(); i++) {
            Promise.that(
                    blocks.ssrc(i) >= 0
                            && blocks.fractionLost(i) < 256
                            && blocks.extendedHighestSequenceNumber(i) >= 0
                            && blocks.jitter(i) >= 0
                            && blocks.delaySinceLastSenderReport(i) >= 0,
                    "fields are unsigned");
            Promise.canBeRead(blocks.cumulativeLost(i), blocks.lastSenderReport(i), blocks.roundTripTime(i, 12345));
        }
    }

    private static void read(Nack nack) {
        var small = new int[3];
        Promise.that(nack.copySequenceNumbers(small) <= small.length, "no more are copied than there is room for");
        var all = new int[17 * nack.itemCount()];
        int count = nack.copySequenceNumbers(all);
        for (int i = 0; i < count; i++) {
            Promise.that(all[i] >= 0 && all[i] <= 0xFFFF, "a sequence number has 16 bits");
        }
    }

    private static void read(TransportFeedback feedback) {
        for (int pass = 0; pass < 2; pass++) {
            int statuses = 0;
            while (feedback.next()) {
                statuses++;
                Promise.that(feedback.sequenceNumber() <= 0xFFFF, "a sequence number has 16 bits");
                Promise.canBeRead(feedback.received(), feedback.arrivalMicros());
            }
            Promise.that(statuses == feedback.statusCount(), "as many statuses as were announced");
            Promise.that(statuses <= TransportFeedback.MAX_STATUSES, "statuses are few");
            feedback.rewind();
        }
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        seeds.add(written(writer -> {
            writer.senderReport(1, 2, 3, 4, 5);
            writer.reportBlock(6, 7, 8, 9, 10, 11, 12);
            writer.cname(14, "name".getBytes(StandardCharsets.UTF_8));
        }));
        seeds.add(written(writer -> {
            writer.receiverReport(13);
            writer.nack(15, 16, new int[] {1, 2, 50}, 0, 3);
        }));
        seeds.add(written(writer -> {
            var builder = new TransportFeedbackBuilder();
            for (int i = 0; i < 40; i++) {
                if (i % 7 != 3) {
                    builder.handlePacket(i, i * 5_000_000L);
                }
            }
            writer.transportFeedback(builder, 17, 18);
        }));
        seeds.add(written(writer -> {
            writer.pictureLossIndication(19, 20);
            writer.fullIntraRequest(21, 22, 23);
            writer.remb(24, 25, new long[] {26}, 1);
        }));
        seeds.add(written(writer -> {
            writer.receiverReferenceTime(27, 28);
            writer.dlrr(29, 30, 31, 32);
            writer.goodbye(33);
        }));
        // A reason behind the BYE, and padding.
        seeds.add(Seeds.hex("a1cb0004 00000001 03627965 00000000 00000004"));
        return seeds;
    }

    private static byte[] written(Consumer<RtcpWriter> parts) {
        var place = Datagram.allocate(RtcpWriter.DEFAULT_LIMIT);
        var writer = new RtcpWriter();
        writer.begin(place, RtcpWriter.DEFAULT_LIMIT);
        parts.accept(writer);
        writer.end();
        return place.toArray();
    }
}
