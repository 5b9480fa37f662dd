package dev.stoa.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.wire.Datagram;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaving layers out, and changing between them, leaves no more to the collector than forwarding all: a byte per packet. */
class LayersAllocationTest {
    private static final int RECEIVERS = 8;
    private static final int PICTURES = 8000;
    private static final long PICTURE_NANOS = TestMedia.SECOND / 30;
    private static final List<ViewSize> VIEWS =
            List.of(new ViewSize(320, 180), new ViewSize(640, 360), new ViewSize(1280, 720), new ViewSize(1920, 1080));

    private final SfuCounters counters = new SfuCounters();
    private final Room room = new Room(SfuSettings.DEFAULT, counters, new Random(1));
    private final Datagram rtcp = Datagram.allocate(1500);
    private final Datagram area = Datagram.allocate(2500);
    private long sent;

    private final class Area implements MemberOutput {
        @Override
        public void send(long nowNanos, OutgoingRtp packet) {
            int standing = packet.write(area, 0, nowNanos);
            area.put(standing, packet.payload(), packet.payloadFrom(), packet.payloadCount());
            sent++;
        }

        @Override
        public void slotsChanged(Map<String, TrackId> slots) {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"VP9", "AV1"})
    void leavesNoGarbagePerPacket(String name) {
        var codec = name.equals("VP9") ? SvcStream.VP9 : SvcStream.AV1;
        var stream = new SvcStream(new Random(3), codec, true);
        var pictures = new ArrayList<List<byte[]>>();
        for (int i = 0; i < 2 * PICTURES; i++) {
            stream.keyWanted |= i % 120 == 0;
            pictures.add(stream.nextPicture());
        }
        var publisher = room.join(0, new MemberParameters("p", SvcStream.EXTENSIONS, true), new Area());
        var id = new TrackId("p", Source.CAMERA);
        room.publish(
                0, publisher, new TrackParameters(id, "1", List.of(codec), SvcStream.SSRC, TrackParameters.UNKNOWN));
        for (int i = 0; i < RECEIVERS; i++) {
            var extensions = new RtpExtensionIds(Map.of(
                    RtpHeaderExtension.MID, 1,
                    RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER, 2,
                    RtpHeaderExtension.DEPENDENCY_DESCRIPTOR, 12));
            var member = room.join(0, new MemberParameters("r" + i, SvcStream.EXTENSIONS, true), new Area());
            room.addSlots(0, member, List.of(new SlotParameters("7", true, 70, 71, List.of(codec), extensions)));
            room.setView(0, member, Map.of("7", VIEWS.get(i % VIEWS.size())));
        }
        run(0, PICTURES, publisher, pictures);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sentBefore = sent;
        long before = threads.getCurrentThreadAllocatedBytes();
        run(PICTURES, 2 * PICTURES, publisher, pictures);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        long packets = sent - sentBefore;
        assertTrue(packets > 20L * PICTURES, packets + " packets");
        assertTrue(packets < counters.get(Counter.RTP_RECEIVED) / 2 * RECEIVERS * 9 / 10, "layers were left out");
        assertTrue(bytes <= packets, bytes + " bytes for " + packets + " packets");
        room.close();
        assertEquals(0, room.cacheBytes());
    }

    private void run(int from, int to, Member publisher, List<List<byte[]>> pictures) {
        for (int i = from; i < to; i++) {
            long now = i * PICTURE_NANOS;
            var packets = pictures.get(i);
            for (int j = 0; j < packets.size(); j++) {
                var bytes = packets.get(j);
                var slot = publisher.nextSlot(SvcStream.SSRC);
                slot.put(0, bytes, 0, bytes.length);
                slot.setLength(bytes.length);
                publisher.handleRtp(now, slot);
            }
            room.handleTimeout(now);
            var whom = room.pollRtcp(now, rtcp);
            while (whom != null) {
                whom = room.pollRtcp(now, rtcp);
            }
        }
    }
}
