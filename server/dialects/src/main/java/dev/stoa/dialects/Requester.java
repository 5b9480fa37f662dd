package dev.stoa.dialects;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who asks, as far as the connection and its headers tell. */
public final class Requester {
    private static final List<String> PROXY_HEADERS = List.of("X-Forwarded-For", "Forwarded", "X-Real-IP");

    private Requester() {}

    /**
     * Whether a person at this very machine asks, who needs no token: a loopback address, no proxy in between, and a
     * page that was opened as localhost (any other name could be a foreign page that rebound its DNS to 127.0.0.1).
     */
    public static boolean isLocal(HttpServerRequest request) {
        return isLocal(request.remoteAddress(), request.headers());
    }

    static boolean isLocal(@Nullable SocketAddress remote, MultiMap headers) {
        var address = addressOf(remote);
        return address != null
                && address.isLoopbackAddress()
                && PROXY_HEADERS.stream().noneMatch(headers::contains)
                && isLoopbackName(hostName(headers.get("Host")));
    }

    /**
     * Whether the page that asks may: none did (a program without Origin), its origin is the server's own, or it is
     * allowed by name.
     */
    public static boolean isOriginAllowed(MultiMap headers, List<String> allowedOrigins) {
        var origin = headers.get("Origin");
        if (origin == null || allowedOrigins.contains(origin) || allowedOrigins.contains("*")) {
            return true;
        }
        try {
            var host = headers.get("Host");
            return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The key of a source's budget: an IPv4 address, or the /64 of an IPv6 address. */
    static String budgetKey(@Nullable SocketAddress remote) {
        var address = addressOf(remote);
        if (address == null) {
            return "";
        }
        var bytes = address.getAddress();
        return HexFormat.of().formatHex(bytes, 0, address instanceof Inet4Address ? 4 : 8);
    }

    /** The address with an IPv4-mapped one as IPv4; null where the connection has none. */
    private static @Nullable InetAddress addressOf(@Nullable SocketAddress remote) {
        if (remote == null || remote.hostAddress() == null) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(remote.hostAddress());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isLoopbackName(String host) {
        if (host.equalsIgnoreCase("localhost") || host.toLowerCase(Locale.ROOT).endsWith(".localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String hostName(@Nullable String hostHeader) {
        if (hostHeader == null) {
            return "";
        }
        if (hostHeader.startsWith("[")) {
            return hostHeader.substring(1, Math.max(1, hostHeader.indexOf(']')));
        }
        int colon = hostHeader.indexOf(':');
        return colon < 0 ? hostHeader : hostHeader.substring(0, colon);
    }
}
