package dev.stoa.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An IP address and a port. An IPv4 address is kept as its IPv4-mapped IPv6 one (RFC 4291, 2.5.5.2), so the two forms of
 * one address are equal.
 *
 * @param high the first 64 bits of the IPv6 address
 * @param low the last 64 bits
 * @param port 0 to 65535
 */
public record TransportAddress(long high, long low, int port) {
    private static final long MAPPED = 0xFFFFL << 32;

    public TransportAddress {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }

    /** @param address the 32 bits of an IPv4 address, the first byte on top */
    public static TransportAddress ofIpv4(int address, int port) {
        return new TransportAddress(0, MAPPED | (address & 0xFFFF_FFFFL), port);
    }

    /** @param address 4 or 16 bytes */
    public static TransportAddress of(byte[] address, int port) {
        return switch (address.length) {
            case 4 -> ofIpv4((int) number(address, 0, 4), port);
            case 16 -> new TransportAddress(number(address, 0, 8), number(address, 8, 8), port);
            default -> throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + address.length);
        };
    }

    public static TransportAddress of(InetAddress address, int port) {
        return of(address.getAddress(), port);
    }

    /** @throws IllegalArgumentException when its name is not resolved */
    public static TransportAddress of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("not resolved: " + address);
        }
        return of(address.getAddress(), address.getPort());
    }

    /** @param address an address in digits, never a name: {@code 192.0.2.1}, {@code 2001:db8::1} */
    public static TransportAddress of(String address, int port) {
        return of(InetAddress.ofLiteral(address), port);
    }

    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    /** The 32 bits of an IPv4 address. */
    public int ipv4() {
        if (!isIpv4()) {
            throw new IllegalStateException("not an IPv4 address: " + this);
        }
        return (int) low;
    }

    /** The address's 4 or 16 bytes. */
    public byte[] addressBytes() {
        var bytes = new byte[isIpv4() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) ((fromEnd < 8 ? low : high) >>> (8 * (fromEnd % 8)));
        }
        return bytes;
    }

    public InetAddress inetAddress() {
        try {
            return InetAddress.getByAddress(addressBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(inetAddress(), port);
    }

    public TransportAddress withPort(int other) {
        return new TransportAddress(high, low, other);
    }

    /** The address in digits, without the port. */
    public String host() {
        return inetAddress().getHostAddress();
    }

    @Override
    public String toString() {
        return inetAddress() instanceof Inet4Address ? host() + ":" + port : "[" + host() + "]:" + port;
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = (number << 8) | (bytes[i] & 0xFF);
        }
        return number;
    }
}
