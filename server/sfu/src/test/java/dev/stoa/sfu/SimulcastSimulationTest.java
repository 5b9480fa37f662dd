package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.RtcpPacket;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One who sends in three sizes, and those who look at it in sizes of their own, over paths that lose and delay. */
class SimulcastSimulationTest {
    private static final ViewSize SMALL = new ViewSize(160, 90);
    private static final ViewSize MIDDLE = new ViewSize(640, 360);
    private static final ViewSize LARGE = new ViewSize(1280, 720);

    /** A frame may come this late: the longest that is not seen as a freeze. */
    private static final long FREEZE_NANOS = 200 * MILLISECOND;

    private final SfuCounters counters = new SfuCounters();
    private final Random random = new Random(1);
    private final Map<LayerViewer, Member> viewers = new LinkedHashMap<>();
    private final Datagram rtcp = Datagram.allocate(1500);
    private final List<Map<String, WantedLayers>> told = new ArrayList<>();
    private long allowanceBps = Allowance.UNLIMITED_BPS;
    private final Room room = new Room(SfuSettings.DEFAULT, counters, random, (now, slot) -> allowanceBps);
    private long now = 50 * SECOND;
    private SimulcastCamera camera = new SimulcastCamera(random, now, 0);
    private Member publisher = publish();
    /** Whether the camera does what it is told. */
    private boolean obeys = true;

    private long toldNanos;

    @AfterEach
    void close() {
        room.close();
        assertEquals(0, room.cacheBytes());
    }

    private Member publish() {
        var output = new MemberOutput() {
            @Override
            public void send(long nowNanos, OutgoingRtp packet) {
                throw new AssertionError("the camera has no slots");
            }

            @Override
            public void slotsChanged(Map<String, TrackId> slots) {}

            @Override
            public void layersChanged(Map<String, WantedLayers> layers) {
                told.add(layers);
                toldNanos = now;
            }
        };
        var member = room.join(now, new MemberParameters("camera", SimulcastCamera.EXTENSIONS, true), output);
        room.publish(now, member, SimulcastCamera.parameters("camera"));
        return member;
    }

    /** Begins again, over a path that loses. */
    private void reset(long seed, double loss) {
        random.setSeed(seed);
        room.leave(now, publisher);
        told.clear();
        camera = new SimulcastCamera(random, now, loss);
        publisher = publish();
    }

    private LayerViewer view(ViewSize size, double loss) {
        var viewer = new LayerViewer(random, loss);
        var member = room.join(now, new MemberParameters("v" + viewers.size(), TestMedia.EXTENSIONS, true), viewer);
        viewers.put(viewer, member);
        setView(viewer, size);
        room.addSlots(now, member, List.of(LayerViewer.slot()));
        setView(viewer, size);
        return viewer;
    }

    private void setView(LayerViewer viewer, ViewSize size) {
        var member = viewers.get(viewer);
        if (member != null) {
            room.setView(now, member, Map.of(LayerViewer.MID, size));
        }
    }

    private void run(long nanos) {
        for (long end = now + nanos; now < end; now += MILLISECOND) {
            if (obeys && !told.isEmpty() && now - toldNanos == 60 * MILLISECOND) {
                camera.active = rids();
            }
            camera.run(now);
            viewers.keySet().forEach(viewer -> viewer.run(now));
            camera.up.deliver(now, datagram -> receive(publisher, datagram));
            viewers.forEach((viewer, member) -> viewer.up.deliver(now, datagram -> receive(member, datagram)));
            if (room.nextTimeout() <= now) {
                room.handleTimeout(now);
                for (var to = room.pollRtcp(now, rtcp); to != null; to = room.pollRtcp(now, rtcp)) {
                    sendRtcp(to);
                }
            }
            assertTrue(room.nextTimeout() > now, "all that was due is done");
        }
    }

    private void sendRtcp(Member to) {
        if (to == publisher) {
            camera.down.send(now, rtcp.toArray());
            return;
        }
        viewers.forEach((viewer, member) -> {
            if (member == to) {
                viewer.down.send(now, rtcp.toArray());
            }
        });
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

    /** What the camera was told last. */
    private Set<String> rids() {
        return told.getLast().get("1") instanceof WantedLayers.Rids(var rids) ? rids : Set.copyOf(SimulcastCamera.RIDS);
    }

    private void settle() {
        camera.sending = false;
        run(100 * MILLISECOND);
        camera.up.heal();
        camera.down.heal();
        for (var viewer : viewers.keySet()) {
            viewer.up.heal();
            viewer.down.heal();
        }
        run(3 * SECOND);
    }

    private List<LayerViewer.Frame> settled(LayerViewer viewer, String where) {
        settle();
        var frames = viewer.frames(where);
        LayerViewer.assertDecodable(frames, where);
        assertTrue(frames.size() > 30, where + ": " + frames.size() + " frames");
        assertEquals(0, viewer.cut, where + ": frames that were cut off");
        return frames;
    }

    private static void assertNoFreeze(List<LayerViewer.Frame> frames) {
        for (int i = 1; i < frames.size(); i++) {
            long gap = frames.get(i).arrivedNanos() - frames.get(i - 1).arrivedNanos();
            assertTrue(gap <= FREEZE_NANOS, gap / MILLISECOND + " ms before " + frames.get(i));
        }
    }

    /** A second of capture is a second of timestamps, whichever layer it is of. */
    private static void assertInStep(List<LayerViewer.Frame> frames, double toleranceSeconds) {
        for (int i = 1; i < frames.size(); i++) {
            var before = frames.get(i - 1);
            var frame = frames.get(i);
            double captured = (frame.number() - before.number()) / 30.0;
            double shown = (frame.timestamp() - before.timestamp()) / 90_000.0;
            assertEquals(captured, shown, toleranceSeconds, before + " then " + frame);
        }
    }

    @Test
    void givesEveryoneTheSizeThatHeSees() {
        var small = view(SMALL, 0);
        var middle = view(MIDDLE, 0);
        var large = view(LARGE, 0);
        run(3 * SECOND);
        assertEquals(List.of(0, 1, 2), List.of(small.layer(), middle.layer(), large.layer()));
        assertTrue(small.bytes * 2 < large.bytes, small.bytes + " of " + large.bytes);
        for (var viewer : List.copyOf(viewers.keySet())) {
            assertNoFreeze(settled(viewer, "size " + viewer.layer()));
        }
    }

    @Test
    void aViewThatGrowsChangesLayerWithinASecondWithoutAFreeze() {
        run(SECOND); // the camera has reported
        var viewer = view(SMALL, 0);
        run(2 * SECOND);
        assertEquals(0, viewer.layer());
        setView(viewer, LARGE);
        run(500 * MILLISECOND);
        assertEquals(2, viewer.layer());
        setView(viewer, MIDDLE);
        run(500 * MILLISECOND);
        assertEquals(1, viewer.layer());
        setView(viewer, SMALL);
        run(1500 * MILLISECOND);
        assertEquals(0, viewer.layer());
        var frames = settled(viewer, "resized");
        assertNoFreeze(frames);
        assertInStep(frames, 0.002);
    }

    /** The camera has stopped what nobody wanted, and has to begin again. */
    @Test
    void aViewThatGrowsBringsBackALayerThatWasPaused() {
        run(SECOND);
        var viewer = view(SMALL, 0);
        run(6 * SECOND);
        assertEquals(Set.of("l"), rids());
        int packets = camera.layer("h").packets;
        int requests = requests();
        run(SECOND);
        assertEquals(packets, camera.layer("h").packets, "nothing is sent of what nobody wants");
        setView(viewer, LARGE);
        assertEquals(Set.of("l", "h"), rids(), "wider at once");
        run(700 * MILLISECOND);
        assertEquals(2, viewer.layer());
        run(5 * SECOND);
        assertEquals(Set.of("h"), rids());
        assertTrue(requests() - requests <= 1, requests() - requests + " requests for one change");
        var frames = settled(viewer, "paused");
        assertNoFreeze(frames);
        assertInStep(frames, 0.002);
    }

    private int requests() {
        return camera.layers.stream().mapToInt(layer -> layer.requests).sum();
    }

    @Test
    void whatIsNotSeenIsNotSent() {
        var viewer = view(LARGE, 0);
        run(2 * SECOND);
        setView(viewer, ViewSize.HIDDEN);
        run(50 * MILLISECOND);
        long before = viewer.packets.size();
        run(5 * SECOND);
        assertEquals(before, viewer.packets.size());
        assertEquals(Set.of(), rids());
        setView(viewer, LARGE);
        long shown = now;
        run(2 * SECOND);
        var frames = settled(viewer, "hidden");
        var first = frames.stream()
                .filter(frame -> frame.arrivedNanos() > shown)
                .findFirst()
                .orElseThrow();
        assertTrue(first.key());
        assertTrue(first.arrivedNanos() - shown < 250 * MILLISECOND, (first.arrivedNanos() - shown) + " ns");
        assertEquals(2, frames.getLast().layer());
    }

    @Test
    void fallsBackWhenALayerCeasesAndReturnsWhenItComesBack() {
        var viewer = view(LARGE, 0);
        view(MIDDLE, 0);
        run(3 * SECOND);
        assertEquals(2, viewer.layer());
        camera.able = Set.of("l", "m");
        run(1300 * MILLISECOND);
        assertEquals(1, viewer.layer());
        run(SECOND);
        assertEquals(Set.of("m", "h"), rids(), "it is still wanted");
        camera.able = Set.of("l", "m", "h");
        run(700 * MILLISECOND);
        assertEquals(2, viewer.layer());
        var frames = settled(viewer, "weak");
        assertInStep(frames, 0.002);
        long longest = 0;
        for (int i = 1; i < frames.size(); i++) {
            longest = Math.max(
                    longest, frames.get(i).arrivedNanos() - frames.get(i - 1).arrivedNanos());
        }
        assertTrue(longest < 1200 * MILLISECOND, longest / MILLISECOND + " ms");
    }

    /** All others are paused because nobody wants them: they have to be asked for again. */
    @Test
    void fallsBackToALayerThatWasPaused() {
        var viewer = view(LARGE, 0);
        run(6 * SECOND);
        assertEquals(Set.of("h"), rids());
        camera.able = Set.of("l", "m");
        run(2500 * MILLISECOND);
        assertEquals(1, viewer.layer());
        assertTrue(rids().containsAll(Set.of("h", "m")), rids().toString());
        settled(viewer, "weak and alone");
    }

    @Test
    void aSmallerAllowanceMeansASmallerLayer() {
        var viewer = view(LARGE, 0);
        run(3 * SECOND);
        assertEquals(2, viewer.layer());
        // Two packets of 430 bytes, thirty times in a second, are enough for the middle one.
        allowanceBps = 230_000;
        run(SECOND);
        assertEquals(1, viewer.layer());
        allowanceBps = 90_000; // not all of the smallest one, but half of its frames
        run(3 * SECOND);
        assertEquals(0, viewer.layer());
        long packets = viewer.packets.size();
        run(2 * SECOND);
        assertEquals(30.0, (double) (viewer.packets.size() - packets), 2.0);
        allowanceBps = 0;
        run(100 * MILLISECOND);
        packets = viewer.packets.size();
        run(SECOND);
        assertEquals(packets, viewer.packets.size());
        allowanceBps = Allowance.UNLIMITED_BPS;
        run(SECOND);
        assertEquals(2, viewer.layer());
        var frames = settled(viewer, "allowance");
        assertTrue(frames.stream().anyMatch(frame -> frame.layer() == 0 && frame.tid() == 1));
    }

    @ParameterizedTest
    @CsvSource({
        "0.02, 11",
        "0.05, 12",
        "0.1, 13",
        "0.1, 14",
        "0.05, 15",
        "0.05, 16",
        "0.1, 17",
        "0.1, 18",
        "0.1, 19",
        "0.05, 20"
    })
    void changesWithoutAFlawOverAPathThatLoses(double loss, long seed) {
        reset(seed, loss);
        var sizes = List.of(SMALL, MIDDLE, LARGE, ViewSize.HIDDEN);
        var all = List.of(view(LARGE, loss), view(SMALL, loss), view(MIDDLE, loss));
        int changes = 0;
        for (int i = 0; i < 25; i++) {
            setView(all.get(random.nextInt(all.size())), sizes.get(random.nextInt(sizes.size())));
            changes++;
            run(random.nextLong(1500 * MILLISECOND));
        }
        all.forEach(viewer -> setView(viewer, LARGE));
        run(4 * SECOND);
        assertTrue(requests() <= 3 * changes, requests() + " requests for " + changes + " changes");
        settle();
        for (var viewer : all) {
            String where = "seed " + seed + ", viewer " + all.indexOf(viewer);
            var frames = fromFirstKeyFrame(viewer.frames(where));
            LayerViewer.assertDecodable(frames, where);
            assertEquals(2, frames.getLast().layer(), where);
            assertTrue(frames.size() > 100, where);
        }
        assertTrue(counters.get(Counter.RTX_SENT) > 5);
        assertTrue(counters.get(Counter.RTX_RECEIVED) > 5);
    }

    /** The first packets may have been lost, and nobody knew of them. */
    private static List<LayerViewer.Frame> fromFirstKeyFrame(List<LayerViewer.Frame> frames) {
        int first = 0;
        while (first < frames.size() && !frames.get(first).key()) {
            first++;
        }
        return frames.subList(first, frames.size());
    }

    /** Before its first report nobody knows which timestamps of two layers belong together: the time of arrival decides. */
    @Test
    void changesByTheTimeOfArrivalWhileThereIsNoReport() {
        camera.reporting = false;
        var viewer = view(SMALL, 0);
        run(SECOND);
        setView(viewer, LARGE);
        run(SECOND);
        var frames = settled(viewer, "without reports");
        assertEquals(0, viewer.senderReports);
        assertInStep(frames, 0.012);
        assertNoFreeze(frames);
    }

    @Test
    void reportsNameTheMomentOfEachFrameAcrossAChange() {
        var viewer = view(SMALL, 0);
        run(3 * SECOND);
        setView(viewer, LARGE);
        run(SECOND);
        assertEquals(2, viewer.layer());
        settle();
        var frames = viewer.frames("reports");
        var last = frames.getLast();
        double shown = viewer.secondsOf(last.timestamp());
        // The camera's clock is an hour ahead; the frame of its number was taken that long after the first.
        double taken = 3600 + 50 + last.number() / 30.0;
        assertEquals(taken, shown, 0.03);
    }

    @Test
    void aRecorderGetsTheBestLayerAndAnotherWhenThatCeases() {
        var track = room.track(new TrackId("camera", Source.CAMERA));
        assertTrue(track != null);
        var heard = new ArrayList<String>();
        var sink = new TrackSink() {
            @Override
            public void handlePacket(long nowNanos, TrackPacket packet) {
                String rid = packet.source().rid();
                if (heard.isEmpty() || !heard.getLast().equals(rid)) {
                    assertTrue(packet.keyFrame(), "begins with a key frame");
                    heard.add(rid);
                }
            }
        };
        track.addSink(now, sink);
        run(5 * SECOND);
        assertEquals("h", heard.getLast());
        assertEquals(Set.of("h"), rids(), "and keeps it wanted");
        camera.able = Set.of("l", "m");
        run(3 * SECOND);
        assertEquals("m", heard.getLast());
        track.removeSink(sink);
        run(5 * SECOND);
        assertEquals(Set.of(), rids());
        assertFalse(heard.isEmpty());
    }
}
