package dev.stoa.turn;

import dev.stoa.wire.TransportAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses peers may have: one check, of the address that a packet would really go to. Whoever may use the server must
 * not reach by it what only the server reaches: loopback, link-local and private addresses, the metadata services of clouds.
 *
 * <p>An IPv4 address that hides in an IPv6 one (mapped, compatible, NAT64, 6to4) is taken out first, so there is no second
 * spelling of an address that is refused. The server's own addresses are for its own ports alone, see {@link OwnAddresses}.
 */
public final class AddressRules {
    enum Verdict {
        ALLOWED,
        /** An address of this server: allowed with the ports that it offers itself. */
        OWN,
        REFUSED
    }

    private static final long MAPPED = 0xFFFFL << 32;

    /** IANA's special-purpose registry for IPv4 (RFC 6890 and later), multicast and the reserved rest. */
    private static final List<AddressRange> SPECIAL_IPV4 = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.31.196.0/24",
                    "192.52.193.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "192.175.48.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4")
            .map(AddressRange::of)
            .toList();

    /** Only what IANA gives out as global unicast (RFC 4291, 2.4) can be a peer. */
    private static final AddressRange GLOBAL_IPV6 = AddressRange.of("2000::/3");

    /** What is special within it: protocol assignments (Teredo, ORCHID, benchmarking, …) and documentation. */
    private static final List<AddressRange> SPECIAL_IPV6 = Stream.of(
                    "2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")
            .map(AddressRange::of)
            .toList();

    private static final AddressRange NAT64 = AddressRange.of("64:ff9b::/96");
    private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");
    private static final AddressRange COMPATIBLE = AddressRange.of("::/96");

    private final List<AddressRange> allowed;
    private final List<AddressRange> denied;
    private final OwnAddresses own;

    /**
     * @param allowed what the operator allows by name, though it is special or denied
     * @param denied what he denies besides
     */
    public AddressRules(List<AddressRange> allowed, List<AddressRange> denied, OwnAddresses own) {
        this.allowed = List.copyOf(allowed);
        this.denied = List.copyOf(denied);
        this.own = own;
    }

    Verdict check(TransportAddress peer) {
        return check(peer.high(), peer.low());
    }

    Verdict check(long high, long low) {
        if (isIpv4(high, low)) {
            return checkReal(high, low);
        }
        if (high == 0 && low == 1) {
            // The loopback address has the form of a compatible one and is none.
            return checkReal(high, low);
        }
        if (COMPATIBLE.contains(high, low) || NAT64.contains(high, low)) {
            return checkHidden(high, low, low & 0xFFFF_FFFFL);
        }
        if (SIX_TO_FOUR.contains(high, low)) {
            return checkHidden(high, low, high >>> 16 & 0xFFFF_FFFFL);
        }
        return checkReal(high, low);
    }

    /** Both the address as it is and the one that hides in it have to pass. */
    private Verdict checkHidden(long high, long low, long ipv4) {
        if (contains(allowed, high, low)) {
            return Verdict.ALLOWED;
        }
        boolean passes = checkReal(0, MAPPED | ipv4) == Verdict.ALLOWED && !contains(denied, high, low);
        return passes ? Verdict.ALLOWED : Verdict.REFUSED;
    }

    private Verdict checkReal(long high, long low) {
        if (contains(allowed, high, low)) {
            return Verdict.ALLOWED;
        }
        if (own.contains(high, low)) {
            return Verdict.OWN;
        }
        return isSpecial(high, low) || contains(denied, high, low) ? Verdict.REFUSED : Verdict.ALLOWED;
    }

    private static boolean isSpecial(long high, long low) {
        return isIpv4(high, low)
                ? contains(SPECIAL_IPV4, high, low)
                : !GLOBAL_IPV6.contains(high, low) || contains(SPECIAL_IPV6, high, low);
    }

    static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    private static boolean contains(List<AddressRange> ranges, long high, long low) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(high, low)) {
                return true;
            }
        }
        return false;
    }
}
