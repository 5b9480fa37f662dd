package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.SourceDescription;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoomTest {
    private final SfuCounters counters = new SfuCounters();
    private final Room room = new Room(SfuSettings.DEFAULT, counters, new Random(3));
    private final Map<String, Received> outputs = new HashMap<>();
    private final Datagram rtcp = Datagram.allocate(1500);

    @AfterEach
    void close() {
        room.close();
    }

    /** Sends a camera and a microphone, and has as many slots of each kind. */
    private Member join(String id, int videoSlots, int audioSlots) {
        var output = new Received();
        outputs.put(id, output);
        var member = room.join(0, new MemberParameters(id, TestMedia.EXTENSIONS, true), output);
        long base = 1000L * room.members().size();
        room.publish(0, member, TestMedia.camera(id, base, base + 1));
        room.publish(0, member, TestMedia.microphone(id, base + 2));
        var slots = new ArrayList<SlotParameters>();
        for (int i = 0; i < videoSlots; i++) {
            slots.add(TestMedia.videoSlot("v" + i, 10 + 2 * i));
        }
        for (int i = 0; i < audioSlots; i++) {
            slots.add(TestMedia.audioSlot("a" + i, 100 + i));
        }
        room.addSlots(0, member, slots);
        return member;
    }

    private Received output(String id) {
        return outputs.getOrDefault(id, new Received());
    }

    private static TrackSource source(Member member, Source source) {
        var found = member.publisher().track(new TrackId(member.id(), source));
        if (found == null) {
            throw new AssertionError(member.id() + " does not send " + source);
        }
        return found.layers().getFirst();
    }

    private static void frame(long nowNanos, Member member, int sequenceNumber, boolean key) {
        long ssrc = source(member, Source.CAMERA).ssrc();
        var slot = member.nextSlot(ssrc);
        TestMedia.frame(slot, ssrc, sequenceNumber, key);
        assertNull(member.handleRtp(nowNanos, slot));
    }

    private static void speak(long nowNanos, Member member, int sequenceNumber, int level) {
        long ssrc = source(member, Source.MICROPHONE).ssrc();
        var slot = member.nextSlot(ssrc);
        TestMedia.opus(slot, ssrc, sequenceNumber, level, 1);
        assertNull(member.handleRtp(nowNanos, slot));
    }

    @Test
    void putsEverybodyIntoTheOthersSlots() {
        join("a", 4, 3);
        join("b", 4, 3);
        join("c", 4, 3);
        assertEquals(
                Map.of(
                        "v0", new TrackId("b", Source.CAMERA),
                        "a0", new TrackId("b", Source.MICROPHONE),
                        "v1", new TrackId("c", Source.CAMERA),
                        "a1", new TrackId("c", Source.MICROPHONE)),
                output("a").slots());
        assertEquals(4, output("c").slots().size());
    }

    @Test
    void forwardsToAllOthers() {
        var a = join("a", 4, 3);
        join("b", 4, 3);
        join("c", 4, 3);
        frame(0, a, 1, true);
        speak(0, a, 1, 30);
        assertEquals(0, output("a").count());
        assertEquals(2, output("b").count());
        assertEquals(2, output("c").count());
        assertEquals(10, output("c").packet(0).ssrc());
        var audio = output("c").packet(1);
        assertEquals(109, audio.payloadType());
        assertEquals(30, audio.datagram().u8(audio.extensionOffset(6)));
    }

    @Test
    void freesSlotsAndMemoryWhenSomebodyLeaves() {
        var a = join("a", 4, 3);
        join("b", 4, 3);
        frame(0, a, 1, true);
        long both = room.cacheBytes();
        room.leave(0, a);
        assertEquals(both / 2, room.cacheBytes());
        assertEquals(Map.of(), output("b").slots());
        var b = room.members().getFirst();
        assertEquals(0, source(b, Source.CAMERA).sinkCount());
        room.leave(0, b);
        assertEquals(0, room.cacheBytes());
        assertEquals(Long.MAX_VALUE, room.nextTimeout());
    }

    @Test
    void freesTheSlotOfASourceThatIsOff() {
        var a = join("a", 4, 3);
        join("b", 4, 3);
        room.setActive(0, a, Source.CAMERA, false);
        assertEquals(Set.of("a0"), output("b").slots().keySet());
        room.setActive(0, a, Source.CAMERA, true);
        assertEquals(Set.of("a0", "v0"), output("b").slots().keySet());
    }

    @Test
    void asksOnceForAllWhoJoinLate() {
        var a = join("a", 4, 3);
        frame(0, a, 1, true);
        for (int i = 0; i < 10; i++) {
            join("late" + i, 4, 3);
        }
        assertSame(a, room.pollRtcp(0, rtcp));
        assertNull(room.pollRtcp(0, rtcp));
        assertEquals(1, counters.get(Counter.KEY_FRAME_REQUEST_SENT));
        frame(0, a, 2, false);
        assertEquals(0, output("late3").count());
        frame(0, a, 3, true);
        assertEquals(1, output("late3").count());
    }

    @Test
    void hearsTheLoudestThree() {
        join("listener", 0, 3);
        var speakers = new ArrayList<Member>();
        for (int i = 0; i < 6; i++) {
            speakers.add(join("s" + i, 0, 0));
        }
        // At first whoever came first; after two seconds of talk the three who are loud.
        for (long now = 0; now < 4 * SECOND; now += 20 * MILLISECOND) {
            for (int i = 0; i < 6; i++) {
                speak(now, speakers.get(i), (int) (now / (20 * MILLISECOND)), i % 2 == 0 ? 90 : 30);
            }
            room.handleTimeout(now);
        }
        var heard = new HashSet<String>();
        output("listener").slots().values().forEach(id -> heard.add(id.participant()));
        assertEquals(Set.of("s1", "s3", "s5"), heard);
        int changes = output("listener").slotMaps.size();
        for (long now = 4 * SECOND; now < 8 * SECOND; now += 20 * MILLISECOND) {
            for (int i = 0; i < 6; i++) {
                speak(now, speakers.get(i), (int) (now / (20 * MILLISECOND)), i % 2 == 0 ? 90 : 30);
            }
            room.handleTimeout(now);
        }
        assertEquals(changes, output("listener").slotMaps.size());
    }

    @Test
    void namesAudioAndVideoOfOneParticipantAlike() {
        var a = join("a", 4, 3);
        join("b", 4, 3);
        frame(0, a, 1, true);
        speak(0, a, 1, 30);
        room.pollRtcp(0, rtcp);
        senderReport(a, source(a, Source.CAMERA).ssrc());
        senderReport(a, source(a, Source.MICROPHONE).ssrc());
        var cnames = new ArrayList<String>();
        var reader = new RtcpReader();
        for (var to = room.pollRtcp(0, rtcp); to != null; to = room.pollRtcp(0, rtcp)) {
            reader.wrap(rtcp);
            for (var packet = reader.next(); packet != null; packet = reader.next()) {
                if (packet instanceof SourceDescription description && to.id().equals("b")) {
                    cnames.add(String.valueOf(description.cname(0)));
                }
            }
        }
        assertEquals(2, cnames.size());
        assertEquals(cnames.get(0), cnames.get(1));
        assertNotEquals("a", cnames.get(0));
    }

    private void senderReport(Member member, long ssrc) {
        var writer = new RtcpWriter();
        var report = Datagram.allocate(200);
        writer.begin(report, 200);
        writer.senderReport(ssrc, 5L << 32, 0, 1, 1);
        writer.end();
        assertNull(member.handleRtcp(0, report));
    }

    @Test
    void handlesTheRtcpOfReceivers() {
        var a = join("a", 4, 3);
        var b = join("b", 4, 3);
        frame(0, a, 1, true);
        frame(0, a, 2, false);
        int lost = output("b").last().sequenceNumber();
        var writer = new RtcpWriter();
        var feedback = Datagram.allocate(200);
        writer.begin(feedback, 200);
        writer.nack(1, 10, new int[] {lost}, 0, 1);
        writer.pictureLossIndication(1, 10);
        writer.fullIntraRequest(1, 10, 0);
        writer.end();
        assertNull(b.handleRtcp(200 * MILLISECOND, feedback));
        assertEquals(3, output("b").count());
        assertEquals(11, output("b").last().ssrc());
        assertSame(a, room.pollRtcp(200 * MILLISECOND, rtcp));
        assertEquals(1, counters.get(Counter.KEY_FRAME_REQUEST_SENT));
    }

    @Test
    void refusesRtcpThatIsCut() {
        var a = join("a", 0, 0);
        assertEquals(Malformation.TRUNCATED, a.handleRtcp(0, Datagram.copyOf(new byte[3])));
        assertEquals(1, counters.get(Counter.RTCP_MALFORMED));
    }

    @Test
    void letsARecorderListen() {
        var a = join("a", 0, 0);
        var heard = new ArrayList<Long>();
        var track = room.track(new TrackId("a", Source.CAMERA));
        assertNotNull(track);
        track.addSink(0, (now, packet) -> heard.add(packet.index()));
        frame(0, a, 1, true);
        assertEquals(List.of(0L), heard);
        room.unpublish(0, a, Source.CAMERA);
        assertNull(room.track(new TrackId("a", Source.CAMERA)));
    }

    @Test
    void hasEverybodyOnce() {
        var a = join("a", 0, 0);
        assertThrows(
                IllegalStateException.class,
                () -> room.join(0, new MemberParameters("a", TestMedia.EXTENSIONS, true), new Received()));
        room.leave(0, a);
        assertThrows(IllegalStateException.class, () -> room.addSlots(0, a, List.of()));
    }

    @Test
    void showsWhoSpeaksWhereSlotsAreShort() {
        join("a", 2, 3);
        var speakers = List.of(join("b", 0, 0), join("c", 0, 0), join("d", 0, 0), join("e", 0, 0));
        assertEquals(new TrackId("b", Source.CAMERA), output("a").slots().get("v0"));
        talk(0, 3000, speakers, 3);
        assertEquals(
                Set.of("b", "e"), Set.of(camera("v0"), camera("v1")), "who speaks took the place of one who does not");
        talk(3000, 6000, speakers, 2);
        assertEquals(Set.of("d", "e"), Set.of(camera("v0"), camera("v1")));
        int changes = output("a").slotMaps.size();
        talk(6000, 20_000, speakers, 2);
        assertEquals(changes, output("a").slotMaps.size(), "and there it stays");
    }

    private String camera(String mid) {
        var track = output("a").slots().get(mid);
        return track == null ? "" : track.participant();
    }

    private void talk(long fromMillis, long toMillis, List<Member> members, int speaker) {
        for (long millis = fromMillis; millis < toMillis; millis += 20) {
            long now = millis * MILLISECOND;
            for (int i = 0; i < members.size(); i++) {
                speak(now, members.get(i), (int) (millis / 20), i == speaker ? 30 : 100);
            }
            if (room.nextTimeout() <= now) {
                room.handleTimeout(now);
            }
        }
    }
}
