package dev.stoa.app;

import dev.stoa.dialects.Requester;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Lets pages of other origins read the API: only those that the operator named (Fetch standard, 3.2). */
final class Cors {
    private final List<String> allowedOrigins;

    Cors(List<String> allowedOrigins) {
        this.allowedOrigins = allowedOrigins;
    }

    void handle(RoutingContext context) {
        var request = context.request();
        var origin = request.getHeader(HttpHeaders.ORIGIN);
        context.response().putHeader(HttpHeaders.VARY, "Origin");
        boolean isAllowed = Requester.isOriginAllowed(request.headers(), allowedOrigins);
        if (origin != null && isAllowed) {
            context.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        boolean isPreflight = request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (!isPreflight) {
            context.next();
            return;
        }
        if (isAllowed) {
            context.response()
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE")
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type")
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "3600");
        }
        context.response().setStatusCode(204).end();
    }
}
