package dev.stoa.app;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What this machine is called and where it is reached. */
final class LocalAddresses {
    private LocalAddresses() {}

    /**
     * Addresses of all interfaces that are up, without loopback and link-local ones; the one that others most likely
     * reach comes first.
     */
    static List<InetAddress> network() {
        var addresses = new ArrayList<InetAddress>();
        try {
            for (var networkInterface : NetworkInterface.networkInterfaces().toList()) {
                if (networkInterface.isUp() && !networkInterface.isLoopback()) {
                    networkInterface
                            .inetAddresses()
                            .filter(LocalAddresses::isReachable)
                            .forEach(addresses::add);
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        var preferred = ofDefaultRoute();
        addresses.sort(Comparator.comparing((InetAddress address) -> !address.equals(preferred))
                .thenComparing(address -> !(address instanceof Inet4Address))
                .thenComparing(address -> !address.isSiteLocalAddress()));
        return List.copyOf(addresses);
    }

    /** Lower case, without domain; {@code localhost} when it is unknown. */
    static String hostname() {
        try {
            var name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            var first = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            return first.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?") ? first : "localhost";
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Without the zone that Java appends to some IPv6 addresses. */
    static String text(InetAddress address) {
        var text = address.getHostAddress();
        var zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress();
    }

    /**
     * The address this machine would send from. Connecting a datagram socket sends nothing, and the address it is
     * connected to is one for documentation (RFC 5737).
     */
    private static InetAddress ofDefaultRoute() {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, 1}), 9));
            return socket.getLocalAddress();
        } catch (IOException | RuntimeException e) {
            return InetAddress.getLoopbackAddress();
        }
    }
}
