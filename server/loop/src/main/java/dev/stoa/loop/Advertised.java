package dev.stoa.loop;

import dev.stoa.wire.TransportAddress;
import java.util.List;

/** What others are told of this machine's addresses. */
final class Advertised {
    private Advertised() {}

    /** The n-th advertised address of the same version of IP, or the last one; without any, {@code local} itself. */
    static TransportAddress of(List<TransportAddress> advertised, TransportAddress local, int index) {
        var same = advertised.stream()
                .filter(address -> address.isIpv4() == local.isIpv4())
                .toList();
        return same.isEmpty()
                ? local
                : same.get(Math.min(index, same.size() - 1)).withPort(local.port());
    }
}
