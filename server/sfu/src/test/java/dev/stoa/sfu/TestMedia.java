package dev.stoa.sfu;

import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.wire.Datagram;
import java.util.List;
import java.util.Map;

/** Streams whose payload says who sent it and the how manieth it is. */
final class TestMedia {
    static final long MILLISECOND = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    static final RtpExtensionIds EXTENSIONS = new RtpExtensionIds(Map.of(
            RtpHeaderExtension.AUDIO_LEVEL, 1,
            RtpHeaderExtension.ABS_SEND_TIME, 2,
            RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER, 3,
            RtpHeaderExtension.MID, 4,
            RtpHeaderExtension.VIDEO_ORIENTATION, 5));

    /** A receiver that counts its ids differently. */
    static final RtpExtensionIds OTHER_EXTENSIONS = new RtpExtensionIds(Map.of(
            RtpHeaderExtension.MID, 1,
            RtpHeaderExtension.AUDIO_LEVEL, 6,
            RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER, 7,
            RtpHeaderExtension.ABS_SEND_TIME, 8,
            RtpHeaderExtension.VIDEO_ORIENTATION, 9));

    static final Codec OPUS = new Codec(CodecKind.OPUS, "opus", 111, Codec.NO_RTX, 48_000, false);
    static final Codec VP8 = new Codec(CodecKind.VP8, "VP8", 96, 97, 90_000, true);
    static final Codec H264 = new Codec(CodecKind.H264, "H264/42e01f/1", 102, 103, 90_000, true);
    /** As another receiver numbers them. */
    static final Codec OTHER_OPUS = new Codec(CodecKind.OPUS, "opus", 109, Codec.NO_RTX, 48_000, false);

    static final Codec OTHER_VP8 = new Codec(CodecKind.VP8, "VP8", 120, 124, 90_000, true);
    static final Codec VP8_WITHOUT_RTX = new Codec(CodecKind.VP8, "VP8", 100, Codec.NO_RTX, 90_000, true);

    /** Descriptor, frame head, who, and which. */
    static final int VP8_LENGTH = 6 + 1 + 1 + 4;

    private static final RtpHeaderWriter HEADER = new RtpHeaderWriter();

    private TestMedia() {}

    static TrackParameters camera(String participant, long ssrc, long rtxSsrc) {
        return new TrackParameters(new TrackId(participant, Source.CAMERA), "1", List.of(VP8, H264), ssrc, rtxSsrc);
    }

    static TrackParameters microphone(String participant, long ssrc) {
        return new TrackParameters(
                new TrackId(participant, Source.MICROPHONE), "0", List.of(OPUS), ssrc, TrackParameters.UNKNOWN);
    }

    static SlotParameters videoSlot(String mid, long ssrc) {
        return new SlotParameters(mid, true, ssrc, ssrc + 1, List.of(OTHER_VP8), OTHER_EXTENSIONS);
    }

    static SlotParameters audioSlot(String mid, long ssrc) {
        return new SlotParameters(mid, false, ssrc, TrackParameters.UNKNOWN, List.of(OTHER_OPUS), OTHER_EXTENSIONS);
    }

    /** A header of a stream without extensions; returns where the payload begins. */
    static int header(Datagram into, long ssrc, int payloadType, int sequenceNumber, int timestamp, boolean marker) {
        HEADER.begin(into, 0, marker, payloadType, sequenceNumber, timestamp, ssrc);
        return HEADER.end();
    }

    /** A packet of VP8: of the frame {@code picture}, its first or not. */
    static void vp8(
            Datagram into,
            long ssrc,
            int sequenceNumber,
            int timestamp,
            int picture,
            boolean first,
            boolean last,
            boolean key,
            int who,
            int counter) {
        int at = header(into, ssrc, VP8.payloadType(), sequenceNumber, timestamp, last);
        vp8Payload(into, at, picture, first, key, who, counter);
    }

    static void vp8Payload(Datagram into, int at, int picture, boolean first, boolean key, int who, int counter) {
        into.put8(at, first ? 0x90 : 0x80);
        into.put8(at + 1, 0xE0);
        into.put16(at + 2, 0x8000 | (picture & 0x7FFF));
        into.put8(at + 4, picture);
        into.put8(at + 5, 0);
        into.put8(at + 6, key ? 0 : 1);
        into.put8(at + 7, who);
        into.put32(at + 8, counter);
        into.setLength(at + VP8_LENGTH);
    }

    /** One packet is one frame. */
    static void frame(Datagram into, long ssrc, int sequenceNumber, boolean key) {
        vp8(
                into,
                ssrc,
                sequenceNumber & 0xFFFF,
                3000 * sequenceNumber,
                sequenceNumber,
                true,
                true,
                key,
                1,
                sequenceNumber);
    }

    static void opus(Datagram into, long ssrc, int sequenceNumber, int level, int who) {
        HEADER.begin(into, 0, false, OPUS.payloadType(), sequenceNumber & 0xFFFF, 960 * sequenceNumber, ssrc);
        into.put8(HEADER.extension(EXTENSIONS.id(RtpHeaderExtension.AUDIO_LEVEL), 1), level);
        int at = HEADER.end();
        into.put8(at, 0x78);
        into.put8(at + 1, who);
        into.put32(at + 2, sequenceNumber);
        into.setLength(at + 6);
    }

    /** Nothing but padding, as a probe for bandwidth. */
    static void padding(Datagram into, long ssrc, int sequenceNumber, int timestamp) {
        int at = header(into, ssrc, VP8.payloadType(), sequenceNumber & 0xFFFF, timestamp, false);
        into.put8(0, into.view().get(0) | 0x20);
        into.fill(at, 100, 0);
        into.put8(at + 99, 100);
        into.setLength(at + 100);
    }
}
