package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** Lengths of AV1's OBUs: seven bits a byte, least first, at most eight bytes (AV1 specification, 4.10.5). */
final class Leb128 {
    private static final int MAX_BYTES = 8;

    private Leb128() {}

    /** Value and length in one number, so that reading does not allocate; -1 when it is cut or above 32 bits. */
    static long read(Datagram from, int at, int end) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES && at + i < end; i++) {
            int octet = from.u8(at + i);
            value |= (octet & 0x7FL) << (7 * i);
            if ((octet & 0x80) == 0) {
                return value > 0xFFFF_FFFFL ? -1 : value << 4 | (i + 1);
            }
        }
        return -1;
    }

    /** The same of an array. */
    static long read(byte[] from, int at, int end) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES && at + i < end; i++) {
            value |= (from[at + i] & 0x7FL) << (7 * i);
            if (from[at + i] >= 0) {
                return value > 0xFFFF_FFFFL ? -1 : value << 4 | (i + 1);
            }
        }
        return -1;
    }

    static long value(long read) {
        return read >>> 4;
    }

    static int length(long read) {
        return (int) read & 15;
    }

    /** The bytes that {@code value} takes. */
    static int size(int value) {
        int size = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        return size;
    }

    /** Returns where the next byte goes. */
    static int write(byte[] into, int at, int value) {
        int to = at;
        int rest = value;
        while (rest > 0x7F) {
            into[to++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[to++] = (byte) rest;
        return to;
    }
}
