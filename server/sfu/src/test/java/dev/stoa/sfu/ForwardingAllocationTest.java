package dev.stoa.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.wire.Datagram;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A packet on its way from one to eight, with RTCP both ways and retransmissions, leaves nothing to the collector: at most
 * one byte per forwarded packet, also with the simple compiler that the tests run with.
 */
class ForwardingAllocationTest {
    private static final int RECEIVERS = 8;
    private static final long FRAME_NANOS = 4 * TestMedia.MILLISECOND;

    private final SfuCounters counters = new SfuCounters();
    private final Room room = new Room(SfuSettings.DEFAULT, counters, new Random(1));
    private final Datagram rtcp = Datagram.allocate(1500);
    private final Datagram nack = Datagram.allocate(200);
    private final RtcpWriter writer = new RtcpWriter();
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final int[] missing = new int[1];
    private long sent;
    private long rtcpSent;

    private final class Area implements MemberOutput {
        private final Datagram area = Datagram.allocate(2000);
        private int lastSequenceNumber;

        @Override
        public void send(long nowNanos, OutgoingRtp packet) {
            int standing = packet.write(area, 0, nowNanos);
            area.put(standing, packet.payload(), packet.payloadFrom(), packet.payloadCount());
            lastSequenceNumber = packet.isRetransmission() ? lastSequenceNumber : packet.sequenceNumber();
            sent++;
        }

        @Override
        public void slotsChanged(Map<String, TrackId> slots) {}
    }

    @Test
    void leavesNoGarbagePerPacket() {
        var publisher = room.join(0, new MemberParameters("p", TestMedia.EXTENSIONS, true), new Area());
        room.publish(0, publisher, TestMedia.camera("p", 10, 11));
        var outputs = new Area[RECEIVERS];
        var receivers = new Member[RECEIVERS];
        for (int i = 0; i < RECEIVERS; i++) {
            outputs[i] = new Area();
            receivers[i] = room.join(0, new MemberParameters("r" + i, TestMedia.EXTENSIONS, true), outputs[i]);
            room.addSlots(0, receivers[i], List.of(TestMedia.videoSlot("1", 50)));
        }
        run(0, 20_000, publisher, receivers, outputs);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sentBefore = sent;
        long before = threads.getCurrentThreadAllocatedBytes();
        run(20_000, 60_000, publisher, receivers, outputs);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        long packets = sent - sentBefore;
        assertTrue(packets >= 40_000L * RECEIVERS * 9 / 10, packets + " packets");
        assertTrue(bytes <= packets, bytes + " bytes for " + packets + " packets");
        assertTrue(counters.get(Counter.RTX_SENT) > 1000);
        assertTrue(counters.get(Counter.NACK_SENT) > 100);
        assertTrue(rtcpSent > 1000);
        room.close();
        assertEquals(0, room.cacheBytes());
    }

    private void run(int from, int to, Member publisher, Member[] receivers, Area[] outputs) {
        for (int i = from; i < to; i++) {
            long now = i * FRAME_NANOS;
            if (i % 50 != 7) { // lost, and for good
                var slot = publisher.nextSlot(10);
                header.begin(slot, 0, true, 96, i & 0xFFFF, 3000 * i, 10);
                slot.put16(
                        header.extension(TestMedia.EXTENSIONS.id(RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER), 2), i);
                TestMedia.vp8Payload(slot, header.end(), i, true, i % 300 == 0, 1, i);
                publisher.handleRtp(now, slot);
            }
            if (i % 10 == 0) {
                int at = i / 10 % receivers.length;
                missing[0] = (outputs[at].lastSequenceNumber - 10) & 0xFFFF;
                writer.begin(nack, 200);
                writer.nack(9, 50, missing, 0, 1);
                writer.pictureLossIndication(9, 50);
                writer.end();
                receivers[at].handleRtcp(now, nack);
            }
            if (i % 100 == 50) {
                writer.begin(nack, 200);
                writer.senderReport(10, (long) i << 32, 3000 * i, i, i);
                writer.end();
                publisher.handleRtcp(now, nack);
            }
            room.handleTimeout(now);
            for (var whom = room.pollRtcp(now, rtcp); whom != null; whom = room.pollRtcp(now, rtcp)) {
                rtcpSent++;
            }
        }
    }
}
