package dev.stoa.doctor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One address of a STUN or TURN server (RFC 7064, RFC 7065), with what it takes to use it.
 *
 * @param username empty for STUN
 */
record IceUrl(Kind kind, String host, int port, String username, String credential) {
    enum Kind {
        STUN_UDP("stun-udp", "UDP"),
        TURN_UDP("turn-udp", "UDP"),
        TURN_TCP("turn-tcp", "TCP"),
        TURN_TLS("turn-tls", "TCP");

        private final String check;
        private final String protocol;

        Kind(String check, String protocol) {
            this.check = check;
            this.protocol = protocol;
        }

        /** As findings call it. */
        String check() {
            return check;
        }

        String protocol() {
            return protocol;
        }
    }

    private static final Pattern FORM =
            Pattern.compile("(stun|turn|turns):(\\[[^\\]]+]|[^:?]+)(?::(\\d{1,5}))?(?:\\?transport=(udp|tcp))?");
    private static final int PORT = 3478;
    private static final int TLS_PORT = 5349;

    /** Those that browsers would use, out of the answer of {@code /api/v1/ice-servers}. */
    static List<IceUrl> of(JsonObject answer) {
        var found = new ArrayList<IceUrl>();
        for (var entry : answer.getJsonArray("iceServers", new JsonArray())) {
            if (entry instanceof JsonObject server) {
                var urls = server.getValue("urls") instanceof JsonArray many
                        ? many
                        : JsonArray.of(server.getValue("urls"));
                for (var url : urls) {
                    parse(String.valueOf(url), server.getString("username", ""), server.getString("credential", ""))
                            .ifPresent(found::add);
                }
            }
        }
        return List.copyOf(found);
    }

    static Optional<IceUrl> parse(String url, String username, String credential) {
        var matcher = FORM.matcher(url);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean tcp = "tcp".equals(matcher.group(4));
        Kind kind = switch (matcher.group(1)) {
            case "stun" -> Kind.STUN_UDP;
            case "turns" -> Kind.TURN_TLS;
            default -> tcp ? Kind.TURN_TCP : Kind.TURN_UDP;
        };
        if (kind == Kind.STUN_UDP && tcp) {
            return Optional.empty();
        }
        var host = matcher.group(2).replaceAll("[\\[\\]]", "");
        int port =
                matcher.group(3) == null ? kind == Kind.TURN_TLS ? TLS_PORT : PORT : Integer.parseInt(matcher.group(3));
        return Optional.of(new IceUrl(kind, host, port, username, credential));
    }

    @Override
    public String toString() {
        // Never the credential.
        return host + ":" + port;
    }
}
