package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Frames cut by a packetizer and put together again. */
class FrameRoundTripTest {
    private static final int MAX_PAYLOAD = 200;

    private record Codec(
            String name, Supplier<Packetizer> packetizer, Supplier<FrameAssembler> assembler, FrameMaker frames) {}

    private interface FrameMaker {
        byte[] make(Random random, boolean keyFrame);
    }

    private static final List<Codec> CODECS = List.of(
            new Codec("VP8", () -> new Vp8Packetizer(MAX_PAYLOAD, 32_766), FrameAssembler::vp8, (random, keyFrame) -> {
                var frame = noise(random, 1 + random.nextInt(2000));
                frame[0] = (byte) ((frame[0] & ~1) | (keyFrame ? 0 : 1));
                return frame;
            }),
            new Codec(
                    "VP9",
                    () -> new Vp9Packetizer(MAX_PAYLOAD, 32_766),
                    FrameAssembler::vp9,
                    (random, keyFrame) -> noise(random, 1 + random.nextInt(2000))),
            new Codec("H264", () -> new H264Packetizer(MAX_PAYLOAD), FrameAssembler::h264, FrameRoundTripTest::h264),
            new Codec("AV1", () -> new Av1Packetizer(MAX_PAYLOAD), FrameAssembler::av1, FrameRoundTripTest::av1));

    @Test
    void framesComeBackAsTheyWere() {
        for (var codec : CODECS) {
            for (long seed = 0; seed < 40; seed++) {
                var random = new Random(seed);
                var why = codec.name() + " seed " + seed;
                var packetizer = codec.packetizer().get();
                var assembler = codec.assembler().get();
                int sequence = random.nextInt(65536);
                for (int i = 0; i < 20; i++) {
                    boolean keyFrame = i == 0 || random.nextInt(5) == 0;
                    var frame = codec.frames().make(random, keyFrame);
                    for (var packet : packets(packetizer, frame, keyFrame, sequence, i * 3000)) {
                        assertNull(assembler.handlePacket(packet, false), why);
                        sequence++;
                    }
                    var whole = assembler.pollFrame();
                    assertNotNull(whole, why);
                    assertArrayEquals(frame, whole.data(), why);
                    assertEquals(keyFrame, whole.keyFrame(), why);
                    assertEquals(i * 3000, whole.timestamp(), why);
                    assertEquals(false, whole.afterLoss(), why);
                    assertNull(assembler.pollFrame(), why);
                }
            }
        }
    }

    @Test
    void aLossCostsItsFrameAndNoOther() {
        for (var codec : CODECS) {
            for (long seed = 0; seed < 40; seed++) {
                var random = new Random(seed);
                var why = codec.name() + " seed " + seed;
                var packetizer = codec.packetizer().get();
                var assembler = codec.assembler().get();
                var sent = new ArrayList<byte[]>();
                var came = new ArrayList<Integer>();
                int lossy = 0;
                boolean gap = false;
                for (int i = 0; i < 60; i++) {
                    var frame = codec.frames().make(random, true);
                    sent.add(frame);
                    boolean damaged = false;
                    for (var packet : packets(packetizer, frame, true, 0, i)) {
                        if (random.nextInt(30) == 0) {
                            gap = true;
                            damaged = true;
                            continue;
                        }
                        assembler.handlePacket(packet, gap);
                        gap = false;
                    }
                    lossy += damaged ? 1 : 0;
                    for (var whole = assembler.pollFrame(); whole != null; whole = assembler.pollFrame()) {
                        assertArrayEquals(sent.get(whole.timestamp()), whole.data(), why);
                        came.add(whole.timestamp());
                    }
                }
                assertTrue(came.size() >= 60 - 2 * lossy, why + ": " + came.size() + " came, " + lossy + " damaged");
                assertTrue(came.size() <= 60 - lossy, why);
            }
        }
    }

    @Test
    void anOpusPacketIsAFrame() {
        var packetizer = new OpusPacketizer(MAX_PAYLOAD);
        var assembler = FrameAssembler.opus();
        var frame = noise(new Random(1), 100);
        for (var packet : packets(packetizer, frame, true, 5, 960)) {
            assertFalse(packet.marker());
            assertNull(assembler.handlePacket(packet, false));
        }
        var whole = assembler.pollFrame();
        assertNotNull(whole);
        assertArrayEquals(frame, whole.data());
        assertThrows(IllegalArgumentException.class, () -> packetizer.begin(new byte[MAX_PAYLOAD + 1], true));
    }

    @Test
    void aFrameWithoutMarkerEndsWithTheNextTimestamp() {
        var assembler = FrameAssembler.vp8();
        var packetizer = new Vp8Packetizer(MAX_PAYLOAD, 1);
        var first = new byte[] {0, 1, 2};
        for (int i = 0; i < 2; i++) {
            for (var packet : packets(packetizer, first, true, i, i)) {
                packet.setMarker(false);
                assertNull(assembler.handlePacket(packet, false));
            }
        }
        var whole = assembler.pollFrame();
        assertNotNull(whole);
        assertEquals(0, whole.timestamp());
        assertArrayEquals(first, whole.data());
    }

    @Test
    void smallNalUnitsShareAPacketAndDelimitersAreLeftOut() {
        var packetizer = new H264Packetizer(MAX_PAYLOAD);
        packetizer.begin(HexFormat.of().parseHex("0000000109f0" + "000000016742" + "00000168ce" + "0000016588"), true);
        var place = Datagram.allocate(300);
        int length = packetizer.next(place, 0);
        place.setLength(length);
        assertEquals(
                "78" + "0002" + "6742" + "0002" + "68ce" + "0002" + "6588",
                HexFormat.of().formatHex(place.toArray()));
        assertTrue(packetizer.isLast());
        assertEquals(0, packetizer.next(place, 0));
    }

    @Test
    void aFrameInAnotherFormatIsTheCallersFault() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new H264Packetizer(MAX_PAYLOAD).begin(new byte[] {1, 2, 3}, true));
        var av1 = new Av1Packetizer(MAX_PAYLOAD);
        assertThrows(IllegalArgumentException.class, () -> av1.begin(new byte[] {0x30, 1}, true));
        assertThrows(IllegalArgumentException.class, () -> av1.begin(new byte[] {0x32, 5, 1}, true));
        assertThrows(IllegalArgumentException.class, () -> av1.begin(new byte[] {0x32}, true));
    }

    @Test
    void av1DelimitersAreLeftOutAndKeyFramesAnnounced() {
        var packetizer = new Av1Packetizer(MAX_PAYLOAD);
        packetizer.begin(HexFormat.of().parseHex("1200" + "0a01aa" + "3202bbcc"), true);
        var place = Datagram.allocate(300);
        place.setLength(packetizer.next(place, 0));
        assertEquals("08" + "0208aa" + "0330bbcc", HexFormat.of().formatHex(place.toArray()));
    }

    @Test
    void aStreamWithoutEndDoesNotFillTheMemory() {
        var assembler = FrameAssembler.vp8();
        var packetizer = new Vp8Packetizer(1300, 1);
        var packets = packets(packetizer, new byte[1296], true, 0, 0);
        var packet = packets.getFirst();
        packet.setMarker(false);
        int refused = 0;
        for (int i = 0; i < FrameAssembler.MAX_FRAME_BYTES / 1296 + 10; i++) {
            refused += assembler.handlePacket(packet, false) == null ? 0 : 1;
        }
        assertEquals(1, refused);
    }

    @Test
    void noPayloadsThrow() {
        long seed = 6184;
        var random = new Random(seed);
        var place = Datagram.allocate(400);
        var packet = new RtpPacket();
        for (var codec : CODECS) {
            var assembler = codec.assembler().get();
            var samples = new ArrayList<byte[]>();
            for (int i = 0; i < 20; i++) {
                for (var sample :
                        packets(codec.packetizer().get(), codec.frames().make(random, i % 3 == 0), i % 3 == 0, i, i)) {
                    samples.add(sample.datagram().toArray());
                }
            }
            int frames = 0;
            for (int round = 0; round < 12_000; round++) {
                Fuzz.fill(place, samples.get(random.nextInt(samples.size())), random);
                if (packet.wrap(place) == null) {
                    assembler.handlePacket(packet, random.nextInt(10) == 0);
                }
                for (var frame = assembler.pollFrame(); frame != null; frame = assembler.pollFrame()) {
                    frames++;
                }
            }
            assertTrue(frames > 0, codec.name());
        }
    }

    private static List<RtpPacket> packets(
            Packetizer packetizer, byte[] frame, boolean keyFrame, int sequenceNumber, int timestamp) {
        var packets = new ArrayList<RtpPacket>();
        var writer = new RtpHeaderWriter();
        packetizer.begin(frame, keyFrame);
        while (true) {
            var place = Datagram.allocate(1500);
            writer.begin(place, 0, false, 96, sequenceNumber + packets.size() & 0xFFFF, timestamp, 1);
            int at = writer.end();
            int length = packetizer.next(place, at);
            if (length == 0) {
                assertFalse(packets.isEmpty());
                return packets;
            }
            assertTrue(length <= 1300);
            place.setLength(at + length);
            var packet = new RtpPacket();
            assertNull(packet.wrap(place));
            packet.setMarker(packetizer.isLast());
            packets.add(packet);
        }
    }

    private static byte[] h264(Random random, boolean keyFrame) {
        var frame = new ByteArrayOutputStream();
        if (keyFrame) {
            nal(frame, 0x67, random, 10);
            nal(frame, 0x68, random, 4);
        }
        for (int slices = 1 + random.nextInt(3); slices > 0; slices--) {
            nal(frame, keyFrame ? 0x65 : 0x41, random, 1 + random.nextInt(900));
        }
        return frame.toByteArray();
    }

    /** Without zeros, so that it holds no start code. */
    private static void nal(ByteArrayOutputStream frame, int header, Random random, int length) {
        frame.writeBytes(new byte[] {0, 0, 0, 1, (byte) header});
        for (int i = 0; i < length; i++) {
            frame.write(1 + random.nextInt(255));
        }
    }

    private static byte[] av1(Random random, boolean keyFrame) {
        var frame = new ByteArrayOutputStream();
        if (keyFrame) {
            obu(frame, 0x0A, noise(random, 12));
        }
        for (int obus = 1 + random.nextInt(4); obus > 0; obus--) {
            obu(frame, random.nextBoolean() ? 0x32 : 0x36, noise(random, 1 + random.nextInt(800)));
        }
        return frame.toByteArray();
    }

    private static void obu(ByteArrayOutputStream frame, int header, byte[] payload) {
        frame.write(header);
        if ((header & 4) != 0) {
            frame.write(0x20);
        }
        var size = new byte[5];
        frame.write(size, 0, Leb128.write(size, 0, payload.length));
        frame.writeBytes(payload);
    }

    private static byte[] noise(Random random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
