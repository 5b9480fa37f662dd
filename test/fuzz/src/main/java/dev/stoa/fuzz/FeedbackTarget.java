package dev.stoa.fuzz;

import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.TransportFeedback;
import dev.stoa.rtp.TransportFeedbackBuilder;
import dev.stoa.wire.Datagram;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Arrivals in any order at any time: what transport-cc feedback says of them is so. */
final class FeedbackTarget implements FuzzTarget {
    private static final int LIMIT = 1200;

    @Override
    public void run(byte[] input) {
        var choices = new Choices(input);
        var builder = new TransportFeedbackBuilder();
        var came = new HashSet<Integer>();
        long now = 1_000_000_000L * choices.u16();
        int number = choices.u16();
        while (!choices.isOver()) {
            int what = choices.u8();
            if (what < 8) {
                report(builder, came);
                continue;
            }
            now += switch (what & 3) {
                case 0 -> 0;
                case 1 -> 100_000L * choices.u8();
                case 2 -> 3_000_000L * choices.u8();
                default -> 1_000_000_000L * choices.u8();
            };
            number += switch (what >>> 2 & 7) {
                case 0, 1, 2, 3 -> 1;
                case 4 -> choices.u8() - 128;
                case 5 -> choices.u16();
                case 6 -> 0;
                default -> choices.below(20);
            };
            number &= 0xFFFF;
            builder.handlePacket(number, now);
            came.add(number);
        }
        report(builder, came);
    }

    private static void report(TransportFeedbackBuilder builder, Set<Integer> came) {
        var place = Datagram.allocate(LIMIT);
        var writer = new RtcpWriter();
        var reader = new RtcpReader();
        int messages = 0;
        while (builder.isPending()) {
            writer.begin(place, LIMIT);
            Promise.that(writer.transportFeedback(builder, 1, 2), "an empty datagram has room");
            writer.end();
            Promise.that(++messages < 1000, "an end comes");
            reader.wrap(place);
            if (!(reader.next() instanceof TransportFeedback feedback)) {
                throw new AssertionError("broken: what was written can be read");
            }
            boolean any = false;
            while (feedback.next()) {
                any |= feedback.received();
                Promise.that(
                        !feedback.received() || came.contains(feedback.sequenceNumber()),
                        "no packet is told of that did not come");
            }
            Promise.that(any, "a message tells of a packet");
            Promise.that(reader.next() == null && reader.malformation() == null, "it is well-formed");
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Seeds.sequences(4, 200);
    }
}
