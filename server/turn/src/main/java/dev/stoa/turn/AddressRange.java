package dev.stoa.turn;

import dev.stoa.wire.TransportAddress;
import java.util.Optional;

/**
 * Addresses one behind the other, both ends included; IPv4 as IPv4-mapped IPv6. {@code 10.0.0.0/8}, {@code 2001:db8::/32},
 * {@code 10.0.0.1-10.0.0.9}, or a single address.
 *
 * @param firstHigh the first 64 bits of the first address
 */
public record AddressRange(long firstHigh, long firstLow, long lastHigh, long lastLow) {
    /** Empty when it is none. */
    public static Optional<AddressRange> parse(String text) {
        try {
            int dash = text.indexOf('-');
            if (dash >= 0) {
                var first = TransportAddress.of(text.substring(0, dash).strip(), 0);
                var last = TransportAddress.of(text.substring(dash + 1).strip(), 0);
                var range = new AddressRange(first.high(), first.low(), last.high(), last.low());
                return first.isIpv4() == last.isIpv4() && range.contains(first.high(), first.low())
                        ? Optional.of(range)
                        : Optional.empty();
            }
            int slash = text.indexOf('/');
            var address = TransportAddress.of(slash < 0 ? text.strip() : text.substring(0, slash), 0);
            int most = address.isIpv4() ? 32 : 128;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > most ? Optional.empty() : Optional.of(of(address, 128 - most + bits));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException when it is none */
    static AddressRange of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a range of addresses: " + text));
    }

    private static AddressRange of(TransportAddress address, int prefix) {
        long highMask = prefix >= 64 ? -1 : prefix == 0 ? 0 : -1L << (64 - prefix);
        long lowMask = prefix <= 64 ? 0 : -1L << (128 - prefix);
        return new AddressRange(
                address.high() & highMask,
                address.low() & lowMask,
                address.high() | ~highMask,
                address.low() | ~lowMask);
    }

    boolean contains(long high, long low) {
        return compare(firstHigh, firstLow, high, low) <= 0 && compare(high, low, lastHigh, lastLow) <= 0;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        var first = new TransportAddress(firstHigh, firstLow, 0).host();
        var last = new TransportAddress(lastHigh, lastLow, 0).host();
        return first.equals(last) ? first : first + "-" + last;
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int first = Long.compareUnsigned(high, otherHigh);
        return first != 0 ? first : Long.compareUnsigned(low, otherLow);
    }
}
