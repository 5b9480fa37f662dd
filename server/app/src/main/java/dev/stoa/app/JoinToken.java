package dev.stoa.app;

import dev.stoa.signaling.Names;
import dev.stoa.signaling.Tokens;
import java.time.InstantSource;

/** {@code stoa token}. */
final class JoinToken {
    private JoinToken() {}

    static String make(Arguments.Request request, Configuration configuration, InstantSource clock) throws UserError {
        var ttl = request.ttl().isEmpty()
                ? ApiRoutes.INVITATION_LIFETIME
                : TimeSpan.parse(request.ttl().get())
                        .orElseThrow(() -> UserError.usage(
                                Arguments.TTL + ": \"" + request.ttl().get() + "\" is no time",
                                "allowed: " + TimeSpan.ALLOWED));
        var wanted = request.room().orElse(null);
        var room = wanted == null ? null : Names.normalise(wanted);
        if (wanted != null && room == null) {
            throw UserError.usage(
                    Arguments.ROOM + ": this is not a room's name",
                    "use 1 to " + Names.MAX_CODE_POINTS + " characters, without control characters");
        }
        var key = DataDirectory.open(configuration.get(Keys.DATA_DIR)).tokenKey();
        var token = new Tokens(key, clock).issueJoin(room, ttl);
        if (!request.url()) {
            return token;
        }
        var origin = origin(configuration);
        return room == null ? Links.home(origin, token) : Links.room(origin, room, token);
    }

    /** The link that a server with this configuration would print, if its HTTPS port is a fixed one. */
    private static String origin(Configuration configuration) throws UserError {
        var state = new ServerState();
        var port = configuration.get(Keys.HTTPS_PORT);
        if (!port.isOff() && port.number() > 0) {
            state.setHttpsPort(port.number());
        }
        var network =
                LocalAddresses.network().stream().map(LocalAddresses::text).toList();
        var listen = ListenAddress.of(configuration.get(Keys.BIND));
        return new Links(listen, configuration.get(Keys.HOST), network, state)
                .networkOrigin()
                .orElseThrow(() -> UserError.usage(
                        "there is no link for the network: that needs a fixed HTTPS port and a network address",
                        "name them with --https-port and --host, or leave out " + Arguments.URL));
    }
}
