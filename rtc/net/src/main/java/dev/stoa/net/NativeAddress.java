package dev.stoa.net;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.stoa.wire.TransportAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6} of Linux: family in the machine's order, all else in the network's. */
final class NativeAddress {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int IPV4_BYTES = 16;
    static final int IPV6_BYTES = 28;

    private static final int PORT_AT = 2;
    private static final int IPV4_AT = 4;
    private static final int FLOW_AT = 4;
    private static final int IPV6_AT = 8;
    private static final int SCOPE_AT = 24;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private NativeAddress() {}

    /** Its length; the caller makes sure that an IPv4 family comes with an IPv4-mapped address. */
    static int write(MemorySegment memory, long at, boolean isIpv6, long high, long low, int port) {
        memory.set(SHORT, at + PORT_AT, (short) port);
        if (!isIpv6) {
            memory.set(JAVA_SHORT, at, (short) AF_INET);
            memory.set(INT, at + IPV4_AT, (int) low);
            return IPV4_BYTES;
        }
        memory.set(JAVA_SHORT, at, (short) AF_INET6);
        memory.set(INT, at + FLOW_AT, 0);
        memory.set(LONG, at + IPV6_AT, high);
        memory.set(LONG, at + IPV6_AT + Long.BYTES, low);
        memory.set(INT, at + SCOPE_AT, 0);
        return IPV6_BYTES;
    }

    static void read(MemorySegment memory, long at, RemoteAddress address) {
        int port = memory.get(SHORT, at + PORT_AT) & 0xFFFF;
        if (memory.get(JAVA_SHORT, at) == AF_INET) {
            address.setIpv4(memory.get(INT, at + IPV4_AT), port);
        } else {
            address.set(memory.get(LONG, at + IPV6_AT), memory.get(LONG, at + IPV6_AT + Long.BYTES), port);
        }
    }

    static TransportAddress read(MemorySegment memory, long at) {
        var address = new RemoteAddress();
        read(memory, at, address);
        return address.toTransportAddress();
    }
}
