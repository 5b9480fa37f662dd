package dev.stoa.app;

import dev.stoa.dialects.Requester;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every HTTP address of the server, the same on all listeners. */
final class HttpRoutes {
    private static final Logger log = LoggerFactory.getLogger(HttpRoutes.class);
    private static final int MAX_BODY_BYTES = 64 * 1024;

    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data: blob:; media-src 'self' blob: mediastream:; connect-src 'self' ws: wss:; "
            + "worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'none'; object-src 'none'";
    private static final String PERMISSIONS_POLICY = "camera=(self), microphone=(self), display-capture=(self), "
            + "fullscreen=(self), picture-in-picture=(self), speaker-selection=(self), screen-wake-lock=(self)";

    private final ServerState state;
    private final PrometheusMeterRegistry metrics;
    private final boolean metricsArePublic;

    HttpRoutes(ServerState state, PrometheusMeterRegistry metrics, boolean metricsArePublic) {
        this.state = state;
        this.metrics = metrics;
        this.metricsArePublic = metricsArePublic;
    }

    Router router(Vertx vertx, ApiRoutes api, PageRoutes page) {
        var router = Router.router(vertx);
        router.route().handler(HttpRoutes::addSecurityHeaders);
        router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        head(router, "/healthz").handler(context -> Replies.json(context, 200, new JsonObject().put("status", "ok")));
        head(router, "/readyz").handler(this::ready);
        router.get("/metrics").handler(this::metrics);
        router.get("/ca.crt").handler(this::localCa);
        api.addTo(router);
        page.addTo(router);
        for (int status : new int[] {400, 404, 405, 413, 500}) {
            router.errorHandler(status, HttpRoutes::fail);
        }
        return router;
    }

    /** Load balancers like to ask with HEAD. */
    private static Route head(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private static void addSecurityHeaders(RoutingContext context) {
        context.response()
                .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Permissions-Policy", PERMISSIONS_POLICY);
        context.next();
    }

    private void ready(RoutingContext context) {
        var phase = state.phase();
        switch (phase) {
            case READY -> Replies.json(context, 200, new JsonObject().put("status", "ready"));
            case STARTING -> Replies.json(context, 503, new JsonObject().put("status", "starting"));
            case DRAINING -> Replies.json(context, 503, new JsonObject().put("status", "draining"));
        }
    }

    private void metrics(RoutingContext context) {
        if (!metricsArePublic && !Requester.isLocal(context.request())) {
            Replies.problem(
                    context,
                    403,
                    "forbidden",
                    "Metrics are for this machine only.",
                    "The operator can set metrics.public: true.");
            return;
        }
        context.vertx()
                .executeBlocking(() -> Buffer.buffer(metrics.scrape()), false)
                .onSuccess(text -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                        .end(text))
                .onFailure(context::fail);
    }

    private void localCa(RoutingContext context) {
        state.localCa()
                .ifPresentOrElse(
                        der -> context.response()
                                .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-x509-ca-cert")
                                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                                .end(Buffer.buffer(der)),
                        () -> Replies.problem(
                                context,
                                404,
                                "not-found",
                                "There is no local CA.",
                                "HTTPS is off, or uses a certificate of its own."));
    }

    /** The one place where requests end that nobody could answer. */
    private static void fail(RoutingContext context) {
        if (context.response().ended()) {
            return;
        }
        // Vert.x finds a wrong escape in many places, at some with status 500; it is always the client's.
        boolean isMalformed = BAD_ESCAPE.matcher(context.request().uri()).find();
        switch (isMalformed ? 400 : context.statusCode()) {
            case 400 -> Replies.problem(context, 400, "bad-request", "The request is malformed.", "Check its address.");
            case 404 ->
                Replies.problem(context, 404, "not-found", "There is nothing at this address.", "Check its spelling.");
            case 405 ->
                Replies.problem(context, 405, "method-not-allowed", "This address takes no such method.", "Use GET.");
            case 413 -> {
                // The rest of the body is not worth reading.
                context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                context.response()
                        .endHandler(ended -> context.request().connection().close());
                Replies.problem(
                        context,
                        413,
                        "body-too-large",
                        "The request's body is too large.",
                        "At most " + MAX_BODY_BYTES + " bytes are read.");
            }
            default -> {
                log.error(
                        "{} {} failed",
                        context.request().method(),
                        context.request().path(),
                        context.failure());
                Replies.problem(context, 500, "internal", "Something went wrong on the server.", "See its log.");
            }
        }
    }
}
