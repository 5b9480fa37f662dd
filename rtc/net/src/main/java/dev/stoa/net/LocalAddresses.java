package dev.stoa.net;

import dev.stoa.wire.TransportAddress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;

/** The addresses of this machine that peers may be told. */
public final class LocalAddresses {
    private LocalAddresses() {}

    /**
     * The addresses of interfaces that are up, IPv4 first, each with port 0: without multicast and link-local ones, which
     * need a scope that a candidate cannot carry, and without loopback ones.
     */
    public static List<TransportAddress> list() throws SocketException {
        return list(false);
    }

    /** Those of {@link #list()}, and the loopback addresses behind them. */
    public static List<TransportAddress> listWithLoopback() throws SocketException {
        var all = new LinkedHashSet<>(list(false));
        all.addAll(list(true));
        return List.copyOf(all);
    }

    private static List<TransportAddress> list(boolean loopback) throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(LocalAddresses::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> isUsable(address) && address.isLoopbackAddress() == loopback)
                .map(address -> TransportAddress.of(address, 0))
                .distinct()
                .sorted((a, b) -> Boolean.compare(b.isIpv4(), a.isIpv4()))
                .toList();
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            // It has gone between the listing and the question.
            return false;
        }
    }

    static boolean isUsable(InetAddress address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress() && !address.isLinkLocalAddress();
    }
}
