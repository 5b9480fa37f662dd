package dev.stoa.doctor;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A server to examine.
 *
 * @param origin scheme, host and port, no more
 * @param token join token, where the server wants one
 */
public record Target(URI origin, Optional<String> token, Place place) {
    private static final Pattern TOKEN = Pattern.compile("(?:^|&)token=([^&]+)");

    /**
     * @param address as a person has it: with or without {@code https://}, perhaps a room's link with its token
     * @throws IllegalArgumentException when it is no address of a server
     */
    public static Target parse(String address, Place place) {
        var uri = URI.create(address.contains("://") ? address : "https://" + address);
        var scheme = uri.getScheme();
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("no http or https address: " + address);
        }
        var token = Optional.ofNullable(uri.getRawQuery()).flatMap(Target::token);
        return new Target(URI.create(scheme + "://" + uri.getRawAuthority()), token, place);
    }

    private static Optional<String> token(String query) {
        var matcher = TOKEN.matcher(query);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    boolean isSecure() {
        return origin.getScheme().equals("https");
    }

    /** Without the brackets of an IPv6 address. */
    String host() {
        var host = origin.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        int port = origin.getPort();
        return port >= 0 ? port : isSecure() ? 443 : 80;
    }

    URI webSocket() {
        return URI.create(origin.toString().replaceFirst("^http", "ws") + "/ws");
    }
}
