package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * Which packets of a transport came, and when (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1).
 *
 * <pre>
 * |V=2|P| FMT=15  |    PT=205     |             length            |
 * |                     SSRC of packet sender                     |
 * |                      SSRC of media source                     |
 * |      base sequence number     |      packet status count      |
 * |          reference time, 64 ms units          | fb. pkt count |
 * |  packet chunks, 16 bits each, then receive deltas, 8 or 16    |
 * </pre>
 *
 * A chunk is a run of one status: 0 SS RRRRRRRRRRRRR; or 14 statuses of one bit: 1 0 …; or 7 of two bits: 1 1 …
 * Statuses are 0 (not received), 1 (small delta, 8 bits), 2 (large or negative delta, 16 bits signed), deltas in 250 us.
 *
 * <p>Calling contract: {@link #next} steps through the packets; {@link #rewind} begins again.
 */
public final class TransportFeedback implements RtcpPacket {
    static final int FORMAT = 15;
    static final int HEADER = 20;
    static final int NOT_RECEIVED = 0;
    static final int SMALL_DELTA = 1;
    static final int LARGE_DELTA = 2;
    static final int MAX_RUN = 0x1FFF;

    /** One tick of a delta. */
    public static final int DELTA_MICROS = 250;
    /** One tick of the reference time. */
    public static final int REFERENCE_MICROS = 64_000;
    /**
     * More packets than this in one message are refused: a chunk of two bytes can announce 8191 of them, and a datagram
     * has room for many messages.
     */
    public static final int MAX_STATUSES = 0x2000;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int deltasAt;

    private int index;
    private int chunkAt;
    private int chunk;
    private int inChunk;
    private int deltaAt;
    private boolean received;
    private long arrivalMicros;

    TransportFeedback() {}

    @Nullable Malformation wrap(Datagram from, int at, int length) {
        datagram = Nothing.DATAGRAM;
        if (length < HEADER) {
            return Malformation.TRUNCATED;
        }
        int count = from.u16(at + 14);
        if (count > MAX_STATUSES) {
            return Malformation.TOO_MANY;
        }
        int end = at + length;
        int chunks = at + HEADER;
        int deltas = 0;
        int left = count;
        while (left > 0) {
            if (chunks + 2 > end) {
                return Malformation.TRUNCATED;
            }
            int bits = from.u16(chunks);
            chunks += 2;
            int covered = Math.min(left, capacity(bits));
            if (covered == 0 || ((bits & 0x8000) == 0 && (bits >>> 13 & 3) == 3)) {
                return Malformation.BAD_VALUE; // a run of nothing, or the reserved status
            }
            int bytes = deltaBytes(bits, covered);
            if (bytes < 0) {
                return Malformation.BAD_VALUE;
            }
            deltas += bytes;
            left -= covered;
        }
        if (chunks + deltas > end) {
            return Malformation.TRUNCATED;
        }
        datagram = from;
        start = at;
        deltasAt = chunks;
        rewind();
        return null;
    }

    public long senderSsrc() {
        return datagram.u32(start + 4);
    }

    public long mediaSsrc() {
        return datagram.u32(start + 8);
    }

    /** The transport-wide sequence number of the first packet. */
    public int baseSequenceNumber() {
        return datagram.u16(start + 12);
    }

    public int statusCount() {
        return datagram.u16(start + 14);
    }

    /** 24 bits, signed, in units of 64 ms of the receiver's clock; they wrap after 12 days. */
    public int referenceTime() {
        return datagram.u24(start + 16) << 8 >> 8;
    }

    /** Counts the messages, modulo 256. */
    public int feedbackPacketCount() {
        return datagram.u8(start + 19);
    }

    /** Steps to the first packet at the following {@link #next}. */
    public void rewind() {
        index = -1;
        chunkAt = start + HEADER;
        inChunk = 0;
        chunk = 0;
        deltaAt = deltasAt;
        received = false;
        arrivalMicros = (long) referenceTime() * REFERENCE_MICROS;
    }

    /** Steps to the next packet; false when there is none. */
    public boolean next() {
        if (index + 1 >= statusCount()) {
            return false;
        }
        index++;
        if (index == 0 || inChunk == capacity(chunk)) {
            chunk = datagram.u16(chunkAt);
            chunkAt += 2;
            inChunk = 0;
        }
        int status = status(chunk, inChunk++);
        received = status != NOT_RECEIVED;
        if (status == SMALL_DELTA) {
            arrivalMicros += (long) datagram.u8(deltaAt) * DELTA_MICROS;
            deltaAt += 1;
        } else if (status == LARGE_DELTA) {
            arrivalMicros += (long) (short) datagram.u16(deltaAt) * DELTA_MICROS;
            deltaAt += 2;
        }
        return true;
    }

    /** The transport-wide sequence number of the packet stepped to. */
    public int sequenceNumber() {
        return baseSequenceNumber() + index & 0xFFFF;
    }

    public boolean received() {
        return received;
    }

    /** When the packet came, by the receiver's clock, which begins anywhere; only when {@link #received}. */
    public long arrivalMicros() {
        return arrivalMicros;
    }

    /** How many statuses a chunk holds. */
    private static int capacity(int chunk) {
        if ((chunk & 0x8000) == 0) {
            return chunk & MAX_RUN;
        }
        return (chunk & 0x4000) == 0 ? 14 : 7;
    }

    private static int status(int chunk, int at) {
        if ((chunk & 0x8000) == 0) {
            return chunk >>> 13 & 3;
        }
        return (chunk & 0x4000) == 0 ? chunk >>> (13 - at) & 1 : chunk >>> (12 - 2 * at) & 3;
    }

    /** The bytes of delta that the first {@code count} statuses of a chunk need, -1 when one of them is reserved. */
    private static int deltaBytes(int chunk, int count) {
        if ((chunk & 0x8000) == 0) {
            return (chunk >>> 13 & 3) * count;
        }
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            int status = status(chunk, i);
            if (status > LARGE_DELTA) {
                return -1;
            }
            bytes += status;
        }
        return bytes;
    }
}
