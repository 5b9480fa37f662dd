package dev.stoa.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which room of which server.
 *
 * @param signaling where the own protocol is spoken: {@code ws://localhost:8080/ws}
 * @param token the join token; not needed from the server's own machine
 */
public record RoomAddress(URI signaling, String room, Optional<String> token) {
    private static final String ROOM_PATH = "/r/";

    /**
     * Of the link that a person opens: {@code https://example.org/r/agora?token=…}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static RoomAddress ofLink(String link) {
        try {
            var uri = new URI(link);
            var path = uri.getPath() == null ? "" : uri.getPath();
            var scheme = uri.getScheme() == null ? "" : uri.getScheme();
            boolean secure = scheme.equals("https");
            if ((!secure && !scheme.equals("http"))
                    || uri.getAuthority() == null
                    || !path.startsWith(ROOM_PATH)
                    || path.length() == ROOM_PATH.length()) {
                throw new IllegalArgumentException("not the link of a room: " + link);
            }
            var signaling = new URI(secure ? "wss" : "ws", uri.getAuthority(), "/ws", null, null);
            return new RoomAddress(signaling, path.substring(ROOM_PATH.length()), tokenOf(uri.getRawQuery()));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not the link of a room: " + link, e);
        }
    }

    private static Optional<String> tokenOf(@Nullable String query) {
        if (query == null) {
            return Optional.empty();
        }
        for (var pair : query.split("&", -1)) {
            if (pair.startsWith("token=")) {
                return Optional.of(URLDecoder.decode(pair.substring("token=".length()), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
