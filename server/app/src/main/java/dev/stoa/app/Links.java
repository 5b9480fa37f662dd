package dev.stoa.app;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The addresses under which pages of this server are reached. */
final class Links {
    private static final int HTTPS_DEFAULT_PORT = 443;
    private static final int HTTP_DEFAULT_PORT = 80;

    private final ListenAddress listen;
    private final Optional<String> networkHost;
    private final ServerState state;

    /**
     * @param advertised what {@code --host} named
     * @param network this machine's addresses, the best first
     */
    Links(ListenAddress listen, List<String> advertised, List<String> network, ServerState state) {
        this.listen = listen;
        this.networkHost = networkHost(listen, advertised, network);
        this.state = state;
    }

    /** Where a browser on this machine finds the page; there it needs neither a token nor HTTPS. */
    Optional<String> localOrigin() {
        if (!listen.coversLoopback()) {
            return Optional.empty();
        }
        var http = state.httpPorts().stream().findFirst().map(port -> origin("http", "localhost", port));
        return http.or(() -> state.httpsPort().map(port -> origin("https", "localhost", port)));
    }

    /** Where other machines find it; empty when they do not, or only without HTTPS, which keeps cameras off. */
    Optional<String> networkOrigin() {
        return networkHost.flatMap(host -> state.httpsPort().map(port -> origin("https", host, port)));
    }

    /** Where other machines get the local CA, so by HTTP if possible: HTTPS is what it is needed for. */
    Optional<String> networkCaLink() {
        if (state.localCa().isEmpty()) {
            return Optional.empty();
        }
        return networkHost.flatMap(host -> state.httpPorts().stream()
                .findFirst()
                .map(port -> origin("http", host, port))
                .or(this::networkOrigin)
                .map(origin -> origin + "/ca.crt"));
    }

    static String home(String origin, @Nullable String token) {
        return origin + "/" + query(token);
    }

    static String room(String origin, String room, @Nullable String token) {
        var segment = URLEncoder.encode(room, StandardCharsets.UTF_8).replace("+", "%20");
        return origin + "/r/" + segment + query(token);
    }

    static String origin(String scheme, String host, int port) {
        boolean isDefault = port == (scheme.equals("https") ? HTTPS_DEFAULT_PORT : HTTP_DEFAULT_PORT);
        var literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return scheme + "://" + literal + (isDefault ? "" : ":" + port);
    }

    private static String query(@Nullable String token) {
        return token == null ? "" : "?token=" + token;
    }

    private static Optional<String> networkHost(ListenAddress listen, List<String> advertised, List<String> network) {
        if (listen.isLoopbackOnly()) {
            return advertised.stream().findFirst();
        }
        return advertised.stream()
                .findFirst()
                .or(listen::specific)
                .or(() -> network.stream().findFirst());
    }
}
