package dev.stoa.rtp;

/** Whether an encoded frame, as {@link Packetizer} takes it, is one that decoding can begin with. Nonsense is none. */
public final class KeyFrames {
    private static final int AV1_SEQUENCE_HEADER = 1;

    private KeyFrames() {}

    /** RFC 6386, 9.1: the first bit is 0. */
    public static boolean isVp8(byte[] frame) {
        return frame.length > 0 && (frame[0] & 1) == 0;
    }

    /** The VP9 bitstream specification, 6.2: frame_marker, profile, show_existing_frame, frame_type. */
    public static boolean isVp9(byte[] frame) {
        if (frame.length == 0 || (frame[0] & 0xC0) != 0x80) {
            return false;
        }
        // Profile 3, both bits set, has one reserved bit behind it.
        int shift = (frame[0] & 0x30) == 0x30 ? 2 : 3;
        boolean showsExisting = (frame[0] >>> shift & 1) == 1;
        boolean isKey = (frame[0] >>> (shift - 1) & 1) == 0;
        return !showsExisting && isKey;
    }

    /** An access unit in the byte stream format with a slice of an IDR picture (H.264, 7.4.1.2.4). */
    public static boolean isH264(byte[] frame) {
        for (int i = 0; i + 3 < frame.length; i++) {
            if (frame[i] == 0
                    && frame[i + 1] == 0
                    && frame[i + 2] == 1
                    && (frame[i + 3] & 0x1F) == H264Payload.IDR_SLICE) {
                return true;
            }
        }
        return false;
    }

    /** A temporal unit with a sequence header (the AV1 specification, 7.5). */
    public static boolean isAv1(byte[] frame) {
        int at = 0;
        while (at < frame.length) {
            int header = frame[at];
            if ((header >>> 3 & 0x0F) == AV1_SEQUENCE_HEADER) {
                return true;
            }
            int head = (header & 4) != 0 ? 2 : 1;
            long size = Leb128.read(frame, at + head, frame.length);
            if ((header & 2) == 0 || size < 0) {
                return false;
            }
            long next = at + head + Leb128.length(size) + Leb128.value(size);
            if (next > frame.length) {
                return false;
            }
            at = (int) next;
        }
        return false;
    }
}
