package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Payloads laid out by hand from the figures of their RFCs. */
class PayloadDescriptorTest {
    /** X N=0 S=1, all extensions: picture id 0x1234, TL0PICIDX 0x56, TID 2, Y, KEYIDX 9; a key frame of 640x360. */
    private static final String VP8_KEY = "90f0923456a9" + "1002009d012a80026801ff";

    /** Non-flexible, picture id 0x0155, TID 1 U SID 2 D, TL0PICIDX 7, a structure of two layers and two pictures. */
    private static final String VP9_STRUCTURE =
            "ae" + "8155" + "35" + "07" + "38" + "0140" + "00b4" + "0280" + "0168" + "02" + "00" + "2401" + "aabbcc";

    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final H264Payload h264 = new H264Payload();
    private final Av1Payload av1 = new Av1Payload();
    private final OpusPayload opus = new OpusPayload();
    private final RedPayload red = new RedPayload();

    @Test
    void aVp8KeyFrameWithEveryField() {
        assertNull(wrap(vp8::wrap, VP8_KEY));
        assertTrue(vp8.startOfFrame());
        assertTrue(vp8.keyFrame());
        assertEquals(0x1234, vp8.pictureId());
        assertEquals(15, vp8.pictureIdBits());
        assertEquals(0x56, vp8.tl0PicIdx());
        assertEquals(2, vp8.temporalId());
        assertTrue(vp8.layerSync());
        assertEquals(9, vp8.keyIndex());
        assertEquals(640, vp8.width());
        assertEquals(360, vp8.height());
        assertEquals(6, vp8.payloadOffset() - OFFSET);
        assertEquals(11, vp8.payloadLength());
        assertFalse(vp8.nonReference());
    }

    @Test
    void aVp8PictureIdIsRewrittenWhereItIs() {
        assertNull(wrap(vp8::wrap, VP8_KEY));
        vp8.setPictureId(0xFFFF);
        vp8.setTl0PicIdx(0x1FF);
        assertEquals(0x7FFF, vp8.pictureId());
        assertEquals(0xFF, vp8.tl0PicIdx());
        assertEquals(2, vp8.temporalId());
        assertEquals(OFFSET + 2, vp8.pictureIdOffset());
        assertEquals(OFFSET + 4, vp8.tl0PicIdxOffset());
    }

    @Test
    void aVp8PictureIdOfSevenBitsKeepsItsWidth() {
        assertNull(wrap(vp8::wrap, "90807f01"));
        assertEquals(127, vp8.pictureId());
        assertEquals(7, vp8.pictureIdBits());
        vp8.setPictureId(0x80);
        assertEquals(0, vp8.pictureId());
        assertEquals(1, vp8.payloadLength());
    }

    @Test
    void aVp8DescriptorOfOneByte() {
        assertNull(wrap(vp8::wrap, "3001"));
        assertTrue(vp8.nonReference());
        assertTrue(vp8.startOfFrame());
        assertFalse(vp8.keyFrame());
        assertEquals(-1, vp8.pictureId());
        assertEquals(-1, vp8.tl0PicIdx());
        assertEquals(-1, vp8.temporalId());
        assertEquals(-1, vp8.keyIndex());
        assertNull(wrap(vp8::wrap, "1100")); // partition 1
        assertFalse(vp8.startOfFrame());
        assertFalse(vp8.keyFrame());
    }

    @Test
    void aVp8KeyFrameCutInItsHeadHasNoSize() {
        assertNull(wrap(vp8::wrap, "10" + "1002009d012a8002"));
        assertTrue(vp8.keyFrame());
        assertEquals(0, vp8.width());
    }

    @Test
    void aVp9PictureWithItsStructure() {
        assertNull(wrap(vp9::wrap, VP9_STRUCTURE));
        assertEquals(0x155, vp9.pictureId());
        assertEquals(1, vp9.temporalId());
        assertTrue(vp9.switchingUpPoint());
        assertEquals(2, vp9.spatialId());
        assertTrue(vp9.interLayerDependency());
        assertEquals(7, vp9.tl0PicIdx());
        assertTrue(vp9.startOfFrame());
        assertTrue(vp9.endOfFrame());
        assertFalse(vp9.keyFrame());
        assertEquals(2, vp9.spatialLayerCount());
        assertEquals(320, vp9.width(0));
        assertEquals(360, vp9.height(1));
        assertEquals(0, vp9.height(2));
        assertEquals(3, vp9.payloadLength());
        vp9.setTl0PicIdx(8);
        vp9.setPictureId(0x8000);
        assertEquals(8, vp9.tl0PicIdx());
        assertEquals(0, vp9.pictureId());
        assertEquals(15, vp9.pictureIdBits());
    }

    @Test
    void aVp9PictureInFlexibleMode() {
        // I P L F B, picture id 5, layers 0, references 1 and 3 back.
        assertNull(wrap(vp9::wrap, "f8" + "05" + "00" + "0306" + "ff"));
        assertTrue(vp9.flexible());
        assertTrue(vp9.interPicturePredicted());
        assertEquals(2, vp9.referenceCount());
        assertEquals(1, vp9.referenceDifference(0));
        assertEquals(3, vp9.referenceDifference(1));
        assertEquals(-1, vp9.tl0PicIdx());
        assertEquals(7, vp9.pictureIdBits());
        assertEquals(1, vp9.payloadLength());
    }

    @Test
    void aVp9PictureHasAtMostThreeReferences() {
        assertEquals(Malformation.TOO_MANY, wrap(vp9::wrap, "d0" + "05" + "03030302" + "ff"));
    }

    @Test
    void aVp9KeyPictureBeginsInItsLowestLayer() {
        assertNull(wrap(vp9::wrap, "a8" + "05" + "00" + "00" + "ff"));
        assertTrue(vp9.keyFrame());
        assertNull(wrap(vp9::wrap, "a8" + "05" + "03" + "00" + "ff"));
        assertFalse(vp9.keyFrame());
        assertNull(wrap(vp9::wrap, "a0" + "05" + "00" + "00" + "ff"));
        assertFalse(vp9.keyFrame());
    }

    @Test
    void anH264NalUnitAlone() {
        assertNull(wrap(h264::wrap, "6588"));
        assertTrue(h264.keyFrame());
        assertTrue(h264.next());
        assertEquals(H264Payload.IDR_SLICE, h264.nalType());
        assertEquals(2, h264.nalLength());
        assertFalse(h264.next());
        assertNull(wrap(h264::wrap, "4188"));
        assertFalse(h264.keyFrame());
    }

    @Test
    void anH264AggregateOfParameterSets() {
        assertNull(wrap(h264::wrap, "78" + "0003" + "6742c0" + "0002" + "68ce"));
        assertTrue(h264.keyFrame());
        assertTrue(h264.next());
        assertEquals(H264Payload.SEQUENCE_PARAMETER_SET, h264.nalType());
        assertEquals(3, h264.nalLength());
        assertTrue(h264.next());
        assertEquals(H264Payload.PICTURE_PARAMETER_SET, h264.nalType());
        assertFalse(h264.next());
    }

    /** As x264 writes it (FFmpeg 5.1, testsrc), with emulation prevention bytes. */
    @Test
    void anH264ParameterSetSaysTheSize() {
        assertNull(wrap(h264::wrap, "6764001facd9405005bb0110000003001000000303c0f183196000"));
        assertEquals(1280L << 32 | 720, h264.pictureSize());
        // 360 lines are 22.5 rows of macroblocks: the rest is cut off.
        assertNull(wrap(h264::wrap, "6764001eacd940a02ff970110000030001000003003c0f162d9600"));
        assertEquals(640L << 32 | 360, h264.pictureSize());
        assertNull(wrap(
                h264::wrap,
                "78" + "0019" + "6742c01fd9005005bb0110000003001000000303c0f1832480" + "0004" + "68ce3c80"));
        assertEquals(1280L << 32 | 720, h264.pictureSize());
        assertNull(wrap(h264::wrap, "6764001eac"));
        assertEquals(0, h264.pictureSize());
        assertNull(wrap(h264::wrap, "4188"));
        assertEquals(0, h264.pictureSize());
    }

    @Test
    void anH264ParameterSetOfNonsenseSaysNothingOrSomethingSmall() {
        var random = new Random(5);
        var place = Datagram.allocate(64);
        int known = 0;
        for (int i = 0; i < 50_000; i++) {
            int length = 1 + random.nextInt(63);
            for (int at = 0; at < length; at++) {
                place.put8(at, random.nextInt(4) == 0 ? 0 : random.nextInt(256));
            }
            place.put8(0, 0x67);
            place.setLength(length);
            assertNull(h264.wrap(place, 0, length));
            long size = h264.pictureSize();
            assertTrue(size == 0 || ((size >>> 32) <= 1 << 14 && (int) size <= 1 << 14), "a picture of " + size);
            known += size == 0 ? 0 : 1;
        }
        assertTrue(known > 100, "some can be read");
    }

    @Test
    void anH264AggregateWithAnEmptyUnitIsRefused() {
        assertEquals(Malformation.BAD_LENGTH, wrap(h264::wrap, "78" + "0000"));
        assertEquals(Malformation.BAD_LENGTH, wrap(h264::wrap, "78" + "0001" + "67" + "0000"));
        assertEquals(Malformation.TRUNCATED, wrap(h264::wrap, "78" + "0002" + "67"));
        assertEquals(Malformation.TRUNCATED, wrap(h264::wrap, "78" + "0001" + "67" + "00"));
        assertEquals(Malformation.TRUNCATED, wrap(h264::wrap, "78"));
        assertEquals(Malformation.UNKNOWN_TYPE, wrap(h264::wrap, "78" + "0002" + "7800"));
    }

    @Test
    void anH264FragmentTellsWhereItIs() {
        assertNull(wrap(h264::wrap, "7c85" + "aa"));
        assertTrue(h264.keyFrame());
        assertTrue(h264.startOfNal());
        assertFalse(h264.endOfNal());
        assertEquals(0x65, h264.fragmentedNalHeader());
        assertEquals(5, h264.nalType());
        assertNull(wrap(h264::wrap, "7c05" + "aa"));
        assertFalse(h264.keyFrame());
        assertFalse(h264.startOfNal());
        assertNull(wrap(h264::wrap, "7c45" + "aa"));
        assertTrue(h264.endOfNal());
        assertTrue(h264.next());
        assertEquals(1, h264.nalLength());
    }

    @Test
    void h264FragmentsThatCannotBeAreRefused() {
        assertEquals(Malformation.BAD_LENGTH, wrap(h264::wrap, "7c85")); // nothing in it
        assertEquals(Malformation.BAD_VALUE, wrap(h264::wrap, "7cc5aa")); // beginning and end
        assertEquals(Malformation.UNKNOWN_TYPE, wrap(h264::wrap, "7c9caa")); // a fragment of a fragment
        assertEquals(Malformation.UNKNOWN_TYPE, wrap(h264::wrap, "7c80aa"));
        assertEquals(Malformation.TRUNCATED, wrap(h264::wrap, "7c"));
    }

    @Test
    void h264KindsOfTheInterleavedModeAreRefused() {
        for (var type : new String[] {"19", "1a", "1b", "1d", "1e", "1f", "00"}) {
            assertEquals(Malformation.UNKNOWN_TYPE, wrap(h264::wrap, type + "0001aabbcc"), type);
        }
    }

    @Test
    void anAv1PayloadOfAKeyFrame() {
        // W=2, N: a sequence header with its length, a frame to the end.
        assertNull(wrap(av1::wrap, "28" + "03" + "08aabb" + "30ccdd"));
        assertTrue(av1.startOfSequence());
        assertTrue(av1.keyFrame());
        assertEquals(2, av1.elementCount());
        assertTrue(av1.next());
        assertEquals(Av1Payload.OBU_SEQUENCE_HEADER, av1.obuType());
        assertEquals(3, av1.elementLength());
        assertTrue(av1.next());
        assertEquals(6, av1.obuType());
        assertEquals(3, av1.elementLength());
        assertTrue(av1.endOfObu());
        assertFalse(av1.next());
    }

    @Test
    void anAv1PayloadWithinAnObu() {
        // Z and Y, W=1: the middle of an OBU, whatever its bytes look like.
        assertNull(wrap(av1::wrap, "d0" + "08aabb"));
        assertFalse(av1.keyFrame());
        assertTrue(av1.next());
        assertFalse(av1.startOfObu());
        assertFalse(av1.endOfObu());
    }

    @Test
    void anAv1PayloadWhereEachElementHasItsLength() {
        assertNull(wrap(av1::wrap, "00" + "01" + "30" + "8200" + "3111" + "01" + "30"));
        assertEquals(3, av1.elementCount());
        assertTrue(av1.next());
        assertTrue(av1.next());
        assertEquals(2, av1.elementLength()); // a length in two bytes where one would do
    }

    @Test
    void av1PayloadsThatCannotBeAreRefused() {
        assertEquals(Malformation.TRUNCATED, wrap(av1::wrap, "00"));
        assertEquals(Malformation.BAD_VALUE, wrap(av1::wrap, "88" + "0130"));
        assertEquals(Malformation.BAD_LENGTH, wrap(av1::wrap, "00" + "00"));
        assertEquals(Malformation.TRUNCATED, wrap(av1::wrap, "00" + "0230"));
        assertEquals(Malformation.TRUNCATED, wrap(av1::wrap, "00" + "ffffffffffffffffff"));
        assertEquals(Malformation.TRUNCATED, wrap(av1::wrap, "20" + "0130")); // two announced, one there
        assertEquals(Malformation.TOO_MANY, wrap(av1::wrap, "00" + "0130".repeat(Av1Payload.MAX_ELEMENTS + 1)));
    }

    @Test
    void opusDurationsOfEveryKind() {
        // RFC 6716, 3.1, table 2: SILK 10 and 60 ms, hybrid 20 ms, CELT 2.5 and 20 ms.
        assertEquals(480, duration("00ff"));
        assertEquals(2880, duration("58ff"));
        assertEquals(960, duration("68ff"));
        assertEquals(480, duration("60ff"));
        assertEquals(120, duration("80ff"));
        assertEquals(960, duration("f8ff"));
        assertEquals(1920, duration("f9ffff")); // two of one length
        assertEquals(1920, duration("faffff"));
        assertEquals(2880, duration("fb03ff"));
        assertTrue(opus.frameCount() == 3 && !opus.stereo());
        assertNull(wrap(opus::wrap, "fcffff"));
        assertTrue(opus.stereo());
        assertFalse(opus.discontinuous());
        assertNull(wrap(opus::wrap, "f8"));
        assertTrue(opus.discontinuous());
    }

    @Test
    void opusPacketsThatCannotBeAreRefused() {
        assertEquals(Malformation.TRUNCATED, wrap(opus::wrap, ""));
        assertEquals(Malformation.TRUNCATED, wrap(opus::wrap, "fb"));
        assertEquals(Malformation.BAD_VALUE, wrap(opus::wrap, "fb00"));
        assertEquals(Malformation.BAD_VALUE, wrap(opus::wrap, "fb07")); // 140 ms
        assertEquals(Malformation.BAD_LENGTH, wrap(opus::wrap, "f9ff"));
    }

    @Test
    void redundantAudioWithOneBlock() {
        // Payload type 111 twice, the first 960 behind and two bytes long.
        assertNull(wrap(red::wrap, "ef" + "0f0002" + "6f" + "aabb" + "ccddee"));
        assertEquals(2, red.blockCount());
        assertTrue(red.next());
        assertFalse(red.isPrimary());
        assertEquals(111, red.payloadType());
        assertEquals(960, red.timestampOffset());
        assertEquals(2, red.blockLength());
        assertTrue(red.next());
        assertTrue(red.isPrimary());
        assertEquals(0, red.timestampOffset());
        assertEquals(3, red.blockLength());
        assertEquals(OFFSET + 7, red.blockOffset());
        assertFalse(red.next());
    }

    @Test
    void redundantAudioThatCannotBeIsRefused() {
        assertEquals(Malformation.TRUNCATED, wrap(red::wrap, "ef0f0002"));
        assertEquals(Malformation.TRUNCATED, wrap(red::wrap, "ef0f"));
        assertEquals(Malformation.TRUNCATED, wrap(red::wrap, "ef0f00026faa"));
        assertEquals(Malformation.TOO_MANY, wrap(red::wrap, "ef0f0000".repeat(RedPayload.MAX_BLOCKS) + "6f"));
    }

    @Test
    void descriptorsCutAtEachLengthAreRefused() {
        cut(vp8::wrap, VP8_KEY, 6);
        cut(vp9::wrap, VP9_STRUCTURE, VP9_STRUCTURE.length() / 2 - 3);
        cut(vp9::wrap, "f805000306ff", 5);
        cut(h264::wrap, "7c85aa", 2);
        cut(red::wrap, "ef0f00026faabb", 6);
    }

    @Test
    void noBytesThrow() {
        long seed = 7741;
        var random = new Random(seed);
        var place = Datagram.allocate(120);
        var valid = new String[] {
            VP8_KEY,
            VP9_STRUCTURE,
            "f805000306ff",
            "7800036742c0000268ce",
            "2803" + "08aabb30ccdd",
            "fb03ffffff",
            "ef0f00026faabbccddee"
        };
        for (int round = 0; round < 40_000; round++) {
            Fuzz.fill(place, HexFormat.of().parseHex(valid[random.nextInt(valid.length)]), random);
            int length = place.length();
            var why = "seed " + seed + " round " + round;
            if (vp8.wrap(place, 0, length) == null) {
                assertTrue(vp8.payloadLength() > 0 && vp8.payloadOffset() + vp8.payloadLength() == length, why);
                assertTrue(vp8.pictureId() < 0x8000 && vp8.width() >= 0, why);
            }
            if (vp9.wrap(place, 0, length) == null) {
                assertTrue(vp9.payloadLength() > 0 && vp9.payloadOffset() + vp9.payloadLength() == length, why);
            }
            if (h264.wrap(place, 0, length) == null) {
                int end = 0;
                while (h264.next()) {
                    assertTrue(h264.nalLength() > 0 && h264.nalOffset() >= end && h264.nalType() > 0, why);
                    end = h264.nalOffset() + h264.nalLength();
                }
                assertEquals(length, end, why);
            }
            if (av1.wrap(place, 0, length) == null) {
                int end = 0;
                while (av1.next()) {
                    assertTrue(av1.elementLength() > 0, why);
                    end = av1.elementOffset() + av1.elementLength();
                }
                assertEquals(length, end, why);
            }
            if (opus.wrap(place, 0, length) == null) {
                assertTrue(opus.duration() > 0 && opus.duration() <= OpusPayload.MAX_DURATION, why);
            }
            if (red.wrap(place, 0, length) == null) {
                int end = 0;
                while (red.next()) {
                    end = red.blockOffset() + red.blockLength();
                }
                assertEquals(length, end, why);
            }
        }
    }

    /** Payloads do not begin where the datagram does. */
    private static final int OFFSET = 12;

    private interface Parser {
        @Nullable Malformation wrap(Datagram packet, int offset, int length);
    }

    private int duration(String hex) {
        assertNull(wrap(opus::wrap, hex));
        return opus.duration();
    }

    private static @Nullable Malformation wrap(Parser parser, String hex) {
        var bytes = HexFormat.of().parseHex("00".repeat(OFFSET) + hex);
        return parser.wrap(Datagram.copyOf(bytes), OFFSET, bytes.length - OFFSET);
    }

    private static void cut(Parser parser, String hex, int tooShort) {
        for (int length = 0; length <= tooShort; length++) {
            assertNotNull(wrap(parser, hex.substring(0, 2 * length)), hex + " cut at " + length);
        }
    }
}
