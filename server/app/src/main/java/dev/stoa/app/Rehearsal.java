package dev.stoa.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Does once what every start does, in a folder of its own, and ends. The launcher runs it to record which classes a
 * start needs (JEP 514), so that later ones find them loaded and linked.
 */
final class Rehearsal {
    private static final List<String> ADDRESSES =
            List.of("/healthz", "/", "/api/v1/server", "/api/v1/rooms/rehearsal/invite");

    private Rehearsal() {}

    static void run(Terminal terminal) throws UserError {
        try {
            var directory = Files.createTempDirectory("stoa-rehearsal-");
            try {
                // Twice: the first start makes the keys and certificates that the second finds.
                start(terminal, directory);
                start(terminal, directory);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw UserError.runtime("the rehearsal failed: " + e.getMessage(), "Stoa also starts without it, slower")
                    .causedBy(e);
        }
    }

    private static void start(Terminal terminal, Path directory) throws UserError, IOException {
        var flag = new Source(Source.Layer.FLAG, Arguments.REHEARSE);
        var flags = List.of(
                new Setting(Keys.HTTP_PORT.name(), List.of("0"), flag),
                new Setting(Keys.HTTPS_PORT.name(), List.of("0"), flag),
                // Free, or a server that runs already would leave media and TURN out of the rehearsal.
                new Setting(Keys.MEDIA_PORT.name(), List.of("0"), flag),
                new Setting(Keys.TURN_PORT.name(), List.of("0"), flag),
                new Setting(Keys.TURNS_PORT.name(), List.of("0"), flag),
                new Setting(Keys.DATA_DIR.name(), List.of(directory.toString()), flag));
        var configuration = new ConfigurationLoader(Keys.ALL, directory).load(Optional.empty(), Map.of(), flags);
        try (var server = StoaServer.start(configuration, InstantSource.system())) {
            var token = Optional.of(server.tokens().issueJoin(null, ApiRoutes.INVITATION_LIFETIME));
            terminal.out().print(ReadyMessage.of(terminal, server.links(), token, server.warnings()));
            var link = server.links().networkOrigin().orElse("https://localhost/");
            terminal.out().println(QrCode.of(link).size() + " lines of QR code");
            visit(server);
        }
    }

    private static void visit(StoaServer server) throws IOException {
        var vertx = Vertx.vertx();
        try {
            for (var origin : server.links().localOrigin().stream().toList()) {
                for (var address : ADDRESSES) {
                    Await.result(get(vertx, origin + address), StoaServer.PATIENCE);
                }
                Await.result(join(vertx, origin.replace("http", "ws") + "/ws"), StoaServer.PATIENCE);
            }
            var secure = "https://localhost:" + server.state().httpsPort().orElseThrow();
            Await.result(get(vertx, secure + "/healthz"), StoaServer.PATIENCE);
        } finally {
            Await.result(vertx.close(), StoaServer.PATIENCE);
        }
    }

    private static Future<?> get(Vertx vertx, String url) {
        var client =
                vertx.createHttpClient(new HttpClientOptions().setTrustAll(true).setVerifyHost(false));
        return client.request(new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(url))
                // Nested: the body is asked for on the event loop, before it can have passed.
                .compose(request -> request.send().compose(HttpClientResponse::body))
                // Whom nobody refers to any more is closed, whatever it is at.
                .eventually(client::close);
    }

    private static Future<?> join(Vertx vertx, String url) {
        var nothing =
                new JsonObject().put("microphone", false).put("camera", false).put("screen", false);
        var join = new JsonObject()
                .put("type", "join")
                .put("version", 1)
                .put("room", "rehearsal")
                .put("name", "Rehearsal")
                .put("instance", UUID.randomUUID().toString())
                .put("media", nothing);
        var client = vertx.createWebSocketClient();
        return client.connect(new io.vertx.core.http.WebSocketConnectOptions().setAbsoluteURI(url))
                .compose(socket -> {
                    var answered = io.vertx.core.Promise.<WebSocket>promise();
                    socket.textMessageHandler(_ -> answered.tryComplete(socket));
                    socket.closeHandler(_ -> answered.tryComplete(socket));
                    return socket.writeTextMessage(join.encode()).compose(_ -> answered.future());
                })
                .eventually(client::close);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
