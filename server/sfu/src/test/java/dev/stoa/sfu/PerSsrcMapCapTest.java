package dev.stoa.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.RtpHeaderWriter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever may send chooses SSRCs freely: nothing grows by that (threat rule 5). */
class PerSsrcMapCapTest {
    private final SfuCounters counters = new SfuCounters();
    private Publisher publisher = new Publisher(SfuSettings.DEFAULT, counters, TestMedia.EXTENSIONS, "cname", 1, true);
    private final RtpHeaderWriter header = new RtpHeaderWriter();

    @AfterEach
    void close() {
        publisher.unpublishAll();
    }

    private void packet(long ssrc, int payloadType, int sequenceNumber) {
        var slot = publisher.nextSlot(ssrc);
        header.begin(slot, 0, true, payloadType, sequenceNumber & 0xFFFF, 0, ssrc);
        header.extension(4, new byte[] {'1'});
        TestMedia.vp8Payload(slot, header.end(), sequenceNumber, true, true, 1, sequenceNumber);
        publisher.handleRtp(0, slot);
    }

    @Test
    void aTrackMayChangeItsSsrcOnlySoOften() {
        var source = publisher
                .publish(TestMedia.camera("a", TrackParameters.UNKNOWN, TrackParameters.UNKNOWN))
                .layers()
                .getFirst();
        for (int i = 0; i < 100_000; i++) {
            packet(1000 + i, i % 2 == 0 ? 96 : 97, i);
        }
        assertTrue(publisher.ssrcCount() <= 2, publisher.ssrcCount() + " SSRCs");
        assertEquals(SfuSettings.DEFAULT.videoCacheSlots() * 1536L, source.cacheBytes());
        assertTrue(counters.get(Counter.DROPPED_TOO_MANY_SSRCS) > 99_000);
    }

    @Test
    void soMayEachLayerOfATrack() {
        publisher = new Publisher(SfuSettings.DEFAULT, counters, SimulcastCamera.EXTENSIONS, "cname", 1, true);
        var track = publisher.publish(SimulcastCamera.parameters("a"));
        for (int i = 0; i < 10_000; i++) {
            long ssrc = 1000L + i;
            var slot = publisher.nextSlot(ssrc);
            header.begin(slot, 0, true, 96, i & 0xFFFF, 0, ssrc);
            header.extension(4, new byte[] {'1'});
            header.extension(10, new byte[] {(byte) "lmhx".charAt(i % 4)});
            TestMedia.vp8Payload(slot, header.end(), i, true, true, 1, i);
            publisher.handleRtp(0, slot);
        }
        assertEquals(3, publisher.ssrcCount());
        assertEquals(3L * SfuSettings.DEFAULT.videoCacheSlots() * 1536L, track.cacheBytes());
        assertTrue(counters.get(Counter.DROPPED_TOO_MANY_SSRCS) > 7000);
    }

    @Test
    void aTrackHasFewLayers() {
        var id = new TrackId("a", Source.CAMERA);
        var rids = List.of("a", "b", "c", "d", "e");
        assertThrows(
                IllegalArgumentException.class,
                () -> new TrackParameters(id, "1", List.of(TestMedia.VP8), -1, -1, rids));
    }

    @Test
    void aFullTableTakesNoMore() {
        var table = new SsrcTable(4);
        var source = publisher.publish(TestMedia.camera("a", 5, 6)).layers().getFirst();
        for (long ssrc = 0; ssrc < 4; ssrc++) {
            assertTrue(table.put(ssrc, source));
        }
        assertFalse(table.put(9, source));
        assertTrue(table.put(3, source));
        table.remove(0);
        assertTrue(table.put(9, source));
        assertEquals(4, table.size());
    }

    @Test
    void unknownSsrcsLeaveNothingBehind() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            packet(random.nextLong(1L << 32), 96, i);
        }
        assertEquals(0, publisher.ssrcCount());
        assertEquals(20_000, counters.get(Counter.DROPPED_UNKNOWN_SSRC));
    }

    @Test
    void tracksAreFew() {
        for (var source : Source.values()) {
            assertTrue(publisher.canPublish(new TrackId("a", source)));
            publisher.publish(new TrackParameters(
                    new TrackId("a", source),
                    source.name(),
                    List.of(TestMedia.VP8),
                    source.name().length(),
                    -1));
            assertFalse(publisher.canPublish(new TrackId("a", source)));
        }
        for (int i = 0; i < 4; i++) {
            publisher.publish(new TrackParameters(
                    new TrackId("b" + i, Source.CAMERA), "b" + i, List.of(TestMedia.VP8), 100 + i, -1));
        }
        assertFalse(publisher.canPublish(new TrackId("z", Source.CAMERA)));
    }

    @Test
    void slotsAreFew() {
        var subscriber =
                new Subscriber(SfuSettings.DEFAULT, counters, (_, _) -> {}, new Random(1), Allowance.UNLIMITED);
        for (int i = 0; i < SfuSettings.DEFAULT.maxSlots(); i++) {
            subscriber.addSlot(TestMedia.videoSlot("m" + i, 2L * i));
        }
        assertFalse(subscriber.canAddSlot(TestMedia.videoSlot("one more", 4711)));
    }
}
