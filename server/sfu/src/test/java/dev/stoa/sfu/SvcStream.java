package dev.stoa.sfu;

import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What an encoder of three spatial and three temporal layers sends, VP9 in non-flexible mode or AV1 with its dependency
 * descriptor: L3T3, or L3T3_KEY, where spatial layers depend on each other in key pictures only.
 */
final class SvcStream {
    static final Codec VP9 = new Codec(CodecKind.VP9, "VP9/0", 98, 99, 90_000, true);
    static final Codec AV1 = new Codec(CodecKind.AV1, "AV1/0", 45, 46, 90_000, true);
    static final RtpExtensionIds EXTENSIONS =
            new RtpExtensionIds(Map.of(RtpHeaderExtension.MID, 1, RtpHeaderExtension.DEPENDENCY_DESCRIPTOR, 12));
    static final int LAYERS = 3;
    static final long SSRC = 10;
    private static final int[] TEMPORAL_IDS = {0, 2, 1, 2};
    private static final int TEMPLATE_OFFSET = 20;

    /** Which frame a packet is of. */
    record FrameId(int picture, int spatial) {}

    private final Random random;
    private final Codec codec;
    private final boolean keyOnly;
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private int sequence;
    private int pictureOffset;
    private int frameNumber;
    private int tl0;
    private int picture;
    private int sinceKey = -1;
    private final int[][] numberOf = new int[1 << 16][LAYERS];
    boolean keyWanted = true;

    SvcStream(Random random, Codec codec, boolean keyOnly) {
        this.random = random;
        this.codec = codec;
        this.keyOnly = keyOnly;
        sequence = random.nextInt(1 << 16);
        pictureOffset = random.nextInt(1 << 15);
        frameNumber = random.nextInt(1 << 16);
    }

    static int temporalId(int phase) {
        return TEMPORAL_IDS[phase % 4];
    }

    /** What a frame refers to; its picture is so many after a key picture. */
    List<FrameId> references(FrameId frame, int phase) {
        var references = new ArrayList<FrameId>();
        if (phase > 0) {
            int back = phase % 4 == 0 ? 4 : phase % 4 == 2 ? 2 : 1;
            references.add(new FrameId(frame.picture() - back, frame.spatial()));
        }
        if (frame.spatial() > 0 && (phase == 0 || !keyOnly)) {
            references.add(new FrameId(frame.picture(), frame.spatial() - 1));
        }
        return references;
    }

    /** The packets of the next picture. */
    List<byte[]> nextPicture() {
        sinceKey = keyWanted ? 0 : sinceKey + 1;
        keyWanted = false;
        int tid = temporalId(sinceKey);
        tl0 += tid == 0 ? 1 : 0;
        var packets = new ArrayList<byte[]>();
        for (int spatial = 0; spatial < LAYERS; spatial++) {
            numberOf[picture][spatial] = frameNumber;
            int count = 1 + random.nextInt(1 + spatial);
            for (int i = 0; i < count; i++) {
                var place = Datagram.allocate(1500);
                boolean marker = spatial == LAYERS - 1 && i == count - 1;
                header.begin(place, 0, marker, codec.payloadType(), sequence++ & 0xFFFF, 3000 * picture, SSRC);
                if (codec.kind() == CodecKind.AV1) {
                    header.extension(12, descriptor(spatial, tid, i == 0, i == count - 1));
                }
                int at = header.end();
                at = codec.kind() == CodecKind.AV1
                        ? av1(place, at, spatial, i)
                        : vp9(place, at, spatial, tid, i, count);
                place.put32(at, picture);
                place.put8(at + 4, spatial);
                place.put8(at + 5, i);
                place.put8(at + 6, count);
                place.put32(at + 7, sinceKey);
                int filling = 100 << spatial;
                place.fill(at + 11, filling, 7);
                place.setLength(at + 11 + filling);
                packets.add(place.toArray());
            }
            frameNumber = (frameNumber + 1) & 0xFFFF;
        }
        picture++;
        return packets;
    }

    private int vp9(Datagram place, int start, int spatial, int tid, int index, int count) {
        boolean key = sinceKey == 0;
        boolean dependent = spatial > 0 && (key || !keyOnly);
        boolean structure = key && spatial == 0 && index == 0;
        int at = start;
        place.put8(
                at++,
                0xA0
                        | (key ? 0 : 0x40)
                        | (index == 0 ? 0x08 : 0)
                        | (index == count - 1 ? 0x04 : 0)
                        | (structure ? 0x02 : 0));
        place.put16(at, 0x8000 | ((picture + pictureOffset) & 0x7FFF));
        place.put8(at + 2, tid << 5 | (tid < 2 ? 0x10 : 0) | spatial << 1 | (dependent ? 1 : 0));
        place.put8(at + 3, tl0);
        at += 4;
        if (structure) {
            place.put8(at++, (LAYERS - 1) << 5 | 0x10);
            for (int i = 0; i < LAYERS; i++) {
                place.put16(at, 320 << i);
                place.put16(at + 2, 180 << i);
                at += 4;
            }
        }
        return at;
    }

    private int av1(Datagram place, int start, int spatial, int index) {
        boolean sequenceBegins = sinceKey == 0 && spatial == 0 && index == 0;
        place.put8(start, sequenceBegins ? 0x18 : 0x10); // one element; N
        place.put8(start + 1, 0x30); // OBU_FRAME
        return start + 2;
    }

    private byte[] descriptor(int spatial, int tid, boolean first, boolean last) {
        var bits = new StringBuilder();
        bits(bits, first ? 1 : 0, 1);
        bits(bits, last ? 1 : 0, 1);
        bits(bits, (TEMPLATE_OFFSET + spatial * 3 + tid) & 63, 6);
        bits(bits, frameNumber, 16);
        boolean structure = sinceKey == 0 && spatial == 0 && first;
        bits(bits, structure ? 0b10010 : 0b00010, 5); // with differences of its own
        if (structure) {
            structure(bits);
        }
        for (var reference : references(new FrameId(picture, spatial), sinceKey)) {
            int difference = (frameNumber - numberOf[reference.picture()][reference.spatial()]) & 0xFFFF;
            bits(bits, 2, 2);
            bits(bits, difference - 1, 8);
        }
        bits(bits, 0, 2);
        while (bits.length() % 8 != 0) {
            bits.append('0');
        }
        var bytes = new byte[bits.length() / 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
        }
        return bytes;
    }

    private static void structure(StringBuilder bits) {
        bits(bits, TEMPLATE_OFFSET, 6);
        bits(bits, 9 - 1, 5); // decode targets
        for (int i = 0; i < 9; i++) {
            bits(bits, i == 8 ? 3 : i % 3 == 2 ? 2 : 1, 2);
        }
        for (int template = 0; template < 9; template++) {
            for (int target = 0; target < 9; target++) {
                boolean present = template / 3 <= target / 3 && template % 3 <= target % 3;
                bits(bits, present ? 2 : 0, 2);
            }
        }
        for (int template = 0; template < 9; template++) {
            bits(bits, 0, 1); // no differences
        }
        bits(bits, 0, 3); // no chains
        bits(bits, 1, 1);
        for (int i = 0; i < LAYERS; i++) {
            bits(bits, (320 << i) - 1, 16);
            bits(bits, (180 << i) - 1, 16);
        }
    }

    private static void bits(StringBuilder bits, int value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            bits.append((value >>> i) & 1);
        }
    }
}
