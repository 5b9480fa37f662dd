package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** What a sequence parameter set of H.264 says of the picture's size (ITU-T H.264, 7.3.2.1.1). */
final class H264ParameterSet {
    private static final int MAX_FRAME_CYCLE = 255;
    private static final int SCALING_LISTS = 8;

    private final Datagram datagram;
    private final int end;
    private int at;
    private int bit;
    private int zeros;

    private H264ParameterSet(Datagram datagram, int offset, int length) {
        this.datagram = datagram;
        at = offset;
        end = offset + length;
    }

    /**
     * The width in the upper and the height in the lower 32 bits; 0 when it cannot be read.
     *
     * @param offset behind the head of the NAL unit
     */
    static long pictureSize(Datagram datagram, int offset, int length) {
        return new H264ParameterSet(datagram, offset, length).size();
    }

    private long size() {
        int profile = bits(8);
        bits(16); // constraints, level
        golomb(); // its id
        int chroma = 1;
        if (hasChroma(profile)) {
            chroma = golomb();
            if (chroma == 3) {
                bits(1);
            }
            golomb();
            golomb();
            bits(1);
            if (bits(1) != 0) {
                skipScalingLists(chroma == 3 ? 12 : SCALING_LISTS);
            }
        }
        golomb(); // log2_max_frame_num_minus4
        int orderType = golomb();
        if (orderType == 0) {
            golomb();
        } else if (orderType == 1) {
            bits(1);
            golomb();
            golomb();
            int cycle = golomb();
            for (int i = 0; i < Math.min(cycle, MAX_FRAME_CYCLE); i++) {
                golomb();
            }
        }
        golomb(); // max_num_ref_frames
        bits(1);
        int width = 16 * (golomb() + 1);
        int mapUnits = golomb() + 1;
        int framesOnly = bits(1);
        if (framesOnly == 0) {
            bits(1);
        }
        int height = 16 * mapUnits * (2 - framesOnly);
        bits(1);
        if (bits(1) != 0) { // cropping, in units of chroma samples (7.4.2.1.1)
            int unitX = chroma == 1 || chroma == 2 ? 2 : 1;
            int unitY = (chroma == 1 ? 2 : 1) * (2 - framesOnly);
            width -= unitX * (golomb() + golomb());
            height -= unitY * (golomb() + golomb());
        }
        boolean sound = at <= end && width > 0 && height > 0 && width <= 1 << 14 && height <= 1 << 14;
        return sound ? (long) width << 32 | height : 0;
    }

    /** 7.3.2.1.1: the High profiles say more. */
    private static boolean hasChroma(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    /** 7.3.2.1.1.1. */
    private void skipScalingLists(int lists) {
        for (int i = 0; i < lists; i++) {
            if (bits(1) == 0) {
                continue;
            }
            int last = 8;
            int next = 8;
            for (int j = 0; j < (i < 6 ? 16 : 64) && next != 0; j++) {
                int code = golomb();
                int delta = (code & 1) != 0 ? (code + 1) / 2 : -(code / 2);
                next = (last + delta) & 0xFF;
                last = next == 0 ? last : next;
            }
        }
    }

    /** ue(v), 9.1; what does not fit an int is nonsense, and becomes something else that is. */
    private int golomb() {
        int leading = 0;
        while (leading < 31 && at <= end && bits(1) == 0) {
            leading++;
        }
        return (1 << leading) - 1 + bits(leading);
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | nextBit();
        }
        return value;
    }

    private int nextBit() {
        if (bit == 0 && at < end && zeros >= 2 && datagram.u8(at) == 3) {
            at++; // an emulation prevention byte (7.3.1)
            zeros = 0;
        }
        if (at >= end) {
            at = end + 1; // it is cut
            return 0;
        }
        int octet = datagram.u8(at);
        int value = octet >>> (7 - bit) & 1;
        bit = (bit + 1) & 7;
        if (bit == 0) {
            at++;
            zeros = octet == 0 ? zeros + 1 : 0;
        }
        return value;
    }
}
