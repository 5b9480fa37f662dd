package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.ReceiverReport;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.rtp.SenderReport;
import dev.stoa.rtp.Vp8Descriptor;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final long SSRC = 500;

    private final SfuCounters counters = new SfuCounters();
    private final Received received = new Received();
    private final Subscriber subscriber =
            new Subscriber(SfuSettings.DEFAULT, counters, received, new Random(1), Allowance.UNLIMITED);
    private final Subscription slot = subscriber.addSlot(TestMedia.videoSlot("7", SSRC));
    private final List<Track> tracks = new ArrayList<>();
    private final List<String> keyFrameRequests = new ArrayList<>();
    private final TrackSource first = source("a", 10);
    private final TrackSource second = source("b", 20);

    private TrackSource source(String participant, long ssrc) {
        var feedback = new Feedback() {
            @Override
            public void requestPackets(long nowNanos, TrackSource from, int[] sequenceNumbers, int count) {}

            @Override
            public void requestKeyFrame(long nowNanos, TrackSource from) {
                keyFrameRequests.add(participant);
            }
        };
        var track = new Track(
                TestMedia.camera(participant, ssrc, ssrc + 1),
                "cname-" + participant,
                TestMedia.EXTENSIONS,
                SfuSettings.DEFAULT,
                counters,
                feedback);
        tracks.add(track);
        var source = track.layers().getFirst();
        source.start(ssrc);
        return source;
    }

    @AfterEach
    void close() {
        tracks.forEach(Track::close);
    }

    private Track track(TrackSource source) {
        return tracks.stream()
                .filter(track -> track.layers().contains(source))
                .findFirst()
                .orElseThrow();
    }

    private void frame(long nowNanos, TrackSource source, int sequenceNumber, boolean key) {
        var place = source.nextSlot();
        TestMedia.frame(place, source.ssrc(), sequenceNumber, key);
        source.handlePacket(nowNanos, place);
    }

    private void padding(long nowNanos, TrackSource source, int sequenceNumber) {
        var place = source.nextSlot();
        TestMedia.padding(place, source.ssrc(), sequenceNumber, 3000 * sequenceNumber);
        source.handlePacket(nowNanos, place);
    }

    private int counter(RtpPacket packet) {
        return packet.datagram().i32(packet.payloadOffset() + 8);
    }

    private Vp8Descriptor descriptor(RtpPacket packet) {
        var descriptor = new Vp8Descriptor();
        descriptor.wrap(packet.datagram(), packet.payloadOffset(), packet.payloadLength());
        return descriptor;
    }

    private void assertContiguous(int count) {
        var numbers = received.sequenceNumbers();
        assertEquals(count, numbers.size());
        for (int i = 1; i < count; i++) {
            assertEquals((numbers.get(i - 1) + 1) & 0xFFFF, numbers.get(i));
        }
    }

    @Test
    void waitsForAKeyFrameAndAsksForIt() {
        frame(0, first, 10, false);
        slot.setTrack(0, track(first));
        first.handleTimeout(0);
        assertEquals(List.of("a"), keyFrameRequests);
        frame(0, first, 11, false);
        assertEquals(0, received.count());
        assertTrue(slot.waitsForKeyFrame(first));
        frame(0, first, 12, true);
        frame(0, first, 13, false);
        assertEquals(2, received.count());
        assertEquals(12, counter(received.packet(0)));
        assertFalse(slot.waitsForKeyFrame(first));
    }

    @Test
    void bringsWhatOvertookTheKeyFrame() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, false);
        frame(0, first, 12, false);
        frame(0, first, 13, false);
        frame(0, first, 11, true);
        assertContiguous(3);
        assertEquals(11, counter(received.packet(0)));
        assertEquals(13, counter(received.last()));
    }

    @Test
    void writesTheReceiversHeader() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        var packet = received.last();
        assertEquals(SSRC, packet.ssrc());
        assertEquals(120, packet.payloadType());
        assertTrue(packet.marker());
        assertEquals("7", packet.extensionText(TestMedia.OTHER_EXTENSIONS.id(RtpHeaderExtension.MID)));
        assertEquals(2, packet.extensionLength(7));
        assertEquals(3, packet.extensionLength(8));
    }

    @Test
    void countsPacketsForTheTransport() {
        slot.setTrack(0, track(first));
        for (int i = 0; i < 3; i++) {
            frame(0, first, 10 + i, i == 0);
            var packet = received.last();
            assertEquals(i, packet.datagram().u16(packet.extensionOffset(7)));
        }
    }

    @Test
    void copiesTheOrientation() {
        slot.setTrack(0, track(first));
        var place = first.nextSlot();
        var writer = new RtpHeaderWriter();
        writer.begin(place, 0, true, 96, 10, 0, 10);
        place.put8(writer.extension(5, 1), 2);
        TestMedia.vp8Payload(place, writer.end(), 1, true, true, 1, 1);
        first.handlePacket(0, place);
        var packet = received.last();
        assertEquals(2, packet.datagram().u8(packet.extensionOffset(9)));
    }

    @Test
    void leavesProbesOut() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        padding(0, first, 11);
        padding(0, first, 12);
        frame(0, first, 13, false);
        assertContiguous(2);
    }

    @Test
    void fillsThePlaceOfAProbeThatCameLate() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        frame(0, first, 12, false);
        padding(0, first, 11);
        assertEquals(3, received.count());
        assertEquals(0, received.last().payloadLength());
        assertEquals(received.packet(0).sequenceNumber() + 1, received.last().sequenceNumber());
    }

    @Test
    void runsOnWhenTheSourceChanges() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        frame(0, first, 11, false);
        slot.setTrack(0, track(second));
        frame(100 * MILLISECOND, second, 60_000, false);
        frame(100 * MILLISECOND, second, 60_001, true);
        frame(133 * MILLISECOND, second, 60_002, false);
        assertContiguous(4);
        var before = received.packet(1);
        var after = received.packet(2);
        assertEquals(60_001, counter(after));
        assertEquals(9000, after.timestamp() - before.timestamp());
        assertEquals(3000, received.last().timestamp() - after.timestamp());
        assertEquals(descriptor(before).pictureId() + 1, descriptor(after).pictureId());
        assertEquals(descriptor(before).tl0PicIdx() + 1, descriptor(after).tl0PicIdx());
        assertEquals(
                descriptor(before).pictureId() + 2, descriptor(received.last()).pictureId());
    }

    @Test
    void keepsItsTimeAcrossAPause() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        slot.setTrack(0, null);
        slot.setTrack(2000 * MILLISECOND, track(first));
        frame(2000 * MILLISECOND, first, 70, true);
        assertContiguous(2);
        assertEquals(180_000, received.last().timestamp() - received.packet(0).timestamp());
    }

    @Test
    void asksForAKeyFrameAfterAGapThatCannotBeFilled() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        frame(0, first, 1500, false);
        assertEquals(1, received.count());
        assertTrue(slot.waitsForKeyFrame(first));
        frame(0, first, 1501, true);
        assertContiguous(2);
    }

    @Test
    void sendsAgainByRtx() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        frame(0, first, 11, false);
        int lost = received.last().sequenceNumber();
        slot.handleMissing(50 * MILLISECOND, lost);
        var again = received.last();
        assertEquals(SSRC + 1, again.ssrc());
        assertEquals(124, again.payloadType());
        assertEquals(lost, Rtx.originalSequenceNumber(again));
        var restored = Datagram.allocate(500);
        Rtx.unwrap(again, restored, 120, SSRC);
        var packet = new RtpPacket();
        packet.wrap(restored);
        assertEquals(11, counter(packet));
        assertEquals(received.packet(1).timestamp(), packet.timestamp());
    }

    @Test
    void sendsAgainWithRewrittenPictureNumbers() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        slot.setTrack(0, track(second));
        frame(0, second, 300, true);
        var sent = received.last();
        slot.handleMissing(50 * MILLISECOND, sent.sequenceNumber());
        var restored = Datagram.allocate(500);
        Rtx.unwrap(received.last(), restored, 120, SSRC);
        var packet = new RtpPacket();
        packet.wrap(restored);
        assertArrayEquals(
                sent.datagram().toArray(sent.payloadOffset(), sent.payloadLength()),
                restored.toArray(packet.payloadOffset(), packet.payloadLength()));
        assertNotEquals(300, descriptor(packet).pictureId());
    }

    @Test
    void sendsAgainTheVerySameBytesWhereThereIsNoRtx() {
        var plain = subscriber.addSlot(new SlotParameters(
                "8",
                true,
                600,
                TrackParameters.UNKNOWN,
                List.of(TestMedia.VP8_WITHOUT_RTX),
                TestMedia.OTHER_EXTENSIONS));
        plain.setTrack(0, track(first));
        frame(0, first, 10, true);
        plain.handleMissing(50 * MILLISECOND, received.last().sequenceNumber());
        assertEquals(2, received.count());
        assertArrayEquals(
                received.packets.get(0).toArray(), received.packets.get(1).toArray());
        assertEquals(-1, received.last().extensionOffset(7));
    }

    /** What says when it left must not be sent twice under one number. */
    @Test
    void doesNotSendAgainWhatMayNotBeAskedFor() {
        var codec = new Codec(CodecKind.VP8, "VP8", 100, Codec.NO_RTX, 90_000, false);
        var plain = subscriber.addSlot(new SlotParameters(
                "8", true, 600, TrackParameters.UNKNOWN, List.of(codec), TestMedia.OTHER_EXTENSIONS));
        plain.setTrack(0, track(first));
        frame(0, first, 10, true);
        assertTrue(received.last().extensionOffset(7) > 0);
        plain.handleMissing(50 * MILLISECOND, received.last().sequenceNumber());
        assertEquals(1, received.count());
    }

    @Test
    void doesNotAskForKeyFramesThatItsReceiverCannotDecode() {
        var plain = subscriber.addSlot(
                new SlotParameters("8", true, 600, 601, List.of(TestMedia.H264), TestMedia.OTHER_EXTENSIONS));
        plain.setTrack(0, track(first));
        frame(0, first, 10, true);
        assertFalse(plain.waitsForKeyFrame(first));
        assertEquals(0, received.count());
    }

    @Test
    void doesNotSendAgainWithinARoundTrip() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        int number = received.last().sequenceNumber();
        slot.handleMissing(50 * MILLISECOND, number);
        slot.handleMissing(60 * MILLISECOND, number);
        assertEquals(2, received.count());
        assertEquals(1, counters.get(Counter.NACK_TOO_SOON));
        slot.handleMissing(90 * MILLISECOND, number);
        assertEquals(3, received.count());
    }

    @Test
    void isSilentAboutWhatIsNoLongerThere() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        int number = received.last().sequenceNumber();
        for (int i = 11; i < 700; i++) {
            frame(0, first, i, false);
        }
        int count = received.count();
        slot.handleMissing(50 * MILLISECOND, number);
        slot.handleMissing(50 * MILLISECOND, (number + 2000) & 0xFFFF);
        assertEquals(count, received.count());
        assertEquals(2, counters.get(Counter.NACK_STALE));
    }

    @Test
    void doesNotPourOutMoreThanItsBudget() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        for (int i = 11; i < 500; i++) {
            frame(0, first, i, false);
        }
        int sent = received.count();
        int newest = received.last().sequenceNumber();
        for (int round = 1; round <= 200; round++) {
            for (int i = 0; i < 400; i++) {
                slot.handleMissing(200L * round * MILLISECOND, (newest - i) & 0xFFFF);
            }
        }
        long bytes = (received.count() - sent) * (long) TestMedia.VP8_LENGTH;
        assertTrue(bytes <= 1 << 18, bytes + " bytes");
        assertTrue(counters.get(Counter.NACK_OVER_BUDGET) > 0);
    }

    @Test
    void refersTheReceiversWishForAKeyFrame() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        slot.handleKeyFrameRequest(50 * MILLISECOND); // has just been sent one
        first.handleTimeout(50 * MILLISECOND);
        assertEquals(List.of(), keyFrameRequests);
        slot.handleKeyFrameRequest(150 * MILLISECOND);
        first.handleTimeout(150 * MILLISECOND);
        assertEquals(List.of("a"), keyFrameRequests);
    }

    @Test
    void leavesOutWhatTheReceiverCannotDecode() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        var place = first.nextSlot();
        place.setLength(TestMedia.header(place, 10, TestMedia.H264.payloadType(), 11, 0, true) + 10);
        first.handlePacket(0, place);
        frame(0, first, 12, false);
        assertContiguous(2);
        assertEquals(1, counters.get(Counter.DROPPED_NO_COMMON_CODEC));
    }

    @Test
    void neverSendsANumberTwiceAsSomethingNew() {
        slot.setTrack(0, track(first));
        for (long seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            int base = (int) seed * 5000;
            for (int i = 0; i < 2000; i++) {
                int number = base + 600 + i - random.nextInt(511);
                frame(0, first, number, i == 0);
            }
        }
        var numbers = received.sequenceNumbers();
        for (int i = 0; i < numbers.size(); i++) {
            int from = Math.max(0, i - 2000);
            assertFalse(numbers.subList(from, i).contains(numbers.get(i)), "packet " + i);
        }
    }

    private SenderReport report(long nowNanos) {
        var into = Datagram.allocate(1200);
        assertTrue(subscriber.pollRtcp(nowNanos, into));
        var reader = new RtcpReader();
        reader.wrap(into);
        return assertInstanceOf(SenderReport.class, reader.next());
    }

    @Test
    void translatesSenderReports() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        slot.setTrack(0, track(second));
        frame(100 * MILLISECOND, second, 1000, true);
        var sent = received.last();
        assertEquals(Long.MAX_VALUE, subscriber.nextTimeout());
        // The publisher's clock says 77 s for the frame's timestamp; 40 ms later it is reported.
        second.handleSenderReport(140 * MILLISECOND, (77L << 32) + (40L << 32) / 1000, 3_000_000 + 3600);
        assertEquals(140 * MILLISECOND, subscriber.nextTimeout());
        var report = report(240 * MILLISECOND);
        assertEquals(SSRC, report.senderSsrc());
        double seconds = (report.ntpTimestamp() - (77L << 32)) / 4294967296.0;
        assertEquals(0.140, seconds, 1e-6);
        assertEquals(sent.timestamp() + 12_600, report.rtpTimestamp());
        assertEquals(2, report.packetCount());
        assertEquals(2L * TestMedia.VP8_LENGTH, report.octetCount());
    }

    @Test
    void measuresTheRoundTripByItsOwnClock() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        first.handleSenderReport(0, 0x1234_5678_9ABC_DEF0L, 0);
        var report = report(0);
        int lastSenderReport = (int) (report.ntpTimestamp() >>> 16);
        var rtcp = Datagram.allocate(100);
        var writer = new RtcpWriter();
        writer.begin(rtcp, 100);
        writer.receiverReport(9);
        writer.reportBlock(SSRC, 64, 10, 100, 5, lastSenderReport, 6554); // 100 ms after it came
        writer.end();
        var reader = new RtcpReader();
        reader.wrap(rtcp);
        subscriber.handleReports(
                130 * MILLISECOND,
                assertInstanceOf(ReceiverReport.class, reader.next()).reports());
        assertEquals(30.0, subscriber.roundTripNanos() / 1e6, 0.1);
        assertEquals(64, slot.fractionLost());
    }

    @Test
    void reportsEverySecondWhileItSends() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        first.handleSenderReport(0, 1L << 32, 0);
        report(0);
        assertEquals(1000 * MILLISECOND, subscriber.nextTimeout());
        slot.setTrack(0, null);
        assertFalse(subscriber.pollRtcp(1000 * MILLISECOND, Datagram.allocate(1200)));
        assertEquals(Long.MAX_VALUE, subscriber.nextTimeout());
    }

    /** A NACK that comes when another stream has taken over is answered from the cache of the one before. */
    @Test
    void sendsAgainWhatWasSentBeforeAChange() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        frame(0, first, 11, false);
        var before = received.last();
        slot.setTrack(0, track(second));
        frame(0, second, 300, true);
        slot.handleMissing(50 * MILLISECOND, before.sequenceNumber());
        var restored = Datagram.allocate(500);
        Rtx.unwrap(received.last(), restored, 120, SSRC);
        var packet = new RtpPacket();
        packet.wrap(restored);
        assertEquals(before.sequenceNumber(), packet.sequenceNumber());
        assertEquals(before.timestamp(), packet.timestamp());
        assertEquals(11, counter(packet));
        assertArrayEquals(
                before.datagram().toArray(before.payloadOffset(), before.payloadLength()),
                restored.toArray(packet.payloadOffset(), packet.payloadLength()));
    }

    /** What was missing when another stream took over, and came since, fills its gap when it is asked for. */
    @Test
    void sendsWhatCameAfterAChangeInItsPlaceBeforeIt() {
        slot.setTrack(0, track(first));
        frame(0, first, 10, true);
        frame(0, first, 12, false);
        int missing = received.last().sequenceNumber() - 1;
        slot.setTrack(0, track(second));
        frame(0, second, 300, true);
        slot.handleMissing(50 * MILLISECOND, missing);
        assertEquals(3, received.count(), "it has not come yet");
        frame(60 * MILLISECOND, first, 11, false);
        assertEquals(3, received.count());
        slot.handleMissing(70 * MILLISECOND, missing);
        assertEquals(4, received.count());
        var restored = Datagram.allocate(500);
        Rtx.unwrap(received.last(), restored, 120, SSRC);
        var packet = new RtpPacket();
        packet.wrap(restored);
        assertEquals(missing, packet.sequenceNumber());
        assertEquals(11, counter(packet));
    }
}
