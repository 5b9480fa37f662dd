package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.NackTracker;
import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.ReceptionStatistics;
import dev.stoa.rtp.RtcpPacket;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.rtp.SenderReport;
import dev.stoa.rtp.Vp8Descriptor;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.SerialNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A browser that looks at what a {@link SimulcastCamera} sends, in one slot, and judges it as a decoder would. */
final class LayerViewer implements MemberOutput {
    static final String MID = "v0";
    private static final long SSRC = 50_000;

    /** What a packet carried. */
    record Packet(
            long arrivedNanos,
            int timestamp,
            boolean marker,
            int pictureId,
            int tl0,
            int tid,
            int layer,
            int frame,
            int index,
            int count,
            boolean key) {}

    /** A frame that is complete. */
    record Frame(
            long arrivedNanos, int timestamp, int pictureId, int tl0, int tid, int layer, int number, boolean key) {}

    final SimulatedLink up;
    final SimulatedLink down;
    final TreeMap<Long, Packet> packets = new TreeMap<>();
    int senderReports;
    long bytes;
    long lastNtp;
    int lastRtp;
    /** Frames that another layer cut off. */
    int cut;

    private final NackTracker nacks = new NackTracker(5 * MILLISECOND);
    private final ReceptionStatistics statistics = new ReceptionStatistics(SSRC, 90_000);
    private final Datagram place = Datagram.allocate(1500);
    private final RtpPacket rtp = new RtpPacket();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final Vp8Descriptor descriptor = new Vp8Descriptor();
    private final int[] missing = new int[256];
    private long highest = -1;
    private long nextReportNanos;

    LayerViewer(Random random, double loss) {
        up = new SimulatedLink(random, loss, 20 * MILLISECOND, 8 * MILLISECOND);
        down = new SimulatedLink(random, loss, 20 * MILLISECOND, 8 * MILLISECOND);
    }

    static SlotParameters slot() {
        return TestMedia.videoSlot(MID, SSRC);
    }

    @Override
    public void send(long nowNanos, OutgoingRtp packet) {
        down.send(nowNanos, Received.assemble(nowNanos, packet).toArray());
    }

    @Override
    public void slotsChanged(Map<String, TrackId> slots) {}

    void run(long nowNanos) {
        down.deliver(nowNanos, datagram -> receive(nowNanos, datagram));
        int count = nacks.pollMissing(nowNanos, missing);
        boolean report = nowNanos >= nextReportNanos && highest >= 0;
        if (count > 0 || report) {
            writer.begin(place, 1200);
            if (report) {
                nextReportNanos = nowNanos + SECOND;
                writer.receiverReport(1);
                statistics.writeBlock(writer, nowNanos);
            }
            if (count > 0) {
                writer.nack(1, SSRC, missing, 0, count);
            }
            writer.end();
            up.send(nowNanos, place.toArray());
        }
    }

    private void receive(long nowNanos, Datagram datagram) {
        place.set(datagram);
        if (RtcpPacket.isRtcp(place)) {
            reader.wrap(place);
            for (var packet = reader.next(); packet != null; packet = reader.next()) {
                if (packet instanceof SenderReport report) {
                    senderReports++;
                    lastNtp = report.ntpTimestamp();
                    lastRtp = report.rtpTimestamp();
                    statistics.handleSenderReport(report.ntpTimestamp(), nowNanos);
                }
            }
            return;
        }
        bytes += datagram.length();
        assertTrue(rtp.wrap(place) == null);
        if (rtp.ssrc() == SSRC + 1) {
            assertTrue(Rtx.unwrap(rtp, place, 120, SSRC) == null);
            assertTrue(rtp.wrap(place) == null);
        }
        nacks.handlePacket(rtp.sequenceNumber(), nowNanos);
        highest = highest < 0 ? (1L << 16) + rtp.sequenceNumber() : highest;
        long extended = SerialNumber.extend16(highest, rtp.sequenceNumber());
        highest = Math.max(highest, extended);
        statistics.handlePacket(rtp.sequenceNumber(), rtp.timestamp(), rtp.payloadLength(), nowNanos);
        if (rtp.payloadLength() == 0) {
            packets.putIfAbsent(extended, new Packet(nowNanos, rtp.timestamp(), false, -1, -1, 0, -1, 0, 0, 0, false));
            return;
        }
        assertTrue(descriptor.wrap(place, rtp.payloadOffset(), rtp.payloadLength()) == null);
        int at = descriptor.payloadOffset() + 10;
        packets.putIfAbsent(
                extended,
                new Packet(
                        nowNanos,
                        rtp.timestamp(),
                        rtp.marker(),
                        descriptor.pictureId(),
                        descriptor.tl0PicIdx(),
                        descriptor.temporalId(),
                        place.u8(at),
                        place.i32(at + 1),
                        place.u8(at + 5),
                        place.u8(at + 6),
                        place.u8(at + 7) != 0));
    }

    /** The NTP time, of the camera's clock, that its reports name for a timestamp. */
    double secondsOf(int timestamp) {
        return NtpTime.toEpochNanos(lastNtp) / 1e9 + (timestamp - lastRtp) / 90_000.0;
    }

    /** The layer of the last packet. */
    int layer() {
        var last = packets.lastEntry();
        return last == null ? -1 : last.getValue().layer();
    }

    /** All frames, complete and in order, from the first on; fails when anything is missing. */
    List<Frame> frames(String where) {
        var frames = new ArrayList<Frame>();
        if (packets.isEmpty()) {
            return frames;
        }
        int expected = 0;
        long arrived = 0;
        for (long number = packets.firstKey(); number <= packets.lastKey(); number++) {
            var packet = packets.get(number);
            assertNotNull(packet, where + ": packet " + (number - packets.firstKey()) + " is missing");
            if (packet.layer() < 0 || (frames.isEmpty() && expected == 0 && packet.index() > 0)) {
                continue; // a place that was kept for nothing; what nobody knows to have been lost before the first
            }
            if (expected > 0 && packet.index() == 0 && packet.key()) {
                // Nothing followed for a while, or another layer did not wait for the end of a frame that was late.
                cut += packet.arrivedNanos() - arrived < 200 * MILLISECOND ? 1 : 0;
                expected = 0;
            }
            assertEquals(expected, packet.index(), where + ": the frame's packets in their order");
            arrived = Math.max(arrived, packet.arrivedNanos());
            expected = packet.index() + 1;
            assertEquals(expected == packet.count(), packet.marker(), where + ": the marker ends the frame");
            if (expected == packet.count()) {
                frames.add(new Frame(
                        arrived,
                        packet.timestamp(),
                        packet.pictureId(),
                        packet.tl0(),
                        packet.tid(),
                        packet.layer(),
                        packet.frame(),
                        packet.key()));
                expected = 0;
            }
        }
        return frames;
    }

    /** Fails unless a decoder that has all these frames can show each of them. */
    static void assertDecodable(List<Frame> frames, String where) {
        Frame before = null;
        int[] lastOfTemporal = new int[4];
        int keyNumber = -1;
        for (var frame : frames) {
            String at = where + ": frame " + frame;
            if (before == null) {
                assertTrue(frame.key(), at + " begins with a key frame");
            } else {
                assertTrue(frame.layer() == before.layer() || frame.key(), at + " changes layer without a key frame");
                // Before a key frame there may be one that was cut off.
                int pictures = (frame.pictureId() - before.pictureId()) & 0x7FFF;
                assertTrue(pictures == 1 || (pictures == 2 && frame.key()), at + " after " + before);
                int base = (frame.tl0() - before.tl0()) & 0xFF;
                int step = frame.tid() == 0 ? 1 : 0;
                assertTrue(base == step || (base == 2 && frame.key()), at + " after " + before);
                assertTrue(frame.timestamp() - before.timestamp() > 0, at + " goes back in time after " + before);
            }
            if (frame.key()) {
                keyNumber = frame.number();
                lastOfTemporal = new int[] {keyNumber, keyNumber, keyNumber, keyNumber};
            } else {
                int phase = (frame.number() - keyNumber) % 4;
                // T0 depends on the T0 before; T1 on that; T2 on the frame before it, whichever layer that is of.
                int needs = phase == 0 ? frame.number() - 4 : phase == 2 ? frame.number() - 2 : frame.number() - 1;
                int has = phase == 3 ? lastOfTemporal[1] : lastOfTemporal[0];
                assertEquals(needs, has, at + " depends on a frame that was not sent");
            }
            lastOfTemporal[frame.tid()] = frame.number();
            before = frame;
        }
    }
}
