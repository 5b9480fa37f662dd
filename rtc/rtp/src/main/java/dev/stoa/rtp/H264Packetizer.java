package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import java.util.Arrays;

/**
 * H.264 access units in the byte stream format (start codes, H.264 annex B) to payloads of packetization mode 1 (RFC 6184,
 * 6.3): small NAL units together in a STAP-A, big ones cut into FU-As. Delimiters and filler are left out.
 */
public final class H264Packetizer implements Packetizer {
    private static final int FILLER = 12;

    private final Slices fragments = new Slices();
    private final int maxPayload;
    private byte[] frame = new byte[0];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int count;
    private int index;
    private int fragmentedHeader;
    private boolean firstFragment;

    public H264Packetizer(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    /** @throws IllegalArgumentException when there is no start code */
    @Override
    public void begin(byte[] frame, boolean keyFrame) {
        this.frame = frame;
        count = 0;
        index = 0;
        fragments.begin(frame, 0, 0, 1);
        int at = startCode(frame, 0);
        if (at == frame.length) {
            throw new IllegalArgumentException("no NAL unit: the byte stream format has start codes");
        }
        while (at < frame.length) {
            int start = at + 3;
            int next = startCode(frame, start);
            int end = next;
            while (end > start && frame[end - 1] == 0) {
                end--; // a fourth byte of the next start code, or trailing zeros
            }
            if (end > start) {
                add(start, end);
            }
            at = next;
        }
    }

    @Override
    public int next(Datagram target, int at) {
        if (!fragments.isEmpty()) {
            return fragment(target, at);
        }
        if (index == count) {
            return 0;
        }
        int length = ends[index] - starts[index];
        if (length > maxPayload) {
            fragmentedHeader = frame[starts[index]] & 0xFF;
            firstFragment = true;
            fragments.begin(frame, starts[index] + 1, ends[index], maxPayload - 2);
            index++;
            return fragment(target, at);
        }
        int last = index;
        int aggregate = 1 + 2 + length;
        while (last + 1 < count && aggregate + 2 + ends[last + 1] - starts[last + 1] <= maxPayload) {
            last++;
            aggregate += 2 + ends[last] - starts[last];
        }
        if (last == index) {
            target.put(at, frame, starts[index], length);
            index++;
            return length;
        }
        return aggregate(target, at, last);
    }

    @Override
    public boolean isLast() {
        return index == count && fragments.isEmpty();
    }

    /** RFC 6184, 5.8. */
    private int fragment(Datagram target, int at) {
        int length = fragments.next(target, at + 2);
        target.put8(at, (fragmentedHeader & 0xE0) | H264Payload.FU_A);
        target.put8(at + 1, (fragmentedHeader & 0x1F) | (firstFragment ? 0x80 : 0) | (fragments.isEmpty() ? 0x40 : 0));
        firstFragment = false;
        return 2 + length;
    }

    /** RFC 6184, 5.7.1: its F and NRI are the highest of what it holds. */
    private int aggregate(Datagram target, int at, int last) {
        int to = at + 1;
        int highestNri = 0;
        int forbidden = 0;
        for (; index <= last; index++) {
            int length = ends[index] - starts[index];
            int header = frame[starts[index]];
            highestNri = Math.max(highestNri, header & 0x60);
            forbidden |= header & 0x80;
            target.put16(to, length);
            target.put(to + 2, frame, starts[index], length);
            to += 2 + length;
        }
        target.put8(at, forbidden | highestNri | H264Payload.STAP_A);
        return to - at;
    }

    private void add(int start, int end) {
        int type = frame[start] & 0x1F;
        if (type == H264Payload.ACCESS_UNIT_DELIMITER || type == FILLER) {
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    private static int startCode(byte[] bytes, int from) {
        for (int i = from; i + 2 < bytes.length; i++) {
            if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
                return i;
            }
        }
        return bytes.length;
    }
}
