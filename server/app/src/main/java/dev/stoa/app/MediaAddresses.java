package dev.stoa.app;

import dev.stoa.loop.MediaOptions;
import dev.stoa.wire.TransportAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where media is, for those who are to send it. A candidate carries an address and never a name (a browser would have to ask
 * for each, and most do not), so of {@code --host} only the addresses count here.
 */
final class MediaAddresses {
    private MediaAddresses() {}

    /**
     * @param hosts what {@code --host} says
     * @param loops how many threads carry media
     */
    static MediaOptions options(Port port, ListenAddress listen, List<String> hosts, int loops) {
        var addresses = listen.specific().isPresent()
                ? List.of(TransportAddress.of(listen.address(), 0))
                : List.<TransportAddress>of();
        return new MediaOptions(port.number(), addresses, literal(hosts), loops);
    }

    /** Those that are addresses. */
    static List<TransportAddress> literal(List<String> hosts) {
        return hosts.stream()
                .filter(MediaAddresses::isAddress)
                .map(host -> TransportAddress.of(host, 0))
                .toList();
    }

    /**
     * What is to be told to somebody who gave a name and no address, though this machine has only addresses by which its own
     * network knows it.
     *
     * @param own addresses that are listened on
     */
    static Optional<String> warning(List<String> hosts, List<InetAddress> own) {
        var ipv4 = own.stream()
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .toList();
        boolean named = hosts.stream().anyMatch(host -> !isAddress(host));
        if (!named || hosts.stream().anyMatch(MediaAddresses::isAddress) || ipv4.isEmpty()) {
            return Optional.empty();
        }
        if (!ipv4.stream().allMatch(MediaAddresses::isPrivate)) {
            return Optional.empty();
        }
        return Optional.of("Media is offered at " + LocalAddresses.text(ipv4.getFirst())
                + ", which nobody outside this network reaches: a name says no address."
                + " Give the outer one too: --host " + hosts.getFirst() + " --host ADDRESS.");
    }

    private static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** RFC 1918 and RFC 6598. */
    private static boolean isPrivate(InetAddress ipv4) {
        var bytes = ipv4.getAddress();
        boolean shared = (bytes[0] & 0xFF) == 100 && (bytes[1] & 0xC0) == 64;
        return ipv4.isSiteLocalAddress() || ipv4.isLinkLocalAddress() || shared;
    }
}
