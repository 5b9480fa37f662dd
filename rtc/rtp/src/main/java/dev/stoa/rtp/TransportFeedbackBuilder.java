package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.SerialNumber;
import java.util.Arrays;

/**
 * Remembers when the packets of a transport came, and makes {@link TransportFeedback} of it.
 *
 * <p>Calling contract: {@link #handlePacket} for each packet with a transport-wide sequence number; every 50 to 100 ms, as
 * long as {@link #isPending}, {@link RtcpWriter#transportFeedback}, each into a datagram with room for at least 24 bytes.
 * A packet that comes after it was reported as lost is reported once more, with what followed it, when it is at most
 * {@link #MAX_REORDER} behind. What is older, and packets before a jump of {@link #WINDOW}, are forgotten.
 */
public final class TransportFeedbackBuilder {
    public static final int WINDOW = 4096;
    public static final int MAX_REORDER = 512;

    private static final long NONE = Long.MIN_VALUE;
    private static final long TICK_NANOS = TransportFeedback.DELTA_MICROS * 1_000L;
    private static final long TICKS_PER_REFERENCE = TransportFeedback.REFERENCE_MICROS / TransportFeedback.DELTA_MICROS;

    /** Arrival in ticks of 250 us, by extended sequence number modulo the window. */
    private final long[] arrivals = new long[WINDOW];

    private final byte[] statuses = new byte[WINDOW];
    private final short[] deltas = new short[WINDOW];
    private boolean started;
    /** The first that is not reported yet. */
    private long base;

    private long highest;
    private int feedbackPacketCount;

    public TransportFeedbackBuilder() {}

    public void handlePacket(int transportSequenceNumber, long nowNanos) {
        if (!started) {
            started = true;
            restart((1L << 32) + transportSequenceNumber);
        }
        long number = SerialNumber.extend16(highest, transportSequenceNumber);
        if (number - highest >= WINDOW) {
            restart(number);
        }
        if (number > highest) {
            for (long skipped = highest + 1; skipped < number; skipped++) {
                arrivals[slot(skipped)] = NONE;
            }
            highest = number;
            base = Math.max(base, number - WINDOW + 1);
        } else if (number <= highest - WINDOW || number < base - MAX_REORDER || arrivals[slot(number)] != NONE) {
            return;
        }
        if (number < base) {
            base = number;
        }
        arrivals[slot(number)] = Math.floorDiv(nowNanos, TICK_NANOS);
    }

    /** Whether there is something to report. */
    public boolean isPending() {
        return started && base <= highest;
    }

    /** @return the bytes written, 0 when nothing is pending or there is no room */
    int write(Datagram target, int at, int room, long senderSsrc, long mediaSsrc) {
        if (!isPending() || room < TransportFeedback.HEADER + 4) {
            return 0;
        }
        long first = base;
        while (arrivals[slot(first)] == NONE) {
            first++; // ends: the highest was received
        }
        long reference = Math.floorDiv(arrivals[slot(first)], TICKS_PER_REFERENCE);
        int known = collect(reference * TICKS_PER_REFERENCE);
        int deltaBytes = 0;
        int chunkAt = at + TransportFeedback.HEADER;
        int end = at + room / 4 * 4;
        int covered = 0;
        while (covered < known) {
            int chunk = chunk(covered, known);
            int count = Math.min(known - covered, chunkCount(chunk));
            int bytes = deltaBytes(covered, count);
            if (chunkAt + 2 + deltaBytes + bytes > end) {
                break;
            }
            target.put16(chunkAt, chunk);
            chunkAt += 2;
            deltaBytes += bytes;
            covered += count;
        }
        if (deltaBytes == 0) {
            return 0;
        }
        int deltaAt = chunkAt;
        for (int i = 0; i < covered; i++) {
            if (statuses[i] == TransportFeedback.SMALL_DELTA) {
                target.put8(deltaAt, deltas[i]);
                deltaAt += 1;
            } else if (statuses[i] == TransportFeedback.LARGE_DELTA) {
                target.put16(deltaAt, deltas[i]);
                deltaAt += 2;
            }
        }
        while ((deltaAt - at & 3) != 0) {
            target.put8(deltaAt++, 0);
        }
        RtcpHeader.put(
                target,
                at,
                TransportFeedback.FORMAT,
                RtcpPacket.TRANSPORT_LAYER_FEEDBACK,
                deltaAt - at,
                senderSsrc,
                mediaSsrc);
        target.put16(at + 12, (int) base);
        target.put16(at + 14, covered);
        target.put32(at + 16, (int) reference << 8 | (feedbackPacketCount++ & 0xFF));
        base += covered;
        return deltaAt - at;
    }

    /**
     * Works out statuses and deltas from {@link #base} on, up to a delta that does not fit 16 bits: a new message begins
     * there, with a reference time of its own.
     */
    private int collect(long referenceTicks) {
        long previous = referenceTicks;
        int count = 0;
        for (long number = base; number <= highest; number++, count++) {
            long arrival = arrivals[slot(number)];
            if (arrival == NONE) {
                statuses[count] = TransportFeedback.NOT_RECEIVED;
                continue;
            }
            long delta = arrival - previous;
            if (delta != (short) delta) {
                break;
            }
            statuses[count] = (byte)
                    (delta >= 0 && delta <= 0xFF ? TransportFeedback.SMALL_DELTA : TransportFeedback.LARGE_DELTA);
            deltas[count] = (short) delta;
            previous = arrival;
        }
        return count;
    }

    /** The chunk that says most about the statuses from {@code from} on. */
    private int chunk(int from, int to) {
        int status = statuses[from];
        int run = 1;
        while (from + run < to && statuses[from + run] == status && run < TransportFeedback.MAX_RUN) {
            run++;
        }
        int oneBit = 0;
        int oneBitEnd = Math.min(to, from + 14);
        boolean fitsOneBit = true;
        for (int i = from; i < oneBitEnd; i++) {
            fitsOneBit &= statuses[i] != TransportFeedback.LARGE_DELTA;
            oneBit |= (statuses[i] & 1) << (13 - (i - from));
        }
        if (run >= (fitsOneBit ? 14 : 7) || from + run == to) {
            return status << 13 | run;
        }
        if (fitsOneBit) {
            return 0x8000 | oneBit;
        }
        int twoBit = 0;
        for (int i = from; i < Math.min(to, from + 7); i++) {
            twoBit |= statuses[i] << (12 - 2 * (i - from));
        }
        return 0xC000 | twoBit;
    }

    private static int chunkCount(int chunk) {
        if ((chunk & 0x8000) == 0) {
            return chunk & TransportFeedback.MAX_RUN;
        }
        return (chunk & 0x4000) == 0 ? 14 : 7;
    }

    private int deltaBytes(int from, int count) {
        int bytes = 0;
        for (int i = from; i < from + count; i++) {
            bytes += statuses[i]; // 0, 1 or 2: the status is the length
        }
        return bytes;
    }

    private void restart(long number) {
        Arrays.fill(arrivals, NONE);
        base = number;
        highest = number - 1;
    }

    private static int slot(long number) {
        return (int) number & (WINDOW - 1);
    }
}
