package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.rtp.Nack;
import dev.stoa.rtp.PictureLossIndication;
import dev.stoa.rtp.ReceiverReport;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.SourceDescription;
import dev.stoa.rtp.TransportFeedback;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublisherTest {
    private static final long LOCAL_SSRC = 4711;

    private final SfuCounters counters = new SfuCounters();
    private Publisher publisher = publisher(true);
    private final Datagram rtcp = Datagram.allocate(1500);
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final RtcpReader reader = new RtcpReader();

    private Publisher publisher(boolean reducedSize) {
        return new Publisher(SfuSettings.DEFAULT, counters, TestMedia.EXTENSIONS, "cname", LOCAL_SSRC, reducedSize);
    }

    @AfterEach
    void close() {
        publisher.unpublishAll();
    }

    private @Nullable Malformation frame(long nowNanos, long ssrc, int sequenceNumber) {
        var slot = publisher.nextSlot(ssrc);
        TestMedia.frame(slot, ssrc, sequenceNumber, true);
        return publisher.handleRtp(nowNanos, slot);
    }

    /** With a mid, and a transport-wide number. */
    private @Nullable Malformation marked(
            long nowNanos, long ssrc, int payloadType, int sequenceNumber, String mid, int transportNumber) {
        var slot = publisher.nextSlot(ssrc);
        header.begin(slot, 0, true, payloadType, sequenceNumber, 0, ssrc);
        if (!mid.isEmpty()) {
            header.extension(TestMedia.EXTENSIONS.id(RtpHeaderExtension.MID), mid.getBytes(StandardCharsets.UTF_8));
        }
        slot.put16(
                header.extension(TestMedia.EXTENSIONS.id(RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER), 2),
                transportNumber);
        TestMedia.vp8Payload(slot, header.end(), sequenceNumber, true, true, 1, sequenceNumber);
        return publisher.handleRtp(nowNanos, slot);
    }

    private void poll(long nowNanos) {
        assertTrue(publisher.pollRtcp(nowNanos, rtcp));
        reader.wrap(rtcp);
    }

    private static TrackSource only(Track track) {
        return track.layers().getFirst();
    }

    @Test
    void reportsWhatArrivedEverySecond() {
        publisher.publish(TestMedia.camera("a", 10, 11));
        frame(0, 10, 100);
        frame(0, 10, 101);
        frame(0, 10, 103);
        assertEquals(5 * MILLISECOND, publisher.nextTimeout());
        poll(5 * MILLISECOND); // the NACK
        frame(6 * MILLISECOND, 10, 102);
        poll(SECOND);
        var report = assertInstanceOf(ReceiverReport.class, reader.next());
        assertEquals(LOCAL_SSRC, report.senderSsrc());
        assertEquals(1, report.reports().count());
        assertEquals(10, report.reports().ssrc(0));
        assertEquals(103, report.reports().extendedHighestSequenceNumber(0));
        assertEquals(0, report.reports().cumulativeLost(0));
        assertInstanceOf(SourceDescription.class, reader.next());
        assertFalse(publisher.pollRtcp(SECOND, rtcp));
        assertEquals(2 * SECOND, publisher.nextTimeout());
    }

    @Test
    void tellsWhenEachPacketArrived() {
        publisher.publish(TestMedia.camera("a", 10, 11));
        for (int i = 0; i < 10; i++) {
            marked(i * MILLISECOND, 10, 96, i, "1", 65_530 + i);
        }
        assertEquals(50 * MILLISECOND, publisher.nextTimeout());
        poll(50 * MILLISECOND);
        var feedback = assertInstanceOf(TransportFeedback.class, reader.next());
        assertEquals(65_530, feedback.baseSequenceNumber());
        assertEquals(10, feedback.statusCount());
        long last = -1;
        while (feedback.next()) {
            assertTrue(feedback.received());
            assertTrue(last < 0 || feedback.arrivalMicros() - last == 1000);
            last = feedback.arrivalMicros();
        }
        assertEquals(SECOND, publisher.nextTimeout());
    }

    @Test
    void asksForMissingPacketsAtOnceAndForKeyFrames() {
        var source = only(publisher.publish(TestMedia.camera("a", 10, 11)));
        frame(0, 10, 100);
        frame(0, 10, 102);
        source.requestKeyFrame(0);
        poll(5 * MILLISECOND);
        var nack = assertInstanceOf(Nack.class, reader.next());
        assertEquals(10, nack.mediaSsrc());
        assertEquals(101, nack.packetId(0));
        var loss = assertInstanceOf(PictureLossIndication.class, reader.next());
        assertEquals(10, loss.mediaSsrc());
        assertNull(reader.next());
    }

    @Test
    void putsAReportBeforeFeedbackWhereThatIsNeeded() {
        publisher = publisher(false);
        var source = only(publisher.publish(TestMedia.camera("a", 10, 11)));
        frame(0, 10, 100);
        source.requestKeyFrame(0);
        poll(0);
        assertInstanceOf(ReceiverReport.class, reader.next());
        assertInstanceOf(PictureLossIndication.class, reader.next());
        assertFalse(publisher.pollRtcp(0, rtcp));
    }

    @Test
    void asksForMoreThanOneDatagramHolds() {
        var sources = new ArrayList<TrackSource>();
        for (var kind : List.of(Source.CAMERA, Source.SCREEN)) {
            var id = new TrackId("a", kind);
            sources.add(only(publisher.publish(new TrackParameters(
                    id, "m" + kind, List.of(TestMedia.VP8), 10 + 10L * sources.size(), TrackParameters.UNKNOWN))));
        }
        for (var source : sources) {
            for (int i = 0; i < 900; i += 4) {
                frame(0, source.ssrc(), i);
            }
        }
        int asked = 0;
        while (publisher.pollRtcp(10 * MILLISECOND, rtcp)) {
            assertTrue(rtcp.length() <= 1200);
            reader.wrap(rtcp);
            for (var packet = reader.next(); packet != null; packet = reader.next()) {
                asked += packet instanceof Nack nack ? nack.copySequenceNumbers(new int[600]) : 0;
            }
        }
        assertEquals(2 * 512, asked);
    }

    @Test
    void learnsAnSsrcByItsMid() {
        var camera = only(publisher.publish(TestMedia.camera("a", TrackParameters.UNKNOWN, TrackParameters.UNKNOWN)));
        var screen = only(publisher.publish(new TrackParameters(
                new TrackId("a", Source.SCREEN),
                "2",
                List.of(TestMedia.VP8),
                TrackParameters.UNKNOWN,
                TrackParameters.UNKNOWN)));
        assertNull(marked(0, 31, 96, 1, "2", 0));
        assertNull(marked(0, 30, 96, 1, "1", 1));
        assertEquals(30, camera.ssrc());
        assertEquals(31, screen.ssrc());
        assertNull(frame(0, 30, 2)); // known now, without a mid
        assertEquals(1, camera.packet(1) == null ? 0 : 1);
    }

    @Test
    void learnsTheSsrcOfRetransmissions() {
        var camera = only(publisher.publish(TestMedia.camera("a", 10, TrackParameters.UNKNOWN)));
        frame(0, 10, 5);
        marked(0, 40, 97, 1, "1", 0);
        assertEquals(40, camera.rtxSsrc());
    }

    @Test
    void learnsBySoleUseOfAPayloadTypeWhereThereIsNoMid() {
        var camera = only(publisher.publish(TestMedia.camera("a", TrackParameters.UNKNOWN, TrackParameters.UNKNOWN)));
        assertNull(frame(0, 30, 1));
        assertEquals(30, camera.ssrc());
    }

    @Test
    void doesNotGuessBetweenTwoTracks() {
        publisher.publish(TestMedia.camera("a", TrackParameters.UNKNOWN, TrackParameters.UNKNOWN));
        publisher.publish(new TrackParameters(
                new TrackId("a", Source.SCREEN),
                "2",
                List.of(TestMedia.VP8),
                TrackParameters.UNKNOWN,
                TrackParameters.UNKNOWN));
        assertEquals(Malformation.UNKNOWN_TYPE, frame(0, 30, 1));
        assertEquals(1, counters.get(Counter.DROPPED_UNKNOWN_SSRC));
    }

    @Test
    void forgetsTheSsrcsOfATrackThatEnded() {
        publisher.publish(TestMedia.camera("a", 10, 11));
        assertEquals(2, publisher.ssrcCount());
        publisher.unpublish(new TrackId("a", Source.CAMERA));
        assertEquals(0, publisher.ssrcCount());
        assertNotNull(frame(0, 10, 1));
        assertNotNull(publisher.publish(TestMedia.camera("a", 10, 11)));
    }

    @Test
    void refusesNoise() {
        var slot = publisher.nextSlot(1);
        slot.set(new byte[20]);
        assertEquals(Malformation.BAD_MAGIC, publisher.handleRtp(0, slot));
        assertEquals(1, counters.get(Counter.DROPPED_MALFORMED));
    }

    @Test
    void anAudioLevelWithoutDataIsNoLevel() {
        // RFC 8285, 4.3: an element may be empty. Here nothing stands behind it.
        var source = only(publisher.publish(TestMedia.microphone("a", 10)));
        var slot = publisher.nextSlot(10);
        header.begin(slot, 0, false, TestMedia.OPUS.payloadType(), 1, 0, 10);
        // Four bytes, so that the last element is not padded.
        header.extension(TestMedia.EXTENSIONS.id(RtpHeaderExtension.VIDEO_ORIENTATION), new byte[4]);
        header.extension(TestMedia.EXTENSIONS.id(RtpHeaderExtension.AUDIO_LEVEL), 0);
        slot.setLength(header.end());
        assertNull(publisher.handleRtp(0, slot));
        assertTrue(source.loudness(0) > 0, "it is taken for speech");
    }

    private @Nullable Malformation layered(
            long ssrc, int payloadType, int sequenceNumber, RtpHeaderExtension extension, String rid) {
        var slot = publisher.nextSlot(ssrc);
        header.begin(slot, 0, true, payloadType, sequenceNumber, 0, ssrc);
        header.extension(SimulcastCamera.EXTENSIONS.id(RtpHeaderExtension.MID), new byte[] {'1'});
        header.extension(SimulcastCamera.EXTENSIONS.id(extension), rid.getBytes(StandardCharsets.UTF_8));
        int at = header.end();
        if (payloadType == TestMedia.VP8.rtxPayloadType()) {
            slot.put16(at, 6);
            at += 2;
        }
        TestMedia.vp8Payload(slot, at, sequenceNumber, true, true, 1, sequenceNumber);
        return publisher.handleRtp(0, slot);
    }

    @Test
    void tellsLayersOfSimulcastApartByTheirRid() {
        publisher = new Publisher(SfuSettings.DEFAULT, counters, SimulcastCamera.EXTENSIONS, "cname", 1, true);
        var track = publisher.publish(SimulcastCamera.parameters("a"));
        assertTrue(track.isSimulcast());
        assertNull(layered(31, 96, 5, RtpHeaderExtension.RTP_STREAM_ID, "m"));
        assertNull(layered(30, 96, 5, RtpHeaderExtension.RTP_STREAM_ID, "l"));
        assertEquals(
                List.of(30L, 31L, TrackParameters.UNKNOWN),
                track.layers().stream().map(TrackSource::ssrc).toList());
        // The packet 6 of the middle layer, which went missing.
        assertNull(layered(41, 97, 1, RtpHeaderExtension.REPAIRED_RTP_STREAM_ID, "m"));
        assertEquals(41, track.layers().get(1).rtxSsrc());
        assertEquals(1, track.layers().get(1).recoveredCount());
        assertNull(layered(31, 96, 7, RtpHeaderExtension.RTP_STREAM_ID, "m"));
        assertEquals(3, publisher.ssrcCount(), "l, m and the retransmissions of m");
        publisher.unpublish(new TrackId("a", Source.CAMERA));
        assertEquals(0, publisher.ssrcCount());
    }

    @Test
    void takesNoLayerThatWasNotAgreedOn() {
        publisher = new Publisher(SfuSettings.DEFAULT, counters, SimulcastCamera.EXTENSIONS, "cname", 1, true);
        publisher.publish(SimulcastCamera.parameters("a"));
        assertEquals(Malformation.UNKNOWN_TYPE, layered(30, 96, 5, RtpHeaderExtension.RTP_STREAM_ID, "x"));
        assertEquals(Malformation.UNKNOWN_TYPE, layered(30, 96, 6, RtpHeaderExtension.REPAIRED_RTP_STREAM_ID, "l"));
        assertEquals(2, counters.get(Counter.DROPPED_UNKNOWN_SSRC));
    }
}
