package dev.stoa.stun;

import dev.stoa.wire.Datagram;

/** A Data indication (RFC 8656, 11.3), written without garbage: XOR-PEER-ADDRESS, then DATA. */
public final class DataIndication {
    /** What stands in front of the data of an IPv6 peer. */
    public static final int MAX_HEADER_LENGTH = StunMessage.HEADER_LENGTH + 24 + 4;

    private static final int TYPE = StunClass.INDICATION.typeField(StunMethod.DATA);

    private DataIndication() {}

    /** How long the message is around {@code dataLength} bytes. */
    public static int length(boolean ipv4, int dataLength) {
        return headerLength(ipv4) + (dataLength + 3 & ~3);
    }

    /** Where, from the message's begin, the data goes. */
    public static int headerLength(boolean ipv4) {
        return ipv4 ? MAX_HEADER_LENGTH - 12 : MAX_HEADER_LENGTH;
    }

    /**
     * Writes all but the data.
     *
     * @param high the first 64 bits of the peer's IPv6 or IPv4-mapped address
     */
    public static void write(
            Datagram target, int at, long idHigh, int idLow, long high, long low, int port, int dataLength) {
        boolean ipv4 = high == 0 && low >>> 32 == 0xFFFF;
        int length = length(ipv4, dataLength);
        target.put16(at, TYPE);
        target.put16(at + 2, length - StunMessage.HEADER_LENGTH);
        target.put32(at + 4, StunMessage.MAGIC_COOKIE);
        target.put64(at + 8, idHigh);
        target.put32(at + 16, idLow);
        target.put16(at + 20, StunAttribute.XOR_PEER_ADDRESS);
        target.put16(at + 22, ipv4 ? 8 : 20);
        target.put16(at + 24, ipv4 ? StunMessage.FAMILY_IPV4 : StunMessage.FAMILY_IPV6);
        target.put16(at + 26, port ^ StunMessage.MAGIC_COOKIE >>> 16);
        if (ipv4) {
            target.put32(at + 28, (int) low ^ StunMessage.MAGIC_COOKIE);
        } else {
            target.put64(at + 28, high ^ ((long) StunMessage.MAGIC_COOKIE << 32 | idHigh >>> 32));
            target.put64(at + 36, low ^ (idHigh << 32 | (idLow & 0xFFFF_FFFFL)));
        }
        int data = at + headerLength(ipv4);
        target.put16(data - 4, StunAttribute.DATA);
        target.put16(data - 2, dataLength);
        target.fill(data + dataLength, (dataLength + 3 & ~3) - dataLength, 0);
    }
}
