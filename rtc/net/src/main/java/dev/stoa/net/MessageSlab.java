package dev.stoa.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An array of {@code struct mmsghdr} with all that its entries point to: an address, one piece of data and one control buffer
 * each. The layout is that of 64-bit Linux:
 *
 * <pre>
 *  0 name   8 name length   16 pieces   24 their count   32 control   40 control length   48 flags   56 bytes (of mmsghdr)
 * </pre>
 */
final class MessageSlab {
    static final int SOL_SOCKET = 1;
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int SO_RXQ_OVFL = 40;
    private static final int MSG_TRUNC = 0x20;

    private static final int HEADER_BYTES = 64;
    private static final int NAME_LENGTH = 8;
    private static final int PIECES = 16;
    private static final int PIECE_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int BYTES = 56;

    private static final int NAME_BYTES = 32;
    private static final int PIECE_BYTES = 16;
    private static final int PIECE_LENGTH = 8;

    /** Room for the two messages that may come: size of segments, and count of drops. */
    private static final int CONTROL_BYTES = 64;

    /** {@code struct cmsghdr}: length 0, level 8, type 12, data 16. */
    private static final int CMSG_LEVEL = 8;

    private static final int CMSG_TYPE = 12;
    private static final int CMSG_DATA = 16;
    private static final int SEGMENT_CMSG_BYTES = 24;

    private final int capacity;
    private final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment pieces;
    private final MemorySegment controls;

    MessageSlab(Arena arena, int capacity) {
        this.capacity = capacity;
        this.headers = arena.allocate((long) capacity * HEADER_BYTES, HEADER_BYTES);
        this.names = arena.allocate((long) capacity * NAME_BYTES, HEADER_BYTES);
        this.pieces = arena.allocate((long) capacity * PIECE_BYTES, HEADER_BYTES);
        this.controls = arena.allocate((long) capacity * CONTROL_BYTES, HEADER_BYTES);
        for (int i = 0; i < capacity; i++) {
            long header = (long) i * HEADER_BYTES;
            headers.set(JAVA_LONG, header, names.address() + (long) i * NAME_BYTES);
            headers.set(JAVA_LONG, header + PIECES, pieces.address() + (long) i * PIECE_BYTES);
            headers.set(JAVA_LONG, header + PIECE_COUNT, 1);
            headers.set(JAVA_LONG, header + CONTROL, controls.address() + (long) i * CONTROL_BYTES);
        }
    }

    int capacity() {
        return capacity;
    }

    long address(int at) {
        return headers.address() + (long) at * HEADER_BYTES;
    }

    void setData(int at, long address, long bytes) {
        pieces.set(JAVA_LONG, (long) at * PIECE_BYTES, address);
        pieces.set(JAVA_LONG, (long) at * PIECE_BYTES + PIECE_LENGTH, bytes);
    }

    /** To be done before each receiving: the kernel overwrites both. */
    void resetLengths(int at) {
        headers.set(JAVA_INT, (long) at * HEADER_BYTES + NAME_LENGTH, NativeAddress.IPV6_BYTES);
        headers.set(JAVA_LONG, (long) at * HEADER_BYTES + CONTROL_LENGTH, CONTROL_BYTES);
    }

    void setRemote(int at, boolean isIpv6, long high, long low, int port) {
        int length = NativeAddress.write(names, (long) at * NAME_BYTES, isIpv6, high, low, port);
        headers.set(JAVA_INT, (long) at * HEADER_BYTES + NAME_LENGTH, length);
    }

    /** Has {@link #setSegment} find all but the size written; once, for a slab that is only sent from. */
    void prepareSegments() {
        for (int i = 0; i < capacity; i++) {
            long control = (long) i * CONTROL_BYTES;
            controls.set(JAVA_LONG, control, CMSG_DATA + Short.BYTES);
            controls.set(JAVA_INT, control + CMSG_LEVEL, SOL_UDP);
            controls.set(JAVA_INT, control + CMSG_TYPE, UDP_SEGMENT);
        }
    }

    /** Has the kernel cut the data in packets of {@code bytes}; 0 for one packet. */
    void setSegment(int at, int bytes) {
        controls.set(JAVA_SHORT, (long) at * CONTROL_BYTES + CMSG_DATA, (short) bytes);
        headers.set(JAVA_LONG, (long) at * HEADER_BYTES + CONTROL_LENGTH, bytes == 0 ? 0 : SEGMENT_CMSG_BYTES);
    }

    /** How many bytes were received. */
    int bytes(int at) {
        return headers.get(JAVA_INT, (long) at * HEADER_BYTES + BYTES);
    }

    boolean isTruncated(int at) {
        return (headers.get(JAVA_INT, (long) at * HEADER_BYTES + FLAGS) & MSG_TRUNC) != 0;
    }

    void remote(int at, RemoteAddress remote) {
        NativeAddress.read(names, (long) at * NAME_BYTES, remote);
    }

    /** The 32 bits of a control message that was received, or 0 without one. */
    int control(int at, int level, int type) {
        long length = headers.get(JAVA_LONG, (long) at * HEADER_BYTES + CONTROL_LENGTH);
        long base = (long) at * CONTROL_BYTES;
        for (long from = 0; from + CMSG_DATA + Integer.BYTES <= length; ) {
            long bytes = controls.get(JAVA_LONG, base + from);
            if (controls.get(JAVA_INT, base + from + CMSG_LEVEL) == level
                    && controls.get(JAVA_INT, base + from + CMSG_TYPE) == type) {
                return controls.get(JAVA_INT, base + from + CMSG_DATA);
            }
            if (bytes < CMSG_DATA) {
                break;
            }
            from += (bytes + 7) & ~7L;
        }
        return 0;
    }
}
