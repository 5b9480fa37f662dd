package dev.stoa.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A place in native memory for one datagram, and the datagram in it: {@link #length} of {@link #capacity} bytes are filled.
 * Numbers are in network byte order and unsigned unless said otherwise; an offset counts from the first byte.
 *
 * <p>Calling contract: it has one owner at a time and is used by one thread at a time. Reading past the length is an
 * {@link IndexOutOfBoundsException}, a fault of the caller: a parser asks {@link #length} first. Writing may go up to the
 * capacity and does not change the length. No method but {@code copyOf}, {@code slots} and {@code toArray} allocates.
 */
public final class Datagram {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Slots begin on a cache line of their own. */
    private static final long SLOT_ALIGNMENT = 64;

    private final MemorySegment memory;
    private final long address;
    private final int capacity;
    private final ByteBuffer view;
    private int length;

    private Datagram(MemorySegment memory) {
        this.memory = memory;
        this.address = memory.address();
        this.capacity = Math.toIntExact(memory.byteSize());
        this.view = memory.asByteBuffer();
    }

    /** An empty datagram in memory of its own, which is freed with it. */
    public static Datagram allocate(int capacity) {
        return new Datagram(Arena.ofAuto().allocate(capacity, SLOT_ALIGNMENT));
    }

    /** A datagram of exactly these bytes. */
    public static Datagram copyOf(byte[] bytes) {
        var datagram = allocate(bytes.length);
        datagram.set(bytes);
        return datagram;
    }

    /** A slab cut in {@code count} slots of at least {@code capacity} bytes; its memory lives as long as {@code arena}. */
    public static Datagram[] slots(Arena arena, int count, int capacity) {
        long stride = (capacity + SLOT_ALIGNMENT - 1) / SLOT_ALIGNMENT * SLOT_ALIGNMENT;
        var slab = arena.allocate(stride * count, SLOT_ALIGNMENT);
        var slots = new Datagram[count];
        for (int i = 0; i < count; i++) {
            slots[i] = new Datagram(slab.asSlice(i * stride, capacity));
        }
        return slots;
    }

    /** Where the first byte is, for native calls. */
    public long address() {
        return address;
    }

    public int capacity() {
        return capacity;
    }

    /** The number of bytes filled. */
    public int length() {
        return length;
    }

    public void setLength(int length) {
        Objects.checkFromToIndex(0, length, capacity);
        this.length = length;
    }

    /** The whole place as one buffer, always the same one: the caller sets position, limit and order as it needs them. */
    public ByteBuffer view() {
        return view;
    }

    /** The whole place, for native calls and bulk copies. */
    public MemorySegment memory() {
        return memory;
    }

    public int u8(int at) {
        check(at, 1);
        return memory.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    public int u16(int at) {
        check(at, 2);
        return memory.get(SHORT, at) & 0xFFFF;
    }

    public int u24(int at) {
        return u8(at) << 16 | u16(at + 1);
    }

    /** 32 bits as they are; {@link #u32} when the value matters rather than the bits. */
    public int i32(int at) {
        check(at, 4);
        return memory.get(INT, at);
    }

    public long u32(int at) {
        return i32(at) & 0xFFFF_FFFFL;
    }

    public long i64(int at) {
        check(at, 8);
        return memory.get(LONG, at);
    }

    public void put8(int at, int value) {
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    public void put16(int at, int value) {
        memory.set(SHORT, at, (short) value);
    }

    public void put24(int at, int value) {
        put8(at, value >>> 16);
        put16(at + 1, value);
    }

    public void put32(int at, int value) {
        memory.set(INT, at, value);
    }

    public void put64(int at, long value) {
        memory.set(LONG, at, value);
    }

    /** Becomes exactly these bytes. */
    public void set(byte[] bytes) {
        put(0, bytes, 0, bytes.length);
        setLength(bytes.length);
    }

    /** Becomes a copy of {@code source}. */
    public void set(Datagram source) {
        put(0, source, 0, source.length);
        setLength(source.length);
    }

    public void put(int at, byte[] source, int from, int count) {
        MemorySegment.copy(source, from, memory, ValueLayout.JAVA_BYTE, at, count);
    }

    /** Copies within or between datagrams; the places may overlap. */
    public void put(int at, Datagram source, int from, int count) {
        source.check(from, count);
        MemorySegment.copy(source.memory, from, memory, at, count);
    }

    public void fill(int at, int count, int value) {
        for (int i = at; i < at + count; i++) {
            put8(i, value);
        }
    }

    public void get(int at, byte[] target, int to, int count) {
        check(at, count);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, target, to, count);
    }

    public byte[] toArray() {
        return toArray(0, length);
    }

    public byte[] toArray(int at, int count) {
        var bytes = new byte[count];
        get(at, bytes, 0, count);
        return bytes;
    }

    private void check(int at, int count) {
        Objects.checkFromIndexSize(at, count, length);
    }
}
