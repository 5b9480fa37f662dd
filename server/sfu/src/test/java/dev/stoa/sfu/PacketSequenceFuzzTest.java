package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes in whatever order, from publishers and receivers: nothing is thrown, nothing grows, what is sent is well
 * formed, and no number is sent twice.
 */
class PacketSequenceFuzzTest {
    private static final int STEPS = 20_000;

    private final SfuCounters counters = new SfuCounters();
    private final Random random = new Random();
    private final Room room = new Room(SfuSettings.DEFAULT, counters, random);
    private final List<Member> members = new ArrayList<>();
    private final Datagram place = Datagram.allocate(1500);
    private final RtcpWriter writer = new RtcpWriter();
    private final Map<String, Integer> positions = new HashMap<>();
    private final Map<Member, Judge> judges = new HashMap<>();
    private long now;
    private int joined;

    /** Checks what a receiver is sent. */
    private static final class Judge implements MemberOutput {
        private final Set<Long> sent = new HashSet<>();
        private int last;
        private long lastSsrc;

        @Override
        public void send(long nowNanos, OutgoingRtp packet) {
            var datagram = Received.assemble(nowNanos, packet);
            var rtp = new RtpPacket();
            assertNull(rtp.wrap(datagram));
            assertTrue(datagram.length() <= 1536 + OutgoingRtp.MAX_STANDING);
            if (!packet.isRetransmission()) {
                last = rtp.sequenceNumber();
                lastSsrc = rtp.ssrc();
            }
            assertTrue(
                    sent.add(rtp.ssrc() << 16 | rtp.sequenceNumber()),
                    "number " + rtp.sequenceNumber() + " of " + rtp.ssrc() + " was sent twice");
        }

        @Override
        public void slotsChanged(Map<String, TrackId> slots) {
            assertEquals(slots.size(), new HashSet<>(slots.values()).size());
        }
    }

    private Judge judge(Member member) {
        return judges.getOrDefault(member, new Judge());
    }

    private void join() {
        String id = "p" + joined++;
        var judge = new Judge();
        var member = room.join(now, new MemberParameters(id, TestMedia.EXTENSIONS, random.nextBoolean()), judge);
        judges.put(member, judge);
        long base = random.nextBoolean() ? TrackParameters.UNKNOWN : 1000;
        room.publish(now, member, TestMedia.camera(id, base, base < 0 ? base : base + 1));
        room.publish(now, member, TestMedia.microphone(id, 2000));
        var slots = new ArrayList<SlotParameters>();
        for (int i = 0; i < 3; i++) {
            slots.add(TestMedia.videoSlot("v" + i, 10 + 2 * i));
            slots.add(TestMedia.audioSlot("a" + i, 30 + i));
        }
        room.addSlots(now, member, slots);
        members.add(member);
    }

    private void rtp(Member member) {
        int kind = random.nextInt(12);
        long ssrc = kind < 5 ? 1000 : kind < 7 ? 1001 : kind < 10 ? 2000 : random.nextInt(5000);
        int sequenceNumber = sequenceNumber(member, ssrc);
        var slot = member.nextSlot(ssrc);
        switch (ssrc == 2000 ? 0 : 1 + random.nextInt(12)) {
            case 0 -> TestMedia.opus(slot, ssrc, sequenceNumber, random.nextInt(128), 1);
            case 1 -> TestMedia.padding(slot, ssrc, sequenceNumber, random.nextInt());
            default -> {
                TestMedia.vp8(
                        slot,
                        ssrc,
                        sequenceNumber & 0xFFFF,
                        random.nextInt(),
                        sequenceNumber,
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextInt(5) == 0,
                        1,
                        sequenceNumber);
                if (ssrc == 1001) {
                    slot.put8(1, 97);
                    slot.put16(12, sequenceNumber(member, 1000));
                }
            }
        }
        mutate(slot);
        member.handleRtp(now, slot);
    }

    /** Mostly the next, often one that was missed, at times anywhere else. */
    private int sequenceNumber(Member member, long ssrc) {
        int position = positions.merge(member.id() + ssrc, 1 + random.nextInt(2), Integer::sum);
        if (random.nextInt(500) == 0) {
            position = positions.merge(member.id() + ssrc, random.nextInt(60_000), Integer::sum);
        }
        int late = random.nextInt(3) == 0 ? random.nextInt(random.nextInt(10) == 0 ? 600 : 10) : 0;
        return (position - late) & 0xFFFF;
    }

    private void rtcp(Member member) {
        writer.begin(place, 1200);
        long ssrc = random.nextInt(4) == 0 ? random.nextLong(40) : judge(member).lastSsrc;
        switch (random.nextInt(5)) {
            case 0 -> {
                int[] missing = new int[1 + random.nextInt(40)];
                for (int i = 0; i < missing.length; i++) {
                    missing[i] = judge(member).last - random.nextInt(100) & 0xFFFF;
                }
                writer.nack(1, ssrc, missing, 0, missing.length);
            }
            case 1 -> writer.pictureLossIndication(1, ssrc);
            case 2 -> writer.fullIntraRequest(1, ssrc, random.nextInt(256));
            case 3 ->
                writer.senderReport(random.nextBoolean() ? 1000 : 2000, random.nextLong(), random.nextInt(), 1, 1);
            default -> {
                writer.receiverReport(1);
                writer.reportBlock(ssrc, 3, 4, 5, 6, random.nextInt(), random.nextInt());
            }
        }
        writer.end();
        mutate(place);
        member.handleRtcp(now, place);
    }

    private void mutate(Datagram datagram) {
        if (random.nextInt(3) != 0) {
            return;
        }
        for (int changes = random.nextInt(4); changes > 0 && datagram.length() > 0; changes--) {
            datagram.put8(random.nextInt(datagram.length()), random.nextInt(256));
        }
        switch (random.nextInt(3)) {
            case 0 -> datagram.setLength(random.nextInt(datagram.length() + 1));
            case 1 -> {
                int length = Math.min(datagram.capacity(), datagram.length() + random.nextInt(300));
                datagram.fill(datagram.length(), length - datagram.length(), random.nextInt(256));
                datagram.setLength(length);
            }
            default -> {}
        }
    }

    private void signal() {
        var member = members.get(random.nextInt(members.size()));
        var source = random.nextBoolean() ? Source.CAMERA : Source.MICROPHONE;
        switch (random.nextInt(4)) {
            case 0 -> {
                if (members.size() < 5) {
                    join();
                }
            }
            case 1 -> {
                if (members.size() > 2) {
                    members.remove(member);
                    room.leave(now, member);
                }
            }
            case 2 -> {
                if (member.publisher().canPublish(new TrackId(member.id(), source))) {
                    room.publish(
                            now,
                            member,
                            source == Source.CAMERA
                                    ? TestMedia.camera(member.id(), 1000, 1001)
                                    : TestMedia.microphone(member.id(), 2000));
                } else {
                    room.unpublish(now, member, source);
                }
            }
            default -> room.setActive(now, member, source, random.nextBoolean());
        }
    }

    private void poll() {
        room.handleTimeout(now);
        var reader = new RtcpReader();
        int datagrams = 0;
        for (var to = room.pollRtcp(now, place); to != null; to = room.pollRtcp(now, place)) {
            assertTrue(members.contains(to));
            reader.wrap(place);
            while (reader.next() != null) {
                assertNotNull(reader);
            }
            assertNull(reader.malformation());
            assertTrue(++datagrams < 100, "it ends");
        }
        assertTrue(room.nextTimeout() > now, "all that was due is done");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void standsAnything(long seed) {
        random.setSeed(seed);
        join();
        join();
        join();
        int step = 0;
        try {
            for (; step < STEPS; step++) {
                now += random.nextInt(5) * MILLISECOND;
                var member = members.get(random.nextInt(members.size()));
                if (random.nextInt(400) == 0) {
                    signal();
                } else if (random.nextInt(6) == 0) {
                    rtcp(member);
                } else {
                    rtp(member);
                }
                if (random.nextInt(4) == 0) {
                    poll();
                }
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", step " + step, e);
        }
        assertTrue(counters.get(Counter.RTP_SENT) > 3000, counters.get(Counter.RTP_SENT) + " sent");
        assertTrue(counters.get(Counter.RTX_SENT) > 20, counters.get(Counter.RTX_SENT) + " sent again");
        assertTrue(room.cacheBytes() <= 5L * (512 + 64) * 1536);
        for (var member : List.copyOf(members)) {
            assertTrue(member.publisher().ssrcCount() <= 4);
            room.leave(now, member);
        }
        assertEquals(0, room.cacheBytes());
        assertEquals(Long.MAX_VALUE, room.nextTimeout());
    }

    @Test
    void closesInTheMiddle() {
        join();
        join();
        rtp(members.getFirst());
        room.close();
        assertEquals(0, room.cacheBytes());
    }
}
