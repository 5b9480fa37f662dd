package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import java.util.Arrays;

/**
 * AV1 temporal units in the low-overhead format (each OBU with its size, AV1 specification, 5.2) to payloads (RTP Payload
 * Format For AV1, 4.4 and 5): sizes are taken out of the OBUs, temporal delimiters, tile lists and padding are left out,
 * and each element has its length before it.
 */
public final class Av1Packetizer implements Packetizer {
    private static final int PADDING = 15;
    /** What a fragment needs to be worth beginning: header, length, and some bytes. */
    private static final int MIN_FRAGMENT = 16;

    private final int maxPayload;
    /** The OBUs without sizes, one after the other, and where each ends. */
    private byte[] obus = new byte[4096];

    private int[] ends = new int[16];
    private int count;
    private int index;
    private int at;
    private boolean continues;
    private boolean startOfSequence;

    /** @param maxPayload at least 64 */
    public Av1Packetizer(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    /** @throws IllegalArgumentException when it is not a sequence of OBUs with sizes */
    @Override
    public void begin(byte[] frame, boolean keyFrame) {
        count = 0;
        index = 0;
        at = 0;
        continues = false;
        startOfSequence = keyFrame;
        if (obus.length < frame.length) {
            obus = new byte[frame.length];
        }
        int from = 0;
        int to = 0;
        while (from < frame.length) {
            int header = frame[from];
            int head = (header & 4) != 0 ? 2 : 1;
            long size = Leb128.read(frame, from + head, frame.length);
            if ((header & 2) == 0 || size < 0) {
                throw new IllegalArgumentException("an OBU without its size");
            }
            int start = from + head + Leb128.length(size);
            long end = start + Leb128.value(size);
            if (end > frame.length) {
                throw new IllegalArgumentException("an OBU longer than its frame");
            }
            int type = header >>> 3 & 15;
            if (type != Av1Payload.OBU_TEMPORAL_DELIMITER && type != Av1Payload.OBU_TILE_LIST && type != PADDING) {
                obus[to] = (byte) (header & ~2);
                if (head == 2) {
                    obus[to + 1] = frame[from + 1];
                }
                int length = (int) end - start;
                System.arraycopy(frame, start, obus, to + head, length);
                to += head + length;
                add(to);
            }
            from = (int) end;
        }
    }

    @Override
    public int next(Datagram target, int to) {
        if (index == count) {
            return 0;
        }
        int header = (continues ? 0x80 : 0) | (startOfSequence ? 0x08 : 0);
        startOfSequence = false;
        continues = false;
        int written = 1;
        while (index < count) {
            int room = maxPayload - written;
            int left = ends[index] - at;
            int length = Math.min(left, room - Leb128.size(room));
            if (length < left && room < MIN_FRAGMENT && written > 1) {
                break;
            }
            written += element(target, to + written, length);
            if (length < left) {
                header |= 0x40;
                continues = true;
                break;
            }
            index++;
        }
        target.put8(to, header);
        return written;
    }

    @Override
    public boolean isLast() {
        return index == count;
    }

    private int element(Datagram target, int to, int length) {
        int put = to;
        int rest = length;
        while (rest > 0x7F) {
            target.put8(put++, rest | 0x80);
            rest >>>= 7;
        }
        target.put8(put++, rest);
        target.put(put, obus, at, length);
        at += length;
        return put + length - to;
    }

    private void add(int end) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = end;
    }
}
