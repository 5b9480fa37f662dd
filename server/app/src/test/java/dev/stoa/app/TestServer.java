package dev.stoa.app;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server that really listens, on free ports, and a client for it. */
final class TestServer implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Makes a request from this machine look like one that a proxy passed on from elsewhere. */
    static final Map<String, String> FROM_THE_NETWORK = Map.of("X-Forwarded-For", "198.51.100.7");

    private final StoaServer server;
    private final Vertx vertx = Vertx.vertx();

    record Answer(int status, MultiMap headers, Buffer body) {
        JsonObject json() {
            return body.toJsonObject();
        }

        String header(String name) {
            return String.valueOf(headers.get(name));
        }
    }

    private TestServer(StoaServer server) {
        this.server = server;
    }

    /** @param flags as on the command line, over free ports */
    static TestServer start(Path dataDirectory, String... flags) throws UserError {
        return new TestServer(StoaServer.start(configuration(dataDirectory, flags), InstantSource.system()));
    }

    static Configuration configuration(Path dataDirectory, String... flags) throws UserError {
        var given = new Arguments(Keys.ALL, false).parse(flags).flags();
        var source = new Source(Source.Layer.FLAG, "test");
        var settings = new ArrayList<Setting>();
        for (var free : List.of(Keys.HTTP_PORT, Keys.HTTPS_PORT, Keys.TURN_PORT, Keys.TURNS_PORT)) {
            if (given.stream().noneMatch(setting -> setting.key().equals(free.name()))) {
                settings.add(new Setting(free.name(), List.of("0"), source));
            }
        }
        // As without the flag: where there is no HTTPS, there is no certificate for TURN either.
        boolean plain = given.stream()
                .anyMatch(setting -> setting.key().equals(Keys.HTTPS_PORT.name())
                        && setting.texts().contains("off"));
        settings.removeIf(setting -> plain && setting.key().equals(Keys.TURNS_PORT.name()));
        settings.add(new Setting(Keys.DATA_DIR.name(), List.of(dataDirectory.toString()), source));
        settings.addAll(given);
        return new ConfigurationLoader(Keys.ALL, dataDirectory).load(Optional.empty(), Map.of(), settings);
    }

    StoaServer server() {
        return server;
    }

    Vertx vertx() {
        return vertx;
    }

    String origin() {
        return "http://localhost:" + server.state().httpPorts().getFirst();
    }

    String secureOrigin() {
        return "https://localhost:" + server.state().httpsPort().orElseThrow();
    }

    Answer get(String address) throws IOException {
        return get(address, Map.of());
    }

    Answer get(String address, Map<String, String> headers) throws IOException {
        return request(HttpMethod.GET, address, headers, Buffer.buffer());
    }

    /** @param address with or without origin */
    Answer request(HttpMethod method, String address, Map<String, String> headers, Buffer body) throws IOException {
        var options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(address.startsWith("/") ? origin() + address : address);
        headers.forEach(options::putHeader);
        var client =
                vertx.createHttpClient(new HttpClientOptions().setTrustAll(true).setVerifyHost(false));
        return await(client.request(options).compose(request -> answer(request, body)));
    }

    /** On the event loop: from another thread, the body could have passed before anybody asks for it. */
    static Future<Answer> answer(HttpClientRequest request, Buffer body) {
        return request.send(body)
                .compose(response ->
                        response.body().map(content -> new Answer(response.statusCode(), response.headers(), content)));
    }

    static <T> T await(Future<T> future) throws IOException {
        return Await.result(future, PATIENCE);
    }

    @Override
    public void close() throws IOException {
        server.close();
        await(vertx.close());
    }
}
