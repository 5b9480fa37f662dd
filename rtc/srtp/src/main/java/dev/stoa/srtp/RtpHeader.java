package dev.stoa.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The fields of an RTP header (RFC 3550, 5.1) that SRTP needs, read at any place of a slab. */
final class RtpHeader {
    static final int FIXED_LENGTH = 12;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private RtpHeader() {}

    /** Bytes of the header with CSRCs and extension, or -1 if those do not end within {@code limit} bytes. */
    static int length(MemorySegment memory, int at, int limit) {
        if (limit < FIXED_LENGTH) {
            return -1;
        }
        int first = memory.get(ValueLayout.JAVA_BYTE, at);
        int length = FIXED_LENGTH + 4 * (first & 0x0F);
        if ((first & 0x10) != 0) {
            if (length + 4 > limit) {
                return -1;
            }
            length += 4 + 4 * (memory.get(SHORT, at + length + 2L) & 0xFFFF);
        }
        return length <= limit ? length : -1;
    }

    /** The version of an RTP or RTCP packet: 2. */
    static int version(MemorySegment memory, int at) {
        return (memory.get(ValueLayout.JAVA_BYTE, at) >>> 6) & 3;
    }

    static int sequenceNumber(MemorySegment memory, int at) {
        return memory.get(SHORT, at + 2L) & 0xFFFF;
    }

    static int ssrc(MemorySegment memory, int at) {
        return memory.get(INT, at + 8L);
    }

    /** The SSRC of the packet's sender in an RTCP header (RFC 3550, 6.4.1). */
    static int rtcpSsrc(MemorySegment memory, int at) {
        return memory.get(INT, at + 4L);
    }
}
