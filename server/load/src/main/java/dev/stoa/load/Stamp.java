package dev.stoa.load;

import dev.stoa.wire.Datagram;

/**
 * When a packet left its publisher, at the end of its payload, which servers leave as it is. Sender and receiver are one
 * process with one clock.
 *
 * <pre>
 *  0 magic (4)   4 nanoseconds of the driver's clock (8)
 * </pre>
 */
final class Stamp {
    static final int LENGTH = 12;
    private static final int MAGIC = 0x53746F61;

    private Stamp() {}

    /** Ends at {@code end}. */
    static void write(Datagram target, int end, long nanos) {
        target.put32(end - LENGTH, MAGIC);
        target.put64(end - LENGTH + 4, nanos);
    }

    /** -1 when there is none. */
    static long read(Datagram packet, int end) {
        return packet.i32(end - LENGTH) == MAGIC ? packet.i64(end - LENGTH + 4) : -1;
    }
}
