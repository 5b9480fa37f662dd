package dev.stoa.net;

import dev.stoa.wire.TransportAddress;

/**
 * Where a packet came from: a {@link TransportAddress} that can be overwritten, so that a received packet allocates nothing.
 * IPv4 is kept as IPv4-mapped IPv6 here too. Make one of your own and {@link #set} it to keep an address.
 */
public final class RemoteAddress {
    private static final long MAPPED = 0xFFFFL << 32;

    private long high;
    private long low;
    private int port;

    /** The address {@code ::} with port 0. */
    public RemoteAddress() {}

    /** The first 64 bits of the IPv6 address. */
    public long high() {
        return high;
    }

    /** The last 64 bits. */
    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    public boolean matches(TransportAddress address) {
        return address.low() == low && address.port() == port && address.high() == high;
    }

    public boolean matches(RemoteAddress address) {
        return address.low == low && address.port == port && address.high == high;
    }

    /** Well mixed bits of address and port, as the key of a map. */
    public long hash() {
        // The multipliers are those of SplitMix64's finisher (Steele, Lea, Flood 2014).
        long bits = (low ^ (long) port << 48) + high * 0x9E37_79B9_7F4A_7C15L;
        bits = (bits ^ bits >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        bits = (bits ^ bits >>> 27) * 0x94D0_49BB_1331_11EBL;
        return bits ^ bits >>> 31;
    }

    public void set(long high, long low, int port) {
        this.high = high;
        this.low = low;
        this.port = port;
    }

    public void set(RemoteAddress other) {
        set(other.high, other.low, other.port);
    }

    public void set(TransportAddress address) {
        set(address.high(), address.low(), address.port());
    }

    void setIpv4(int address, int port) {
        set(0, MAPPED | (address & 0xFFFF_FFFFL), port);
    }

    /** The same as a value; allocates. */
    public TransportAddress toTransportAddress() {
        return new TransportAddress(high, low, port);
    }

    @Override
    public String toString() {
        return toTransportAddress().toString();
    }
}
