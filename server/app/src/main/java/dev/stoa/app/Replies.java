package dev.stoa.app;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The forms of answers that are not files. */
final class Replies {
    private Replies() {}

    static void json(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.toBuffer());
    }

    /** An error as docs/PROTOCOL.md describes it. */
    static void problem(RoutingContext context, int status, String code, String message, String hint) {
        json(
                context,
                status,
                new JsonObject().put("code", code).put("message", message).put("hint", hint));
    }
}
