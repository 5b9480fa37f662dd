package dev.stoa.loop;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Packets of the participant whose offer is {@link NegotiationTest#OFFER}. */
final class TestPackets {
    /** RFC 3550, 6.4.2, from the camera's SSRC. */
    static final byte[] EMPTY_RECEIVER_REPORT = hex("80c90001" + "cd21561c");

    /** RFC 7741, 4.2 and RFC 6386, 9.1: the first packet of a frame, a key frame of 320x180, and some of its data. */
    static final byte[] VP8_KEY_FRAME = hex("10" + "100200" + "9d012a" + "4001b400" + "0102030405060708");

    static final int CAMERA_SSRC = 0xcd21561c;
    static final int CAMERA_RTX_SSRC = (int) 3_767_004_477L;
    static final int MICROPHONE_SSRC = 2_016_203_059;

    private TestPackets() {}

    /** The camera's VP8 packet with that number. */
    static byte[] camera(int sequenceNumber) {
        return camera(0x80, sequenceNumber, VP8_KEY_FRAME);
    }

    /** @param first byte: version, padding, extension, number of contributing sources (RFC 3550, 5.1) */
    static byte[] camera(int first, int sequenceNumber, byte[] rest) {
        return rtp(first, 96, sequenceNumber, CAMERA_SSRC, rest);
    }

    /** @param rest what stands behind the fixed header */
    static byte[] rtp(int first, int payloadType, int sequenceNumber, int ssrc, byte[] rest) {
        return ByteBuffer.allocate(12 + rest.length)
                .put((byte) first)
                .put((byte) payloadType)
                .putShort((short) sequenceNumber)
                .putInt(90_000)
                .putInt(ssrc)
                .put(rest)
                .array();
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
