package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.DependencyDescriptor;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.rtp.Vp9Descriptor;
import dev.stoa.sfu.SvcStream.FrameId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.SerialNumber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers left out of VP9 and AV1, judged by the references of each frame: what goes out, a decoder can use. */
class SvcForwardingTest {
    private static final long PICTURE_NANOS = SECOND / 30;
    private static final long SLOT_SSRC = 700;

    private record Sent(FrameId frame, int index, int count, int phase, boolean marker, int number, boolean empty) {}

    private final SfuCounters counters = new SfuCounters();
    private final Received received = new Received();
    private long allowanceBps = Allowance.UNLIMITED_BPS;
    private final Random random = new Random();
    private final TreeMap<Long, Sent> sent = new TreeMap<>();
    private Track track = track(SvcStream.VP9);
    private Subscription slot = slot(SvcStream.VP9);
    private SvcStream stream = new SvcStream(random, SvcStream.VP9, true);
    private Codec codec = SvcStream.VP9;
    private long now = SECOND;
    private int requests;
    private int seen;
    private long highest = -1;

    @AfterEach
    void close() {
        track.close();
    }

    private Track track(Codec of) {
        var feedback = new Feedback() {
            @Override
            public void requestPackets(long nowNanos, TrackSource from, int[] sequenceNumbers, int count) {}

            @Override
            public void requestKeyFrame(long nowNanos, TrackSource from) {
                requests++;
                stream.keyWanted = true;
            }
        };
        var id = new TrackId("a", Source.CAMERA);
        var parameters = new TrackParameters(id, "1", List.of(of), SvcStream.SSRC, TrackParameters.UNKNOWN);
        var made = new Track(parameters, "cname", SvcStream.EXTENSIONS, SfuSettings.DEFAULT, counters, feedback);
        made.layers().getFirst().start(SvcStream.SSRC);
        return made;
    }

    private Subscription slot(Codec of) {
        var subscriber =
                new Subscriber(SfuSettings.DEFAULT, counters, received, new Random(5), (at, which) -> allowanceBps);
        return subscriber.addSlot(
                new SlotParameters("7", true, SLOT_SSRC, SLOT_SSRC + 1, List.of(of), SvcStream.EXTENSIONS));
    }

    private void begin(String name, boolean keyOnly, long seed) {
        random.setSeed(seed);
        track.close();
        codec = name.equals("VP9") ? SvcStream.VP9 : SvcStream.AV1;
        stream = new SvcStream(random, codec, keyOnly);
        track = track(codec);
        slot = slot(codec);
        slot.setTrack(now, track);
    }

    private void picture(List<byte[]> late) {
        var source = track.layers().getFirst();
        var due = new ArrayList<byte[]>();
        for (var bytes : stream.nextPicture()) {
            (random.nextInt(40) == 0 ? late : due).add(bytes);
        }
        while (!late.isEmpty() && random.nextInt(3) == 0) {
            due.add(late.removeFirst());
        }
        deliver(due);
        source.handleTimeout(now);
        slot.reconsider(now);
        now += PICTURE_NANOS;
    }

    private void deliver(List<byte[]> packets) {
        var source = track.layers().getFirst();
        for (var bytes : packets) {
            var place = source.nextSlot();
            place.set(bytes);
            source.handlePacket(now, place);
        }
        for (; seen < received.count(); seen++) {
            keep(received.packet(seen));
        }
    }

    private void keep(RtpPacket packet) {
        highest = highest < 0 ? (1L << 16) + packet.sequenceNumber() : highest;
        long extended = SerialNumber.extend16(highest, packet.sequenceNumber());
        highest = Math.max(highest, extended);
        var before = sent.put(extended, read(packet));
        assertTrue(before == null, "a number twice");
    }

    private Sent read(RtpPacket packet) {
        if (packet.payloadLength() == 0) {
            return new Sent(new FrameId(-1, -1), 0, 0, 0, packet.marker(), -1, true);
        }
        int at = packet.payloadOffset() + 2;
        int number;
        if (codec.kind() == CodecKind.VP9) {
            var descriptor = new Vp9Descriptor();
            assertTrue(descriptor.wrap(packet.datagram(), packet.payloadOffset(), packet.payloadLength()) == null);
            at = descriptor.payloadOffset();
            number = descriptor.pictureId();
        } else {
            var descriptor = new DependencyDescriptor();
            int length = packet.extensionLength(12);
            assertTrue(descriptor.wrap(packet.datagram(), packet.extensionOffset(12), length, null) == null);
            number = descriptor.frameNumber();
        }
        var datagram = packet.datagram();
        return new Sent(
                new FrameId(datagram.i32(at), datagram.u8(at + 4)),
                datagram.u8(at + 5),
                datagram.u8(at + 6),
                datagram.i32(at + 7),
                packet.marker(),
                number,
                false);
    }

    private void assertSound(String where) {
        var packetsOf = new HashMap<FrameId, Set<Integer>>();
        var phases = new HashMap<FrameId, Integer>();
        var numbers = new HashMap<Integer, Integer>();
        var lastOf = new TreeMap<Integer, Sent>();
        var counts = new HashMap<FrameId, Integer>();
        for (long number = sent.firstKey(); number <= sent.lastKey(); number++) {
            var packet = sent.get(number);
            assertNotNull(packet, where + ": number " + (number - sent.firstKey()) + " is missing");
            if (packet.empty()) {
                continue;
            }
            assertTrue(packetsOf
                    .computeIfAbsent(packet.frame(), _ -> new HashSet<>())
                    .add(packet.index()));
            phases.put(packet.frame(), packet.phase());
            counts.put(packet.frame(), packet.count());
            int unit = codec.kind() == CodecKind.VP9
                    ? packet.frame().picture()
                    : packet.frame().picture() * 3 + packet.frame().spatial();
            numbers.put(unit, packet.number());
            var before = lastOf.put(packet.frame().picture(), packet);
            assertTrue(before == null || !before.marker(), where + ": a marker within picture " + packet);
        }
        lastOf.values().forEach(packet -> assertTrue(packet.marker(), where + ": no marker ends " + packet));
        packetsOf.forEach((frame, indices) -> {
            assertEquals(counts.get(frame), indices.size(), where + ": all of " + frame);
            for (var reference : stream.references(frame, phases.getOrDefault(frame, 0))) {
                assertTrue(packetsOf.containsKey(reference), where + ": " + frame + " refers to " + reference);
            }
        });
        int mask = codec.kind() == CodecKind.VP9 ? 0x7FFF : 0xFFFF;
        var first = numbers.entrySet().iterator().next();
        numbers.forEach((unit, number) -> assertEquals(
                (first.getValue() + unit - first.getKey()) & mask, number, where + ": the distances stay"));
        int before = lastOf.firstKey();
        for (int picture : lastOf.keySet()) {
            assertTrue(picture - before <= 4, where + ": nothing between pictures " + before + " and " + picture);
            before = picture;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "VP9, false, 1", "VP9, true, 2", "VP9, false, 3", "VP9, true, 4", "AV1, false, 5", "AV1, true, 6",
        "AV1, false, 7", "AV1, true, 8", "VP9, false, 11", "VP9, true, 12", "AV1, false, 13", "AV1, true, 14"
    })
    void whatGoesOutCanBeDecoded(String name, boolean keyOnly, long seed) {
        String where = name + (keyOnly ? " L3T3_KEY" : " L3T3") + ", seed " + seed;
        begin(name, keyOnly, seed);
        var late = new ArrayList<byte[]>();
        var heights = List.of(180, 360, 720);
        int changes = 0;
        for (int i = 0; i < 1500; i++) {
            if (random.nextInt(40) == 0) {
                int height = heights.get(random.nextInt(3));
                slot.setView(now, new ViewSize(height * 16 / 9, height));
                changes++;
            }
            if (random.nextInt(60) == 0) {
                allowanceBps = random.nextInt(3) == 0 ? Allowance.UNLIMITED_BPS : 20_000 + random.nextInt(300_000);
                changes++;
            }
            picture(late);
        }
        slot.setView(now, ViewSize.BEST);
        allowanceBps = Allowance.UNLIMITED_BPS;
        for (int i = 0; i < 60; i++) {
            picture(late);
        }
        deliver(late);
        assertSound(where);
        var temporal = new HashMap<Integer, Integer>();
        for (var packet : sent.tailMap(sent.lastKey() - 60).values()) {
            if (!packet.empty() && packet.frame().spatial() == 2) {
                temporal.merge(SvcStream.temporalId(packet.phase()), 1, Integer::sum);
            }
        }
        assertEquals(Set.of(0, 1, 2), temporal.keySet(), where + ": all layers in the end");
        assertTrue(requests <= 2 * changes, requests + " requests for " + changes + " changes");
        long left = counters.get(Counter.RTP_RECEIVED) - sent.size();
        assertTrue(left > 500, where + ": " + left + " left out");
    }

    @ParameterizedTest
    @CsvSource({"VP9, true", "VP9, false", "AV1, true", "AV1, false"})
    void goesDownAtOnceAndUpWithAKeyPicture(String name, boolean keyOnly) {
        begin(name, keyOnly, 9);
        var late = new ArrayList<byte[]>();
        run(30, late);
        assertEquals(2, top());
        slot.setView(now, new ViewSize(320, 180));
        run(1, late);
        assertEquals(0, top());
        int before = requests;
        run(30, late);
        assertEquals(before, requests, "to go down needs no key frame");
        slot.setView(now, new ViewSize(640, 360));
        run(20, late);
        assertEquals(1, top());
        assertEquals(before + 1, requests);
        assertEquals(2, slot.wantedSpatial());
        slot.setView(now, ViewSize.HIDDEN);
        int count = received.count();
        run(10, late);
        assertEquals(count, received.count());
        assertEquals(0, slot.wantedSpatial());
    }

    private void run(int pictures, List<byte[]> late) {
        for (int i = 0; i < pictures; i++) {
            deliver(stream.nextPicture());
            track.layers().getFirst().handleTimeout(now);
            slot.reconsider(now);
            now += PICTURE_NANOS;
        }
        assertTrue(late.isEmpty());
    }

    /** The highest spatial layer of the last picture. */
    private int top() {
        var last = sent.lastEntry();
        return last == null ? -1 : last.getValue().frame().spatial();
    }

    @ParameterizedTest
    @CsvSource({"VP9, true", "AV1, true"})
    void whatIsSentAgainIsTheSame(String name, boolean keyOnly) {
        begin(name, keyOnly, 10);
        run(3, List.of());
        slot.setView(now, new ViewSize(320, 180));
        run(12, List.of());
        int count = received.count();
        int marked = 0;
        for (int i = 0; i < count; i++) {
            var original = received.packet(i);
            slot.handleMissing(now, original.sequenceNumber());
            var again = Datagram.allocate(1500);
            assertTrue(Rtx.unwrap(received.last(), again, codec.payloadType(), SLOT_SSRC) == null);
            var packet = new RtpPacket();
            assertTrue(packet.wrap(again) == null);
            assertEquals(original.sequenceNumber(), packet.sequenceNumber());
            assertEquals(original.marker(), packet.marker());
            assertEquals(original.timestamp(), packet.timestamp());
            assertEquals(read(original), read(packet));
            marked += packet.marker() ? 1 : 0;
            now += MILLISECOND;
        }
        assertEquals(15, marked, "one marker for each picture");
    }

    /** Threat rule 4: whatever a publisher says of its layers. */
    @ParameterizedTest
    @CsvSource({"VP9, 21", "AV1, 22", "AV1, 23"})
    void nonsenseIsForwardedOrNotAndBreaksNothing(String name, long seed) {
        begin(name, false, seed);
        var source = track.layers().getFirst();
        for (int i = 0; i < 3000; i++) {
            for (var bytes : stream.nextPicture()) {
                for (int damage = random.nextInt(8); damage > 4; damage--) {
                    int at = 12 + random.nextInt(Math.min(60, bytes.length - 12));
                    bytes[at] = (byte) random.nextInt(256);
                }
                var place = source.nextSlot();
                place.set(bytes);
                source.handlePacket(now, place);
            }
            if (random.nextInt(20) == 0) {
                slot.setView(now, new ViewSize(random.nextInt(1281), random.nextInt(721)));
            }
            slot.handleMissing(now, random.nextInt(1 << 16));
            source.handleTimeout(now);
            slot.reconsider(now);
            now += PICTURE_NANOS;
        }
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < received.count(); i++) {
            if (received.packet(i).ssrc() == SLOT_SSRC) {
                numbers.add(received.packet(i).sequenceNumber());
            }
        }
        assertTrue(numbers.size() > 1000, numbers.size() + " went out");
        assertEquals(numbers.size(), new HashSet<>(numbers).size(), "no number twice");
    }
}
