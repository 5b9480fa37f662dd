package dev.stoa.app;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a client gives to its PeerConnections: this server's STUN and TURN at the name by which the client has just reached it,
 * and a credential for some time.
 */
final class IceServers {
    /** Longer than a call; who is in one goes on anyway, as long as he refreshes his allocation. */
    static final Duration LIFETIME = Duration.ofHours(12);

    private static final int HTTPS = 443;
    private static final int NAME_BYTES = 6;

    private final ServerState state;
    private final TurnSecrets secrets;
    private final byte[] key;

    IceServers(ServerState state, TurnSecrets secrets, byte[] key) {
        this.state = state;
        this.secrets = secrets;
        this.key = key;
    }

    JsonObject of(HttpServerRequest request) {
        var ports = state.turn();
        var authority = request.authority();
        var servers = new JsonArray();
        if (authority == null) {
            return new JsonObject().put("iceServers", servers);
        }
        var host = authority.host();
        var stun = new JsonArray();
        var turn = new ArrayList<String>();
        ports.udp().ifPresent(port -> {
            stun.add("stun:" + host + ":" + port);
            turn.add("turn:" + host + ":" + port + "?transport=udp");
        });
        ports.tcp().ifPresent(port -> turn.add("turn:" + host + ":" + port + "?transport=tcp"));
        tls(ports).ifPresent(port -> turn.add("turns:" + host + ":" + port + "?transport=tcp"));
        if (!stun.isEmpty()) {
            servers.add(new JsonObject().put("urls", stun));
        }
        if (!turn.isEmpty()) {
            var credential = secrets.issue(name(request), LIFETIME.toSeconds());
            servers.add(new JsonObject()
                    .put("urls", new JsonArray(turn))
                    .put("username", credential.username())
                    .put("credential", credential.password()));
        }
        return new JsonObject().put("iceServers", servers).put("ttlSeconds", LIFETIME.toSeconds());
    }

    /** The port for HTTPS takes TURN too; where it is 443, it gets through where no other does. */
    private Optional<Integer> tls(TurnPorts ports) {
        if (ports.equals(TurnPorts.NONE)) {
            return Optional.empty();
        }
        return state.httpsPort()
                .filter(port -> port == HTTPS || ports.tls().isEmpty())
                .or(ports::tls);
    }

    /** The same for all that one address asks for, so that its quota holds, and without telling anybody the address. */
    private String name(HttpServerRequest request) {
        var address = request.remoteAddress() == null
                ? ""
                : String.valueOf(request.remoteAddress().hostAddress());
        return HexFormat.of().formatHex(TurnSecrets.mac(key, "turn name " + address), 0, NAME_BYTES);
    }
}
