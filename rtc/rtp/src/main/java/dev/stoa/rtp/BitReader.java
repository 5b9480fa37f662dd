package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** Reads bits, the first on top, of a part of a datagram. Past its end it reads zeros and says so: {@link #overran}. */
final class BitReader {
    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int bits;
    private int at;

    BitReader() {}

    void wrap(Datagram from, int offset, int length) {
        datagram = from;
        start = offset;
        bits = 8 * length;
        at = 0;
    }

    /** @param count 0 to 31 */
    int read(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, at++) {
            int bit = at < bits ? datagram.u8(start + at / 8) >>> (7 - at % 8) & 1 : 0;
            value = value << 1 | bit;
        }
        return value;
    }

    /** A number below {@code limit}, in as few bits as it needs (AV1 specification, 4.10.7). */
    int readNonSymmetric(int limit) {
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(limit);
        int shorter = (1 << width) - limit;
        int value = read(width - 1);
        return value < shorter ? value : (value << 1) - shorter + read(1);
    }

    boolean overran() {
        return at > bits;
    }
}
