package dev.stoa.stun;

import dev.stoa.wire.Datagram;

/**
 * A ChannelData message (RFC 8656, 12.4): four bytes in front of what is relayed. By TCP it is padded to a multiple of four
 * bytes, which its length does not count; by UDP it may be.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |         channel number        |            length             |
 * |  application data
 * </pre>
 */
public final class ChannelData {
    public static final int HEADER_LENGTH = 4;
    public static final int FIRST_CHANNEL = 0x4000;

    /** RFC 5766's; since RFC 8656 (12) clients should use none above 0x4FFF. */
    public static final int LAST_CHANNEL = 0x7FFF;

    private ChannelData() {}

    /** Whether the first two bits say so (RFC 5766, 11) and the header is there. */
    public static boolean looksLikeChannelData(Datagram datagram) {
        return datagram.length() >= HEADER_LENGTH && datagram.u8(0) >>> 6 == 1;
    }

    public static int channel(Datagram datagram) {
        return datagram.u16(0);
    }

    /** How many bytes are relayed, behind the header, or -1 when they are not all there. */
    public static int length(Datagram datagram) {
        int length = datagram.u16(2);
        return HEADER_LENGTH + length <= datagram.length() ? length : -1;
    }

    public static void writeHeader(Datagram target, int at, int channel, int length) {
        target.put16(at, channel);
        target.put16(at + 2, length);
    }
}
