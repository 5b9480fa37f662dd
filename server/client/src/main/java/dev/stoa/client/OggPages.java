package dev.stoa.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Pages of Ogg (RFC 3533, 6).
 *
 * <pre>
 *  "OggS" version(8) type(8) granule_position(64) serial(32) number(32) checksum(32) segments(8) lacing values, data
 * </pre>
 *
 * All numbers are little-endian.
 */
final class OggPages {
    static final int HEAD = 27;
    static final int MAX_SEGMENTS = 255;
    static final int FIRST = 2;
    static final int LAST = 4;

    static final int TYPE = 5;
    static final int GRANULE_POSITION = 6;
    static final int SERIAL = 14;
    static final int NUMBER = 18;
    static final int CHECKSUM = 22;
    static final int SEGMENTS = 26;

    private static final int POLYNOMIAL = 0x04C11DB7;
    private static final int[] TABLE = table();

    private OggPages() {}

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Of a whole page, its own checksum taken for 0: a CRC-32 that is not reflected and begins with 0. */
    static int checksum(byte[] page, int from, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            int octet = i >= CHECKSUM && i < CHECKSUM + 4 ? 0 : page[from + i] & 0xFF;
            crc = crc << 8 ^ TABLE[crc >>> 24 ^ octet];
        }
        return crc;
    }

    private static int[] table() {
        var table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000_0000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
            table[i] = crc;
        }
        return table;
    }
}
