package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.RtcpPacket;
import dev.stoa.wire.Datagram;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four who send and receive through the room over paths that lose, delay and reorder, judged by what the packets carry. */
class LossySimulationTest {
    private static final long TICK = MILLISECOND;

    private final SfuCounters counters = new SfuCounters();
    private final Map<SimulatedPeer, Member> members = new LinkedHashMap<>();
    private final Map<Member, SimulatedPeer> peers = new HashMap<>();
    private final Map<SimulatedPeer, Map<String, TrackId>> slotMaps = new HashMap<>();
    private final Datagram rtcp = Datagram.allocate(1500);
    private final Random random = new Random();
    private final Room room = new Room(SfuSettings.DEFAULT, counters, random);
    private long now = 77 * SECOND;

    @AfterEach
    void close() {
        room.close();
        assertEquals(0, room.cacheBytes());
    }

    private SimulatedPeer join(String id, int number, double loss, boolean rtx) {
        var peer = new SimulatedPeer(
                id,
                number,
                now,
                new SimulatedLink(random, loss, 20 * MILLISECOND, 12 * MILLISECOND),
                new SimulatedLink(random, loss, 20 * MILLISECOND, 12 * MILLISECOND),
                random.nextInt(1 << 16),
                rtx);
        var output = new MemberOutput() {
            @Override
            public void send(long nowNanos, OutgoingRtp packet) {
                peer.down.send(nowNanos, Received.assemble(nowNanos, packet).toArray());
            }

            @Override
            public void slotsChanged(Map<String, TrackId> slots) {
                slotMaps.put(peer, slots);
            }
        };
        var member = room.join(now, new MemberParameters(id, TestMedia.EXTENSIONS, true), output);
        members.put(peer, member);
        peers.put(member, peer);
        peer.tracks().forEach(track -> room.publish(now, member, track));
        room.addSlots(now, member, peer.addSlots(6, 6));
        return peer;
    }

    private void leave(SimulatedPeer peer) {
        var member = members.remove(peer);
        if (member != null) {
            room.leave(now, member);
            peers.remove(member);
        }
    }

    private void run(long nanos) {
        for (long end = now + nanos; now < end; now += TICK) {
            for (var entry : members.entrySet()) {
                entry.getKey().run(now);
            }
            for (var entry : members.entrySet()) {
                entry.getKey().up.deliver(now, datagram -> receive(entry.getValue(), datagram));
            }
            if (room.nextTimeout() <= now) {
                room.handleTimeout(now);
                for (var to = room.pollRtcp(now, rtcp); to != null; to = room.pollRtcp(now, rtcp)) {
                    var peer = peers.get(to);
                    if (peer != null) {
                        peer.down.send(now, rtcp.toArray());
                    }
                }
            }
            assertTrue(room.nextTimeout() > now, "all that was due is done");
        }
    }

    private void receive(Member from, Datagram encrypted) {
        if (RtcpPacket.isRtcp(encrypted)) {
            rtcp.set(encrypted);
            from.handleRtcp(now, rtcp);
            return;
        }
        var slot = from.nextSlot(encrypted.u32(8));
        slot.set(encrypted); // stands for unprotecting
        from.handleRtp(now, slot);
    }

    /** Nothing new, and time for everything to be sent again. */
    private void settle() {
        members.keySet().forEach(peer -> peer.sending = false);
        run(100 * MILLISECOND);
        for (var peer : members.keySet()) {
            peer.up.heal();
            peer.down.heal();
        }
        run(3 * SECOND);
    }

    private void assertComplete(SimulatedPeer peer, String mid, long seed) {
        var slot = peer.slot(mid);
        var shows = slotMaps.getOrDefault(peer, Map.of()).get(mid);
        assertNotNull(shows);
        String where = "seed " + seed + ", " + peer.id + " " + mid + " shows " + shows;
        assertTrue(slot.contents.size() > 100, where + ": " + slot.contents.size() + " packets");
        int who = members.keySet().stream()
                .filter(other -> other.id.equals(shows.participant()))
                .findFirst()
                .orElseThrow()
                .number;
        long first = slot.contents.firstKey();
        while (first < slot.highest && !isKeyFrame(slot, first)) {
            first++; // the first packets may have been lost, and nobody knew of them
        }
        assertTrue(first - slot.contents.firstKey() < 200, where + ": begins with a key frame");
        SimulatedPeer.Content before = null;
        for (long number = first; number <= slot.highest; number++) {
            var content = slot.contents.get(number);
            assertNotNull(
                    content, where + ": packet " + (number - first) + " of " + (slot.highest - first) + " is missing");
            if (content.who() < 0) {
                continue; // a probe that came late
            }
            assertEquals(who, content.who(), where);
            if (before != null) {
                assertEquals(before.counter() + 1, content.counter(), where);
                int pictures = content.timestamp() == before.timestamp() ? 0 : 1;
                assertEquals((before.pictureId() + pictures) & 0x7FFF, content.pictureId(), where);
            }
            before = content;
        }
    }

    private static boolean isKeyFrame(SimulatedPeer.Slot slot, long number) {
        var content = slot.contents.get(number);
        return content != null && content.keyFrame();
    }

    @ParameterizedTest
    @CsvSource({"0.02, 1", "0.05, 2", "0.1, 3", "0.1, 4"})
    void everybodyGetsEverythingInTheEnd(double loss, long seed) {
        random.setSeed(seed);
        for (int i = 0; i < 4; i++) {
            join("p" + i, i, loss, true);
        }
        run(6 * SECOND);
        var late = join("late", 4, loss, true);
        run(6 * SECOND);
        settle();
        for (var peer : members.keySet()) {
            assertTrue(peer.up.lostCount() > 10, "the path was bad");
            for (var entry : slotMaps.getOrDefault(peer, Map.of()).entrySet()) {
                if (entry.getValue().source() == Source.CAMERA) {
                    assertComplete(peer, entry.getKey(), seed);
                }
            }
            assertTrue(
                    peer.feedbackReceived > peer.feedbackPackets * (1 - 2 * loss) - 50, "feedback tells of arrivals");
            assertTrue(peer.feedbackPackets > 500, peer.feedbackPackets + " packets in feedback");
        }
        assertEquals(
                4,
                late.slots.values().stream()
                        .filter(slot -> slot.parameters.video() && !slot.contents.isEmpty())
                        .count());
        assertTrue(counters.get(Counter.RTX_SENT) > 50);
        assertTrue(counters.get(Counter.RTX_RECEIVED) > 50);
    }

    @Test
    void theSamePathWithoutRetransmissionsLosesPackets() {
        random.setSeed(5);
        for (int i = 0; i < 4; i++) {
            join("p" + i, i, 0.05, false);
        }
        run(4 * SECOND);
        settle();
        var slot = members.keySet().iterator().next().slot("v0");
        long expected = slot.highest - slot.contents.firstKey() + 1;
        assertTrue(slot.contents.size() < expected * 0.96, slot.contents.size() + " of " + expected);
    }

    @Test
    void aSlotThatIsTakenOverRunsOn() {
        random.setSeed(6);
        var stays = join("stays", 1, 0, true);
        var leaves = join("leaves", 2, 0, true);
        run(2 * SECOND);
        leave(leaves);
        run(SECOND);
        join("comes", 3, 0, true);
        run(2 * SECOND);
        settle();
        var slot = stays.slot("v0");
        long number = slot.contents.firstKey();
        SimulatedPeer.Content before = null;
        boolean changed = false;
        for (var entry : slot.contents.entrySet()) {
            assertEquals(number++, entry.getKey());
            var content = entry.getValue();
            if (content.who() < 0) {
                continue;
            }
            if (before != null && content.who() != before.who()) {
                changed = true;
                assertTrue(content.keyFrame());
                assertEquals((before.pictureId() + 1) & 0x7FFF, content.pictureId());
                double seconds = (content.timestamp() - before.timestamp()) / 90_000.0;
                assertTrue(seconds > 0.9 && seconds < 1.3, seconds + " s");
            } else if (before != null) {
                assertEquals(before.counter() + 1, content.counter());
            }
            before = content;
        }
        assertTrue(changed);
    }

    /** Two receivers of one publisher reckon the same moment of its clock for the same frame: lips stay in step. */
    @Test
    void senderReportsNameTheMomentOfEachFrame() {
        random.setSeed(8);
        var a = join("a", 1, 0, true);
        var b = join("b", 2, 0, true);
        run(3 * SECOND);
        var slot = b.slot("v0");
        assertTrue(slot.senderReports >= 2);
        var last = slot.contents.lastEntry();
        assertNotNull(last);
        double seconds = (last.getValue().timestamp() - slot.lastRtp) / 90_000.0;
        double reported = NtpTime.toEpochNanos(slot.lastNtp) / 1e9 + seconds;
        // The frame was sent within the last 60 ms; the publisher's clock is one second ahead.
        double truth = now / 1e9 + a.number;
        assertTrue(truth - reported > 0 && truth - reported < 0.075, reported + " is not " + truth);
        long roundTrip = room.members().getLast().subscriber().roundTripNanos();
        assertEquals(40.0, roundTrip / 1e6, 15.0);
    }

    @Test
    void manyWhoJoinAtOnceCauseFewKeyFrames() {
        random.setSeed(9);
        var sends = join("sends", 1, 0.02, true);
        run(2 * SECOND);
        int before = sends.keyFrameRequests;
        for (int i = 0; i < 10; i++) {
            join("j" + i, 10 + i, 0.02, true);
            run(100 * MILLISECOND);
        }
        run(3 * SECOND);
        assertTrue(sends.keyFrameRequests - before <= 5, sends.keyFrameRequests - before + " requests");
        for (var peer : List.copyOf(members.keySet())) {
            if (!peer.equals(sends)) {
                var map = slotMaps.getOrDefault(peer, Map.of());
                var mid = map.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(new TrackId("sends", Source.CAMERA)))
                        .map(Map.Entry::getKey)
                        .findFirst();
                // Six slots: the first who came have one.
                mid.ifPresent(slot -> assertTrue(peer.slot(slot).contents.size() > 50, peer.id));
            }
        }
    }
}
