package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The single-page app, with a small page made for these tests. */
class PageRoutesTest {
    private static final String ASSET = "/assets/app-1a2b.js";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();

    @AfterEach
    void close() throws IOException {
        TestServer.await(vertx.close());
    }

    @Test
    void thePageIsAtItsOwnAddressesAndRevalidated() throws Exception {
        int port = serve("page-for-tests");
        for (var path : new String[] {"/", "/r/blue", "/r/a.b", "/r/a%2Fb?token=x"}) {
            var answer = get(port, path, Map.of());
            assertEquals(200, answer.status(), path);
            assertEquals("text/html; charset=utf-8", answer.header("Content-Type"));
            assertEquals("no-cache", answer.header("Cache-Control"));
            assertTrue(answer.body().toString().contains("<title>page</title>"));
        }
    }

    @Test
    void anUnknownAddressBringsThePageWithStatus404() throws Exception {
        var answer = get(serve("page-for-tests"), "/somewhere/else", Map.of());
        assertEquals(404, answer.status());
        assertTrue(answer.body().toString().contains("<title>page</title>"));
    }

    @Test
    void hashedAssetsStayForEver() throws Exception {
        var answer = get(serve("page-for-tests"), ASSET, Map.of());
        assertEquals(200, answer.status());
        assertEquals("text/javascript; charset=utf-8", answer.header("Content-Type"));
        assertEquals("public, max-age=31536000, immutable", answer.header("Cache-Control"));
    }

    @Test
    void filesBesideThePageAreRevalidated() throws Exception {
        var answer = get(serve("page-for-tests"), "/robots.txt", Map.of());
        assertEquals("no-cache", answer.header("Cache-Control"));
        assertEquals("hello\n", answer.body().toString());
    }

    @Test
    void whatTheBrowserHasIsNotSentAgain() throws Exception {
        int port = serve("page-for-tests");
        var etag = get(port, "/", Map.of()).header("ETag");
        var answer = get(port, "/", Map.of("If-None-Match", etag));
        assertEquals(304, answer.status());
        assertEquals(0, answer.body().length());
    }

    @Test
    void isCompressedForThoseWhoCan() throws Exception {
        int port = serve("page-for-tests");
        var plain = get(port, ASSET, Map.of());
        assertFalse(plain.headers().contains("Content-Encoding"));
        var packed = get(port, ASSET, Map.of("Accept-Encoding", "br, gzip"));
        assertEquals("gzip", packed.header("Content-Encoding"));
        assertEquals("Accept-Encoding", packed.header("Vary"));
        assertTrue(packed.body().length() < plain.body().length() / 2);
        try (var unpacked =
                new GZIPInputStream(new ByteArrayInputStream(packed.body().getBytes()))) {
            assertEquals(plain.body(), Buffer.buffer(unpacked.readAllBytes()));
        }
        assertFalse(get(port, ASSET, Map.of("Accept-Encoding", "gzip;q=0"))
                .headers()
                .contains("Content-Encoding"));
    }

    @Test
    void missingFilesAndPathsThatClimbAreNotFound() throws Exception {
        int port = serve("page-for-tests");
        var paths = new String[] {
            "/assets/none.js",
            "/assets/",
            "/assets/..%2f..%2fMETA-INF%2fx.txt",
            "/..%2flogback.xml",
            "/.hidden.txt",
            "/assets/%2e%2e/robots.txt/x.y",
            "/dev/stoa/app/Main.class"
        };
        for (var path : paths) {
            assertEquals(404, get(port, path, Map.of()).status(), path);
        }
    }

    @Test
    void headHasTheHeadersAndNoBody() throws Exception {
        var answer = request(serve("page-for-tests"), HttpMethod.HEAD, "/", Map.of());
        assertEquals(200, answer.status());
        assertEquals(0, answer.body().length());
    }

    @Test
    void aJarWithoutThePageSaysSo() throws Exception {
        var answer = get(serve("no-such-page"), "/r/blue", Map.of());
        assertEquals(503, answer.status());
        assertTrue(answer.body().toString().contains("its page is missing"));
    }

    private int serve(String folder) throws IOException {
        var router = Router.router(vertx);
        new PageRoutes(new PageFiles(folder)).addTo(router);
        router.errorHandler(
                404, context -> context.response().setStatusCode(404).end());
        var server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1");
        return TestServer.await(server).actualPort();
    }

    private TestServer.Answer get(int port, String path, Map<String, String> headers) throws IOException {
        return request(port, HttpMethod.GET, path, headers);
    }

    private TestServer.Answer request(int port, HttpMethod method, String path, Map<String, String> headers)
            throws IOException {
        var options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setMethod(method)
                .setURI(path);
        headers.forEach(options::putHeader);
        return TestServer.await(
                client.request(options).compose(request -> TestServer.answer(request, Buffer.buffer())));
    }
}
