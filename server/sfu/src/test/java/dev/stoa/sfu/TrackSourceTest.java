package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrackSourceTest {
    private static final long SSRC = 0xFFFF_FFF0L;
    private static final long RTX_SSRC = 20;

    private final SfuCounters counters = new SfuCounters();
    private final List<List<Integer>> nacks = new ArrayList<>();
    private final List<Long> keyFrameRequests = new ArrayList<>();
    private final Sink sink = new Sink();
    private final TrackSource source = source();

    private static final class Sink implements TrackSink {
        private final List<Long> numbers = new ArrayList<>();
        private final List<Boolean> keyFrames = new ArrayList<>();
        private long firstNumber = -1;
        private boolean waits;
        private boolean ended;

        @Override
        public void handlePacket(long nowNanos, TrackPacket packet) {
            firstNumber = firstNumber < 0 ? packet.sequenceNumber() : firstNumber;
            numbers.add(packet.sequenceNumber() & 0xFFFF);
            keyFrames.add(packet.keyFrame());
        }

        @Override
        public boolean waitsForKeyFrame(TrackSource of) {
            return waits;
        }

        @Override
        public void handleEnd(TrackSource of) {
            ended = true;
        }
    }

    private TrackSource source() {
        var feedback = new Feedback() {
            @Override
            public void requestPackets(long nowNanos, TrackSource from, int[] sequenceNumbers, int count) {
                var numbers = new ArrayList<Integer>();
                for (int i = 0; i < count; i++) {
                    numbers.add(sequenceNumbers[i]);
                }
                nacks.add(numbers);
            }

            @Override
            public void requestKeyFrame(long nowNanos, TrackSource from) {
                keyFrameRequests.add(nowNanos);
            }
        };
        var made = new TrackSource(
                TestMedia.camera("a", SSRC, RTX_SSRC),
                "cname",
                TestMedia.EXTENSIONS,
                SfuSettings.DEFAULT,
                counters,
                feedback);
        made.start(SSRC);
        made.startRtx(RTX_SSRC);
        made.addSink(sink);
        return made;
    }

    @AfterEach
    void close() {
        source.close();
    }

    private @Nullable Malformation frame(long nowNanos, int sequenceNumber, boolean key) {
        var slot = source.nextSlot();
        TestMedia.frame(slot, SSRC, sequenceNumber, key);
        return source.handlePacket(nowNanos, slot);
    }

    private @Nullable Malformation rtx(long nowNanos, int rtxSequenceNumber, int sequenceNumber) {
        var plain = Datagram.allocate(200);
        TestMedia.frame(plain, SSRC, sequenceNumber, false);
        var original = new RtpPacket();
        assertNull(original.wrap(plain));
        var slot = source.nextSlot();
        Rtx.wrap(original, slot, TestMedia.VP8.rtxPayloadType(), rtxSequenceNumber, RTX_SSRC);
        return source.handlePacket(nowNanos, slot);
    }

    @Test
    void handsPacketsOnInTheOrderTheyCome() {
        frame(0, 10, true);
        frame(0, 12, false);
        frame(0, 11, false);
        assertEquals(List.of(10L, 12L, 11L), sink.numbers);
        assertEquals(List.of(true, false, false), sink.keyFrames);
    }

    @Test
    void reusesTheSlotOfADuplicate() {
        frame(0, 10, true);
        var slot = source.nextSlot();
        assertEquals(Malformation.REPLAYED, frame(0, 10, true));
        assertSame(slot, source.nextSlot());
        assertEquals(1, sink.numbers.size());
        assertEquals(1, counters.get(Counter.DROPPED_DUPLICATE));
    }

    @Test
    void restoresARetransmittedPacket() {
        frame(0, 10, true);
        frame(0, 12, false);
        assertNull(rtx(0, 5, 11));
        assertEquals(List.of(10L, 12L, 11L), sink.numbers);
        assertEquals(1, source.recoveredCount());
        var restored = source.packet(2);
        assertNotNull(restored);
        assertEquals(SSRC, restored.rtp().ssrc());
        assertEquals(96, restored.rtp().payloadType());
        assertEquals(11, restored.datagram().i32(restored.payloadOffset() + 8));
    }

    @Test
    void dropsTheOriginalThatComesAfterItsRetransmission() {
        frame(0, 10, true);
        frame(0, 12, false);
        rtx(0, 5, 11);
        assertEquals(Malformation.REPLAYED, frame(0, 11, false));
    }

    @Test
    void takesAnEmptyRetransmissionForAProbe() {
        frame(0, 10, true);
        var slot = source.nextSlot();
        slot.setLength(TestMedia.header(slot, RTX_SSRC, 97, 4, 0, false));
        assertEquals(Malformation.TRUNCATED, source.handlePacket(0, slot));
        assertEquals(0, counters.get(Counter.DROPPED_MALFORMED));
    }

    @Test
    void asksForWhatIsMissingAfterAGrace() {
        frame(0, 10, true);
        frame(0, 13, false);
        source.handleTimeout(0);
        assertEquals(List.of(), nacks);
        assertEquals(5 * MILLISECOND, source.nextTimeout());
        source.handleTimeout(5 * MILLISECOND);
        assertEquals(List.of(List.of(11, 12)), nacks);
    }

    @Test
    void asksForAKeyFrameWhenPacketsAreGivenUp() {
        frame(0, 10, true);
        frame(0, 12, false);
        for (long now = 0; now < 3000 * MILLISECOND; now += 10 * MILLISECOND) {
            source.handleTimeout(now);
        }
        assertEquals(1, keyFrameRequests.size());
        assertEquals(1, counters.get(Counter.RTP_ABANDONED));
    }

    @Test
    void makesOneRequestOfManySinksWishes() {
        sink.waits = true;
        frame(0, 10, false);
        for (long now = 0; now < 400 * MILLISECOND; now += MILLISECOND) {
            source.requestKeyFrame(now);
            source.handleTimeout(now);
        }
        assertEquals(List.of(0L), keyFrameRequests);
    }

    @Test
    void repeatsTheRequestWhileASinkWaits() {
        sink.waits = true;
        frame(0, 10, false);
        source.requestKeyFrame(0);
        for (long now = 0; now <= 2500 * MILLISECOND; now += 10 * MILLISECOND) {
            source.handleTimeout(now);
        }
        assertEquals(List.of(0L, 1000 * MILLISECOND, 2000 * MILLISECOND), keyFrameRequests);
    }

    @Test
    void refusesALoneJumpAndFollowsAConfirmedOne() {
        frame(0, 10, true);
        assertEquals(Malformation.BAD_VALUE, frame(0, 30_000, true));
        assertNull(frame(0, 11, false));
        assertEquals(Malformation.BAD_VALUE, frame(0, 30_000, true));
        assertNull(frame(0, 30_001, false));
        assertNull(frame(0, 30_002, false));
        assertEquals(List.of(10L, 11L, 30_001L, 30_002L), sink.numbers);
    }

    @Test
    void goesOnUnderAnotherSsrc() {
        frame(0, 10, true);
        source.start(77);
        var slot = source.nextSlot();
        TestMedia.frame(slot, 77, 5, true);
        assertNull(source.handlePacket(0, slot));
        assertEquals(List.of(10L, 5L), sink.numbers);
        source.handleTimeout(10 * MILLISECOND);
        assertEquals(List.of(), nacks);
    }

    @Test
    void countsWrapsOfTheSequenceNumber() {
        frame(0, 65_535, true);
        frame(0, 65_536, false);
        frame(0, 65_537, false);
        assertEquals(List.of(65_535L, 0L, 1L), sink.numbers);
        assertEquals(2, source.highestSequenceNumber() - sink.firstNumber);
    }

    @Test
    void dropsWhatTheCacheIsPast() {
        frame(0, 1000, true);
        for (int i = 1001; i < 1600; i++) {
            frame(0, i, false);
        }
        assertEquals(Malformation.REPLAYED, frame(0, 1001, false));
        assertEquals(1, counters.get(Counter.DROPPED_TOO_OLD));
        assertNull(source.packet(0));
    }

    @Test
    void refusesAPayloadTypeThatWasNotNegotiated() {
        var slot = source.nextSlot();
        slot.setLength(TestMedia.header(slot, SSRC, 33, 4, 0, false) + 20);
        assertEquals(Malformation.UNKNOWN_TYPE, source.handlePacket(0, slot));
    }

    @Test
    void tellsItsSinksWhenItEnds() {
        frame(0, 10, true);
        source.close();
        assertTrue(sink.ended);
        assertThrows(IllegalStateException.class, source::nextSlot);
    }

    @Test
    void readsTheClockOfThePublisher() {
        frame(0, 10, true);
        source.handleSenderReport(0, 5L << 32, 90_000);
        assertEquals((5L << 32) + (1L << 31), source.senderClock().ntpAt(500 * MILLISECOND));
        assertEquals(90_000 + 45_000, source.senderClock().rtpAt(500 * MILLISECOND, 90_000));
    }
}
