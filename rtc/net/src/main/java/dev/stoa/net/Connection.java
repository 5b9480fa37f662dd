package dev.stoa.net;

import dev.stoa.wire.Datagram;
import java.lang.foreign.Arena;

/**
 * A TCP connection that carries packets, each behind its length in 16 bits (RFC 4571, 2; RFC 6544, 3). Its write queue begins
 * small and grows up to its limit when the peer is slow. Made, used and closed by the driver's thread.
 */
final class Connection implements Endpoint, AutoCloseable {
    private static final int PREFIX = 2;

    /** What a connection holds at least, each way. */
    private static final int BUFFER_BYTES = 16 << 10;

    /** What {@link #next} says when there is no whole frame. */
    static final int NEED_MORE = -1;

    static final int TOO_LONG = -2;

    private final int id;
    private final int handle;
    final RemoteAddress remote = new RemoteAddress();
    private final int maxFrameBytes;
    private final int writeQueueBytes;
    private final Arena inArena = newArena();
    private final Datagram in;
    private Arena outArena;
    private Datagram out;
    private int inAt;
    private int inEnd;
    private int outAt;
    private int outEnd;
    long lastFrameNanos;
    /** Whether the handler has seen a packet of it. */
    boolean introduced;

    private boolean awaitsWritable;
    /** Whether it is in the list of those that have something to write. */
    boolean queued;

    /** Whether writing failed; the next read will fail too and close it. */
    boolean broken;

    Connection(int id, int handle, RemoteAddress remote, DriverOptions options, long nowNanos) {
        this.id = id;
        this.handle = handle;
        this.remote.set(remote);
        this.maxFrameBytes = options.maxFrameBytes();
        this.writeQueueBytes = options.writeQueueBytes();
        this.in = buffer(inArena, Math.max(BUFFER_BYTES, PREFIX + maxFrameBytes));
        this.outArena = newArena();
        this.out = buffer(outArena, Math.min(BUFFER_BYTES, writeQueueBytes));
        this.lastFrameNanos = nowNanos;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public int handle() {
        return handle;
    }

    /** Closed by {@link #grow} or {@link #close}. */
    @SuppressWarnings("MustBeClosedChecker")
    private static Arena newArena() {
        return Arena.ofConfined();
    }

    private static Datagram buffer(Arena arena, int bytes) {
        var buffer = Datagram.slots(arena, 1, bytes)[0];
        buffer.setLength(bytes);
        return buffer;
    }

    /** Reads once what fits: bytes, NOTHING or FAILED as {@link SocketSet#read}. */
    int read(SocketSet sockets) {
        if (inAt > 0) {
            in.put(0, in, inAt, inEnd - inAt);
            inEnd -= inAt;
            inAt = 0;
        }
        int bytes = sockets.read(handle, in, inEnd, in.capacity() - inEnd);
        inEnd += Math.max(0, bytes);
        return bytes;
    }

    /** Copies the next frame's packet to {@code packet}; its length, which may be 0, or NEED_MORE or TOO_LONG. */
    int next(Datagram packet) {
        if (inEnd - inAt < PREFIX) {
            return NEED_MORE;
        }
        int length = in.u16(inAt);
        if (length > maxFrameBytes) {
            return TOO_LONG;
        }
        if (inEnd - inAt < PREFIX + length) {
            return NEED_MORE;
        }
        packet.put(0, in, inAt + PREFIX, length);
        packet.setLength(length);
        inAt += PREFIX + length;
        return length;
    }

    /** Queues a packet; false when there is no room for all of it. */
    boolean append(Datagram area, int at, int length) {
        int queued = outEnd - outAt;
        if (length > 0xFFFF || queued + PREFIX + length > writeQueueBytes) {
            return false;
        }
        if (queued + PREFIX + length > out.capacity()) {
            grow(queued + PREFIX + length);
        } else if (outEnd + PREFIX + length > out.capacity()) {
            out.put(0, out, outAt, queued);
            outAt = 0;
            outEnd = queued;
        }
        out.put16(outEnd, length);
        out.put(outEnd + PREFIX, area, at, length);
        outEnd += PREFIX + length;
        return true;
    }

    /** What was read and not delivered yet. */
    byte[] unread() {
        return in.toArray(inAt, inEnd - inAt);
    }

    byte[] unwritten() {
        return out.toArray(outAt, outEnd - outAt);
    }

    /** Goes on where another one stopped; false when its bytes do not fit. For a new connection. */
    boolean resume(byte[] unread, byte[] unwritten) {
        if (unread.length > in.capacity() || unwritten.length > writeQueueBytes) {
            return false;
        }
        in.put(0, unread, 0, unread.length);
        inEnd = unread.length;
        if (unwritten.length > out.capacity()) {
            grow(unwritten.length);
        }
        out.put(0, unwritten, 0, unwritten.length);
        outEnd = unwritten.length;
        return true;
    }

    private void grow(int least) {
        var arena = newArena();
        var larger = buffer(arena, Math.min(writeQueueBytes, Math.max(least, 2 * out.capacity())));
        larger.put(0, out, outAt, outEnd - outAt);
        outArena.close();
        outArena = arena;
        out = larger;
        outEnd -= outAt;
        outAt = 0;
    }

    /** Writes what is queued as far as it goes; false when the connection is broken. */
    boolean write(SocketSet sockets) {
        while (outAt < outEnd) {
            int bytes = sockets.write(handle, out, outAt, outEnd - outAt);
            if (bytes < 0) {
                return false;
            }
            if (bytes == 0) {
                break;
            }
            outAt += bytes;
        }
        if (outAt == outEnd) {
            outAt = 0;
            outEnd = 0;
        }
        boolean waits = outAt < outEnd;
        if (waits != awaitsWritable) {
            awaitsWritable = waits;
            sockets.setInterest(handle, waits ? SocketSet.READABLE | SocketSet.WRITABLE : SocketSet.READABLE);
        }
        return true;
    }

    @Override
    public void close() {
        inArena.close();
        outArena.close();
    }
}
