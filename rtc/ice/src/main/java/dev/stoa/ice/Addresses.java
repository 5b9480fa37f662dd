package dev.stoa.ice;

import dev.stoa.wire.TransportAddress;

/** Which addresses may be checked, and from which. */
final class Addresses {
    private Addresses() {}

    /** Not unspecified, multicast or broadcast: nobody is reached there, or everybody. */
    static boolean isUsable(TransportAddress address) {
        if (address.isIpv4()) {
            int first = address.ipv4() >>> 24;
            return first != 0 && first < 224;
        }
        boolean unspecified = address.high() == 0 && address.low() == 0;
        boolean multicast = address.high() >>> 56 == 0xFF;
        return !unspecified && !multicast;
    }

    /** One family, and link-local only with link-local (RFC 8445, 6.1.2.2). */
    static boolean areOfOneKind(TransportAddress local, TransportAddress remote) {
        return local.isIpv4() == remote.isIpv4() && isLinkLocal(local) == isLinkLocal(remote);
    }

    private static boolean isLinkLocal(TransportAddress address) {
        return !address.isIpv4() && address.high() >>> 54 == 0xFE80 >>> 6;
    }
}
