package dev.stoa.fuzz;

import dev.stoa.rtp.Av1Payload;
import dev.stoa.rtp.H264Payload;
import dev.stoa.rtp.KeyFrames;
import dev.stoa.rtp.OpusPayload;
import dev.stoa.rtp.RedPayload;
import dev.stoa.rtp.Vp8Descriptor;
import dev.stoa.rtp.Vp9Descriptor;
import dev.stoa.wire.Datagram;
import java.util.List;

/** A payload of each codec; the first byte says which. */
final class PayloadTarget implements FuzzTarget {
    /** As behind an RTP header. */
    private static final int OFFSET = 12;

    @Override
    public void run(byte[] input) {
        var choices = new Choices(input);
        int codec = choices.below(6);
        var payload = choices.rest();
        Promise.canBeRead(
                KeyFrames.isVp8(payload),
                KeyFrames.isVp9(payload),
                KeyFrames.isH264(payload),
                KeyFrames.isAv1(payload));
        var packet = Datagram.allocate(OFFSET + payload.length);
        packet.setLength(OFFSET + payload.length);
        packet.put(OFFSET, payload, 0, payload.length);
        switch (codec) {
            case 0 -> vp8(packet, payload.length);
            case 1 -> vp9(packet, payload.length);
            case 2 -> h264(packet, payload.length);
            case 3 -> av1(packet, payload.length);
            case 4 -> red(packet, payload.length);
            default -> opus(packet, payload.length);
        }
    }

    private static void vp8(Datagram packet, int length) {
        var descriptor = new Vp8Descriptor();
        if (descriptor.wrap(packet, OFFSET, length) != null) {
            return;
        }
        Promise.that(
                descriptor.payloadLength() > 0
                        && descriptor.payloadOffset() + descriptor.payloadLength() == packet.length(),
                "the frame's bytes are behind the descriptor");
        Promise.that(descriptor.width() >= 0 && descriptor.height() >= 0, "a picture has a size");
        Promise.canBeRead(descriptor.temporalId(), descriptor.keyIndex(), descriptor.layerSync());
        if (descriptor.pictureIdBits() > 0) {
            descriptor.setPictureId(5);
            Promise.that(descriptor.pictureId() == 5, "a picture number can be changed");
        }
        if (descriptor.tl0PicIdxOffset() >= 0) {
            descriptor.setTl0PicIdx(7);
            Promise.that(descriptor.tl0PicIdx() == 7, "so can the index of the base layer");
        }
        var again = new Vp8Descriptor();
        Promise.that(
                again.wrap(packet, OFFSET, length) == null
                        && again.pictureId() == descriptor.pictureId()
                        && again.tl0PicIdx() == descriptor.tl0PicIdx()
                        && again.payloadOffset() == descriptor.payloadOffset(),
                "it is then still the same descriptor");
    }

    private static void vp9(Datagram packet, int length) {
        var descriptor = new Vp9Descriptor();
        if (descriptor.wrap(packet, OFFSET, length) != null) {
            return;
        }
        Promise.that(
                descriptor.payloadLength() > 0
                        && descriptor.payloadOffset() + descriptor.payloadLength() == packet.length(),
                "the frame's bytes are behind the descriptor");
        for (int i = 0; i < descriptor.referenceCount(); i++) {
            Promise.that(descriptor.referenceDifference(i) >= 0, "a reference goes back");
        }
        if (descriptor.hasScalabilityStructure()) {
            for (int i = 0; i < descriptor.spatialLayerCount(); i++) {
                Promise.that(descriptor.width(i) >= 0 && descriptor.height(i) >= 0, "a picture has a size");
            }
        }
        Promise.canBeRead(descriptor.keyFrame(), descriptor.spatialId(), descriptor.temporalId());
        if (descriptor.pictureIdBits() > 0) {
            descriptor.setPictureId(5);
            Promise.that(descriptor.pictureId() == 5, "a picture number can be changed");
        }
        if (descriptor.tl0PicIdxOffset() >= 0) {
            descriptor.setTl0PicIdx(7);
            Promise.that(descriptor.tl0PicIdx() == 7, "so can the index of the base layer");
        }
        var again = new Vp9Descriptor();
        Promise.that(
                again.wrap(packet, OFFSET, length) == null
                        && again.pictureId() == descriptor.pictureId()
                        && again.payloadOffset() == descriptor.payloadOffset(),
                "it is then still the same descriptor");
    }

    private static void h264(Datagram packet, int length) {
        var payload = new H264Payload();
        if (payload.wrap(packet, OFFSET, length) != null) {
            return;
        }
        int end = 0;
        while (payload.next()) {
            Promise.that(payload.nalLength() > 0 && payload.nalOffset() >= end, "units stand one after the other");
            Promise.canBeRead(payload.nalType(), payload.startOfNal(), payload.endOfNal());
            end = payload.nalOffset() + payload.nalLength();
        }
        Promise.that(end == packet.length(), "units are all there is");
        if (payload.isFragment()) {
            Promise.canBeRead(payload.fragmentedNalHeader());
        }
    }

    private static void av1(Datagram packet, int length) {
        var payload = new Av1Payload();
        if (payload.wrap(packet, OFFSET, length) != null) {
            return;
        }
        int end = 0;
        int elements = 0;
        while (payload.next()) {
            Promise.that(payload.elementLength() > 0 && payload.elementOffset() >= end, "one after the other");
            Promise.canBeRead(payload.startOfObu(), payload.endOfObu(), payload.obuType());
            end = payload.elementOffset() + payload.elementLength();
            elements++;
        }
        Promise.that(end == packet.length() && elements == payload.elementCount(), "elements are all there is");
    }

    private static void red(Datagram packet, int length) {
        var payload = new RedPayload();
        if (payload.wrap(packet, OFFSET, length) != null) {
            return;
        }
        int end = 0;
        int blocks = 0;
        while (payload.next()) {
            Promise.that(payload.blockOffset() >= end && payload.blockLength() >= 0, "blocks follow each other");
            Promise.canBeRead(payload.payloadType(), payload.timestampOffset());
            end = payload.blockOffset() + payload.blockLength();
            Promise.that(payload.isPrimary() == (++blocks == payload.blockCount()), "the last one is the primary");
        }
        Promise.that(end == packet.length(), "blocks are all there is");
    }

    private static void opus(Datagram packet, int length) {
        var payload = new OpusPayload();
        if (payload.wrap(packet, OFFSET, length) != null) {
            return;
        }
        Promise.that(
                payload.duration() > 0 && payload.duration() <= OpusPayload.MAX_DURATION,
                "a packet lasts 120 ms at most");
        Promise.canBeRead(payload.stereo(), payload.discontinuous());
        Promise.that(payload.frameCount() * payload.frameDuration() == payload.duration(), "frames are of one length");
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                Seeds.hex("00 90f0923456a9 1002009d012a80026801ff"),
                Seeds.hex("00 10 00aabb"),
                Seeds.hex("01 ae 8155 35 07 38 0140 00b4 0280 0168 02 00 2401 aabbcc"),
                Seeds.hex("01 f805000306ff"),
                Seeds.hex("02 7800036742c0000268ce"),
                Seeds.hex("02 7c85aabb"),
                Seeds.hex("03 2803 08aabb30ccdd"),
                Seeds.hex("03 00 02 30aa 0132"),
                Seeds.hex("04 ef0f00026faabbccddee"),
                Seeds.hex("05 fb03ffffff"),
                Seeds.hex("05 ff8201 00 aabbccddee"));
    }
}
