package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * REMB, the receiver's estimate of the maximum bitrate (draft-alvestrand-rmcat-remb-03, 2.2).
 *
 * <pre>
 * |V=2|P| FMT=15  |    PT=206     |             length            |
 * |                     SSRC of packet sender                     |
 * |                               0                               |
 * |                     "REMB" in ASCII                           |
 * |  SSRC count   |  exponent (6) |          mantissa (18)        |
 * |                              SSRCs                            |
 * </pre>
 */
public final class Remb implements RtcpPacket {
    /** Application layer feedback (RFC 4585, 6.4), of which this is one. */
    static final int FORMAT = 15;

    static final int HEADER = 20;
    static final int IDENTIFIER = 0x52454D42;
    private static final int MANTISSA_BITS = 18;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int count;

    Remb() {}

    static boolean is(Datagram from, int at, int length) {
        return length >= 16 && from.i32(at + 12) == IDENTIFIER;
    }

    @Nullable Malformation wrap(Datagram from, int at, int length) {
        if (length < HEADER || length < HEADER + 4 * from.u8(at + 16)) {
            return Malformation.TRUNCATED;
        }
        int exponent = from.u8(at + 17) >>> 2;
        long mantissa = from.u24(at + 17) & 0x3FFFF;
        if (mantissa << exponent >>> exponent != mantissa || mantissa << exponent < 0) {
            return Malformation.BAD_VALUE;
        }
        datagram = from;
        start = at;
        count = from.u8(at + 16);
        return null;
    }

    public long senderSsrc() {
        return datagram.u32(start + 4);
    }

    public long bitrateBps() {
        return (datagram.u24(start + 17) & 0x3FFFFL) << (datagram.u8(start + 17) >>> 2);
    }

    public int ssrcCount() {
        return count;
    }

    /** One of the streams that share the bitrate. */
    public long ssrc(int index) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("no SSRC " + index);
        }
        return datagram.u32(start + HEADER + 4 * index);
    }

    static int length(int ssrcCount) {
        return HEADER + 4 * ssrcCount;
    }

    /** The bitrate is rounded down to 18 significant bits. */
    static void write(Datagram target, int at, long senderSsrc, long bitrateBps, long[] ssrcs, int ssrcCount) {
        int exponent = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(bitrateBps) - MANTISSA_BITS);
        RtcpHeader.put(target, at, FORMAT, PAYLOAD_SPECIFIC_FEEDBACK, length(ssrcCount), senderSsrc, 0);
        target.put32(at + 12, IDENTIFIER);
        target.put32(at + 16, ssrcCount << 24 | exponent << MANTISSA_BITS | (int) (bitrateBps >>> exponent));
        for (int i = 0; i < ssrcCount; i++) {
            target.put32(at + HEADER + 4 * i, (int) ssrcs[i]);
        }
    }
}
