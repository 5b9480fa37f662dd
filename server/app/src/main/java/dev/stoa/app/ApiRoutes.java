package dev.stoa.app;

import dev.stoa.dialects.Requester;
import dev.stoa.signaling.Names;
import dev.stoa.signaling.Tokens;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The HTTP API under {@code /api/v1}. */
final class ApiRoutes {
    static final Duration INVITATION_LIFETIME = Duration.ofHours(24);

    private final Access access;
    private final Tokens tokens;
    private final Links links;
    private final ServerState state;
    private final IceServers iceServers;
    private final Cors cors;
    private final InstantSource clock;

    ApiRoutes(
            Access access,
            Tokens tokens,
            Links links,
            ServerState state,
            IceServers iceServers,
            List<String> allowedOrigins,
            InstantSource clock) {
        this.access = access;
        this.tokens = tokens;
        this.links = links;
        this.state = state;
        this.iceServers = iceServers;
        this.cors = new Cors(allowedOrigins);
        this.clock = clock;
    }

    void addTo(Router router) {
        router.route("/api/*").handler(cors::handle);
        router.get("/api/v1/server").handler(this::server);
        router.get("/api/v1/ice-servers").handler(access.check()).handler(this::iceServers);
        router.get("/api/v1/rooms/:room/invite").handler(access.check()).handler(this::invite);
    }

    private void server(RoutingContext context) {
        // Whoever looks for what is wrong compares the clocks.
        var date = DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC));
        context.response().putHeader(HttpHeaders.DATE, date);
        Replies.json(
                context,
                200,
                new JsonObject()
                        .put("version", Version.text())
                        .put("httpsPort", state.httpsPort().orElse(null))
                        .put("open", access.isOpen())
                        .put("needsToken", access.needsToken(context.request())));
    }

    private void iceServers(RoutingContext context) {
        Replies.json(context, 200, iceServers.of(context.request()));
    }

    /** A link to the room that the requester can pass on: whoever sits at this machine wants to invite the network. */
    private void invite(RoutingContext context) {
        var room = Names.normalise(context.pathParam("room"));
        if (room == null) {
            Replies.problem(
                    context,
                    400,
                    "room-name-invalid",
                    "This is not a room's name.",
                    "Use 1 to " + Names.MAX_CODE_POINTS + " characters, without control characters.");
            return;
        }
        var request = context.request();
        var network = links.networkOrigin();
        String url;
        if (!Requester.isLocal(request)) {
            url = Links.room(ownOrigin(request), room, access.isOpen() ? null : invitation(room));
        } else if (network.isPresent()) {
            url = Links.room(network.get(), room, access.isOpen() ? null : invitation(room));
        } else {
            url = Links.room(ownOrigin(request), room, null);
        }
        Replies.json(context, 200, new JsonObject().put("url", url));
    }

    private String invitation(String room) {
        return tokens.issueJoin(room, INVITATION_LIFETIME);
    }

    /** As the requester's browser sees it; a proxy in front may speak HTTPS for us. */
    private static String ownOrigin(HttpServerRequest request) {
        var forwarded = request.getHeader("X-Forwarded-Proto");
        var scheme = "https".equals(forwarded) || request.isSSL() ? "https" : "http";
        return scheme + "://" + request.authority();
    }
}
