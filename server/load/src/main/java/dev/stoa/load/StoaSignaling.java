package dev.stoa.load;

import dev.stoa.dtls.DtlsRole;
import dev.stoa.dtls.Fingerprint;
import dev.stoa.load.LoadSdp.Ssrcs;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Stoa's own protocol (docs/PROTOCOL.md): a WebSocket for each peer. */
final class StoaSignaling implements Signaling {
    private static final long PING_MILLIS = 10_000;

    private final Vertx vertx;
    private final WebSocketClient client;
    private final LoadSettings settings;
    private final Fingerprint fingerprint;
    private final SecureRandom random;
    private final String prefix;

    StoaSignaling(Vertx vertx, LoadSettings settings, Fingerprint fingerprint, SecureRandom random) {
        this.vertx = vertx;
        this.client = vertx.createWebSocketClient(LoadTest.webSockets());
        this.settings = settings;
        this.fingerprint = fingerprint;
        this.random = random;
        this.prefix = "load-" + Integer.toString(random.nextInt(1 << 30), Character.MAX_RADIX) + "-";
    }

    @Override
    public Agreed publish(int room, LoadPeer peer, Ssrcs ssrcs) throws LoadException {
        var sources = new JsonObject().put(LoadSdp.AUDIO_MID, "microphone").put(LoadSdp.VIDEO_MID, "camera");
        return negotiate(room, "publisher", LoadSdp.offer(peer, fingerprint, 1, ssrcs, random), sources);
    }

    @Override
    public Agreed subscribe(int room, LoadPeer peer) throws LoadException {
        var offer = LoadSdp.offer(peer, fingerprint, settings.publishers(), null, random);
        return negotiate(room, "subscriber", offer, new JsonObject());
    }

    private Agreed negotiate(int room, String name, String offer, JsonObject sources) throws LoadException {
        var joined = new CompletableFuture<JsonObject>();
        var answered = new CompletableFuture<String>();
        var socket = Wait.result(
                client.connect(new WebSocketConnectOptions().setAbsoluteURI(address(settings.url())))
                        .toCompletionStage()
                        .toCompletableFuture(),
                "a connection to " + settings.url());
        var session = new Session(socket, joined, answered);
        socket.textMessageHandler(session::handle);
        boolean sends = !sources.isEmpty();
        var media =
                new JsonObject().put("microphone", sends).put("camera", sends).put("screen", false);
        var join = new JsonObject()
                .put("type", "join")
                .put("version", 1)
                .put("room", prefix + room)
                .put("name", name)
                .put("instance", UUID.randomUUID().toString())
                .put("media", media)
                .put("topology", "sfu");
        if (!settings.token().isEmpty()) {
            join.put("token", settings.token());
        }
        socket.writeTextMessage(join.encode());
        var server = Wait.result(joined, "the answer to join").getJsonObject("server");
        if (server == null) {
            throw new LoadException("the server carries no media");
        }
        socket.writeTextMessage(new JsonObject()
                .put("type", "offer")
                .put("to", "server")
                .put("instance", server.getString("instance"))
                .put("sdp", offer)
                .put("sources", sources)
                .encode());
        vertx.setPeriodic(PING_MILLIS, timer -> {
            if (socket.isClosed()) {
                vertx.cancelTimer(timer);
            } else {
                socket.writeTextMessage(new JsonObject()
                        .put("type", "ping")
                        .put("seq", session.seq)
                        .encode());
            }
        });
        var answer = Wait.result(answered, "the answer to the offer");
        return new Agreed(LoadSdp.remote(answer), DtlsRole.CLIENT, LoadSdp.ids(answer));
    }

    private static String address(URI url) {
        var text = url.toString().replaceFirst("^http", "ws");
        return (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + "/ws";
    }

    /** On the event loop. */
    private static final class Session {
        private final WebSocket socket;
        private final CompletableFuture<JsonObject> joined;
        private final CompletableFuture<String> answered;
        private volatile long seq;

        Session(WebSocket socket, CompletableFuture<JsonObject> joined, CompletableFuture<String> answered) {
            this.socket = socket;
            this.joined = joined;
            this.answered = answered;
        }

        void handle(@Nullable String text) {
            var message = new JsonObject(text);
            seq = Math.max(seq, message.getLong("seq", 0L));
            switch (message.getString("type")) {
                case "joined" -> joined.complete(message);
                case "answer" -> answered.complete(message.getString("sdp"));
                case "error", "closing" -> {
                    var why = new LoadException(message.getString("code") + ": " + message.getString("message"));
                    joined.completeExceptionally(why);
                    answered.completeExceptionally(why);
                    if (message.getString("type").equals("closing")) {
                        socket.close();
                    }
                }
                default -> {
                    // What others do.
                }
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
