package dev.stoa.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/**
 * The address that listeners bind to.
 *
 * @param host what the key {@code bind} says
 * @param address what to give to the socket
 */
record ListenAddress(String host, InetAddress address) {
    private static final String ALL = "all";

    static ListenAddress of(String bind) throws UserError {
        try {
            return new ListenAddress(bind, bind.equals(ALL) ? wildcard() : InetAddress.getByName(bind));
        } catch (UnknownHostException e) {
            throw UserError.usage(
                            "bind: the address " + bind + " is unknown", "write an address of this machine, or all")
                    .causedBy(e);
        }
    }

    boolean isLoopbackOnly() {
        return address.isLoopbackAddress();
    }

    boolean coversLoopback() {
        return address.isAnyLocalAddress() || address.isLoopbackAddress();
    }

    /** The one address listened on; empty when it is all of them. */
    Optional<String> specific() {
        return address.isAnyLocalAddress() ? Optional.empty() : Optional.of(LocalAddresses.text(address));
    }

    /** {@code ::} takes IPv4 too; but where the kernel has no IPv6 it cannot be bound. */
    private static InetAddress wildcard() throws UnknownHostException {
        var all = InetAddress.getByName("::");
        try (var probe = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
            probe.bind(new InetSocketAddress(all, 0));
            return all;
        } catch (IOException | UnsupportedOperationException e) {
            return InetAddress.getByName("0.0.0.0");
        }
    }
}
