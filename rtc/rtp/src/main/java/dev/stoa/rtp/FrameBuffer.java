package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import java.util.Arrays;

/** Bytes that grow, up to a limit: after it, they are not taken and {@link #overflowed}. */
final class FrameBuffer {
    private final int limit;
    private byte[] bytes = new byte[4096];
    private int length;
    private boolean overflowed;

    FrameBuffer(int limit) {
        this.limit = limit;
    }

    void clear() {
        length = 0;
        overflowed = false;
    }

    void put(Datagram source, int from, int count) {
        if (makeRoom(count)) {
            source.get(from, bytes, length, count);
            length += count;
        }
    }

    void put(FrameBuffer source, int from, int count) {
        if (makeRoom(count)) {
            System.arraycopy(source.bytes, from, bytes, length, count);
            length += count;
        }
    }

    void put8(int value) {
        if (makeRoom(1)) {
            bytes[length++] = (byte) value;
        }
    }

    void putLeb128(int value) {
        if (makeRoom(5)) {
            length = Leb128.write(bytes, length, value);
        }
    }

    int u8(int at) {
        return bytes[at] & 0xFF;
    }

    int length() {
        return length;
    }

    boolean overflowed() {
        return overflowed;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    private boolean makeRoom(int count) {
        if (count > limit - length) {
            overflowed = true;
            return false;
        }
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(2 * bytes.length, length + count)));
        }
        return true;
    }
}
