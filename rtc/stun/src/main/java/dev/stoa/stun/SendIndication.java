package dev.stoa.stun;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * A Send indication (RFC 8656, 11.1), read without garbage: XOR-PEER-ADDRESS, DATA, and perhaps DONT-FRAGMENT.
 *
 * <p>Calling contract: {@link #parse}, then, when it found nothing wrong, the readers; they hold until the next call. Nothing
 * authenticates an indication, and a FINGERPRINT is passed over: there is no other protocol here to tell it from.
 */
public final class SendIndication {
    private static final int TYPE = StunClass.INDICATION.typeField(StunMethod.SEND);

    private long high;
    private long low;
    private int port;
    private int dataAt;
    private int dataLength;
    private boolean dontFragment;

    /** Of nothing yet. */
    public SendIndication() {}

    public static boolean looksLikeSend(Datagram datagram) {
        return StunMessage.looksLikeStun(datagram) && datagram.u16(0) == TYPE;
    }

    /** @return what is wrong, or null */
    public @Nullable Malformation parse(Datagram datagram) {
        high = 0;
        low = 0;
        port = -1;
        dataAt = -1;
        dontFragment = false;
        int length = datagram.length();
        if (StunMessage.HEADER_LENGTH + datagram.u16(2) != length || length % 4 != 0) {
            return Malformation.BAD_LENGTH;
        }
        int seen = 0;
        for (int at = StunMessage.HEADER_LENGTH; at < length; ) {
            int type = datagram.u16(at);
            int valueLength = datagram.u16(at + 2);
            int value = at + 4;
            at = value + (valueLength + 3 & ~3);
            if (at > length) {
                return Malformation.TRUNCATED;
            }
            if (++seen > StunMessage.MAX_ATTRIBUTES) {
                return Malformation.TOO_MANY;
            }
            var why = read(datagram, type, value, valueLength);
            if (why != null) {
                return why;
            }
        }
        return port < 0 || dataAt < 0 ? Malformation.BAD_VALUE : null;
    }

    private @Nullable Malformation read(Datagram datagram, int type, int value, int length) {
        switch (type) {
            case StunAttribute.XOR_PEER_ADDRESS -> {
                if (port < 0 && !readPeer(datagram, value, length)) {
                    return Malformation.BAD_VALUE;
                }
            }
            case StunAttribute.DATA -> {
                if (dataAt < 0) {
                    dataAt = value;
                    dataLength = length;
                }
            }
            case StunAttribute.DONT_FRAGMENT -> dontFragment = true;
            default -> {
                if (StunAttribute.isComprehensionRequired(type) && !StunAttribute.isKnown(type)) {
                    return Malformation.UNKNOWN_TYPE;
                }
            }
        }
        return null;
    }

    private boolean readPeer(Datagram datagram, int value, int length) {
        boolean ipv4 = length == 8;
        if ((!ipv4 && length != 20)
                || datagram.u8(value + 1) != (ipv4 ? StunMessage.FAMILY_IPV4 : StunMessage.FAMILY_IPV6)) {
            return false;
        }
        port = datagram.u16(value + 2) ^ StunMessage.MAGIC_COOKIE >>> 16;
        if (ipv4) {
            low = 0xFFFFL << 32 | ((datagram.i32(value + 4) ^ StunMessage.MAGIC_COOKIE) & 0xFFFF_FFFFL);
        } else {
            // The cookie and the transaction id stand behind each other in the header.
            high = datagram.i64(value + 4) ^ datagram.i64(4);
            low = datagram.i64(value + 12) ^ datagram.i64(12);
        }
        return true;
    }

    /** The first 64 bits of the peer's IPv6 or IPv4-mapped address. */
    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    /** Where in the datagram the data is. */
    public int dataAt() {
        return dataAt;
    }

    public int dataLength() {
        return dataLength;
    }

    public boolean dontFragment() {
        return dontFragment;
    }
}
