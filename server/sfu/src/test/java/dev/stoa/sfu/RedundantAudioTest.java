package dev.stoa.sfu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.rtp.RtpHeaderWriter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 2198 around Opus: as it is to whoever knows it, opened for all others. */
class RedundantAudioTest {
    private static final Codec RED = new Codec(CodecKind.RED, "RED/111", 63, Codec.NO_RTX, 48_000, false);
    private static final Codec OTHER_RED = new Codec(CodecKind.RED, "RED/109", 64, Codec.NO_RTX, 48_000, false);
    private static final Codec THEIR_RED = new Codec(CodecKind.RED, "RED/111", 65, Codec.NO_RTX, 48_000, false);

    /** One block of before, of three bytes and 960 samples ago, and the present one of two bytes. */
    private static final byte[] PAYLOAD = {(byte) (0x80 | 111), 0x0F, 0, 3, 111, 1, 2, 3, 0x78, 9};

    private final SfuCounters counters = new SfuCounters();
    private final Received received = new Received();
    private final Publisher publisher =
            new Publisher(SfuSettings.DEFAULT, counters, TestMedia.EXTENSIONS, "cname", 1, true);
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final Track track = publisher.publish(new TrackParameters(
            new TrackId("a", Source.MICROPHONE), "0", List.of(RED, TestMedia.OPUS), 10, TrackParameters.UNKNOWN));

    @AfterEach
    void close() {
        publisher.unpublishAll();
    }

    private void subscribe(Codec... codecs) {
        var subscriber = new Subscriber(SfuSettings.DEFAULT, counters, received, new Random(1), Allowance.UNLIMITED);
        var slot = subscriber.addSlot(new SlotParameters(
                "a0", false, 60, TrackParameters.UNKNOWN, List.of(codecs), TestMedia.OTHER_EXTENSIONS));
        slot.setTrack(0, track);
    }

    private void send(int sequenceNumber, byte... payload) {
        var place = publisher.nextSlot(10);
        header.begin(place, 0, false, RED.payloadType(), sequenceNumber, 960 * sequenceNumber, 10);
        int at = header.end();
        place.put(at, payload, 0, payload.length);
        place.setLength(at + payload.length);
        publisher.handleRtp(0, place);
    }

    private byte[] payload(int index) {
        var packet = received.packet(index);
        return packet.datagram().toArray(packet.payloadOffset(), packet.payloadLength());
    }

    @Test
    void passesAsItIsWhereBothKnowIt() {
        subscribe(TestMedia.OPUS, THEIR_RED);
        send(1, PAYLOAD);
        assertEquals(65, received.last().payloadType());
        assertArrayEquals(PAYLOAD, payload(0));
    }

    @Test
    void isOpenedForWhoDoesNotKnowIt() {
        subscribe(TestMedia.OTHER_OPUS);
        send(1, PAYLOAD);
        assertEquals(109, received.last().payloadType());
        assertArrayEquals(new byte[] {0x78, 9}, payload(0));
    }

    /** The payload type within would mean something else there. */
    @Test
    void isOpenedForWhoNumbersOpusOtherwise() {
        subscribe(TestMedia.OTHER_OPUS, OTHER_RED);
        send(1, PAYLOAD);
        assertEquals(109, received.last().payloadType());
        assertArrayEquals(new byte[] {0x78, 9}, payload(0));
    }

    @Test
    void whatCannotBeOpenedIsLeftOutWithoutAGap() {
        subscribe(TestMedia.OTHER_OPUS);
        send(1, PAYLOAD);
        send(2, (byte) 0xEF, (byte) 0xFF);
        send(3, PAYLOAD);
        assertEquals(2, received.count());
        assertEquals(
                (received.packet(0).sequenceNumber() + 1) & 0xFFFF,
                received.packet(1).sequenceNumber());
    }
}
