package dev.stoa.app;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;

/** The single-page app: its files, and its first page for every address that it routes itself. */
final class PageRoutes {
    private static final String INDEX = "/index.html";
    private static final String ASSETS = "/assets/";

    private final PageFiles files;

    PageRoutes(PageFiles files) {
        this.files = files;
    }

    /** To be added last: it takes what nobody else did. */
    void addTo(Router router) {
        for (var path : new String[] {"/", "/r/*", "/labs/connectivity"}) {
            router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(context -> index(context, 200));
        }
        // Not under /api/: there the router itself says 404, or 405 where another method would do.
        router.routeWithRegex("(?!/api/).*")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::other);
    }

    private void other(RoutingContext context) {
        var path = context.normalizedPath();
        if (path.substring(path.lastIndexOf('/') + 1).indexOf('.') < 0) {
            index(context, 404);
            return;
        }
        find(context, path)
                .onSuccess(file -> file.ifPresentOrElse(
                        found -> send(context, 200, found, path.startsWith(ASSETS)), () -> context.fail(404)))
                .onFailure(context::fail);
    }

    /** @param status 404 still brings the page: it tells in its own words that there is nothing at this address */
    private void index(RoutingContext context, int status) {
        find(context, INDEX)
                .onSuccess(file -> file.ifPresentOrElse(
                        found -> send(context, status, found, false), () -> sayThatThereIsNoPage(context)))
                .onFailure(context::fail);
    }

    private Future<Optional<PageFile>> find(RoutingContext context, String path) {
        var cached = files.cached(path);
        return cached.isPresent()
                ? Future.succeededFuture(cached)
                : context.vertx().executeBlocking(() -> files.load(path), false);
    }

    /** @param isHashed the name changes with the content */
    private static void send(RoutingContext context, int status, PageFile file, boolean isHashed) {
        var response = context.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, isHashed ? "public, max-age=31536000, immutable" : "no-cache")
                .putHeader(HttpHeaders.ETAG, file.etag())
                .putHeader(HttpHeaders.VARY, "Accept-Encoding");
        if (status == 200 && file.etag().equals(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, file.contentType());
        if (file.gzip().isPresent() && acceptsGzip(context)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip")
                    .end(file.gzip().get());
        } else {
            response.end(file.content());
        }
    }

    private static boolean acceptsGzip(RoutingContext context) {
        var accepted = context.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (accepted == null) {
            return false;
        }
        for (var coding : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            var plain = coding.replace(" ", "");
            if (plain.equals("gzip") || (plain.startsWith("gzip;q=") && !plain.matches("gzip;q=0(\\.0*)?"))) {
                return true;
            }
        }
        return false;
    }

    private static void sayThatThereIsNoPage(RoutingContext context) {
        context.response()
                .setStatusCode(503)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end("""
                        <!doctype html>
                        <html lang="en">
                        <meta charset="utf-8">
                        <title>Stoa</title>
                        <h1>Stoa runs, but its page is missing</h1>
                        <p>This jar was built without the web page. Start Stoa with <code>./stoa</code>, which builds what is
                        missing. Signaling at <code>/ws</code> works.</p>
                        </html>
                        """);
    }
}
