package dev.stoa.load;

import dev.stoa.dtls.DtlsRole;
import dev.stoa.dtls.Fingerprint;
import dev.stoa.load.LoadSdp.Ssrcs;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The VideoRoom of Janus by its WebSocket: one session, a handle for each peer. Publishers offer, subscribers are offered
 * (janus.conf.meetecho.com/docs/videoroom).
 */
final class JanusSignaling implements Signaling {
    private static final long KEEP_ALIVE_MILLIS = 20_000;
    private static final int FIRST_ROOM = 100_000;

    private final WebSocketClient client;
    private final WebSocket socket;
    private final LoadSettings settings;
    private final Fingerprint fingerprint;
    private final SecureRandom random;
    private final Map<String, CompletableFuture<JsonObject>> pending = new ConcurrentHashMap<>();
    private final Map<Integer, List<Long>> feeds = new ConcurrentHashMap<>();
    private final long session;
    private final int firstRoom;

    JanusSignaling(Vertx vertx, LoadSettings settings, Fingerprint fingerprint, SecureRandom random)
            throws LoadException {
        this.settings = settings;
        this.fingerprint = fingerprint;
        this.random = random;
        this.firstRoom = FIRST_ROOM * random.nextInt(1, 1000);
        this.client = vertx.createWebSocketClient(LoadTest.webSockets());
        this.socket = Wait.result(
                client.connect(new WebSocketConnectOptions()
                                .setAbsoluteURI(settings.url().toString())
                                .setSubProtocols(List.of("janus-protocol")))
                        .toCompletionStage()
                        .toCompletableFuture(),
                "a connection to " + settings.url());
        socket.textMessageHandler(this::handle);
        this.session = id(ask(new JsonObject().put("janus", "create")));
        vertx.setPeriodic(KEEP_ALIVE_MILLIS, timer -> {
            if (socket.isClosed()) {
                vertx.cancelTimer(timer);
            } else {
                write(new JsonObject().put("janus", "keepalive").put("session_id", session), "keepalive");
            }
        });
        for (int room = 0; room < settings.rooms(); room++) {
            create(room);
        }
    }

    private void create(int room) throws LoadException {
        feeds.put(room, new CopyOnWriteArrayList<>());
        var body = new JsonObject()
                .put("request", "create")
                .put("room", firstRoom + room)
                .put("publishers", settings.publishers())
                // No cap: the bitrate is the load test's.
                .put("bitrate", 0)
                .put("audiocodec", "opus")
                .put("videocodec", "vp8");
        data(message(attach(), body, null));
    }

    @Override
    public Agreed publish(int room, LoadPeer peer, Ssrcs ssrcs) throws LoadException {
        var body = new JsonObject()
                .put("request", "joinandconfigure")
                .put("room", firstRoom + room)
                .put("ptype", "publisher");
        var event = message(attach(), body, jsep("offer", LoadSdp.offer(peer, fingerprint, 1, ssrcs, random)));
        feeds.getOrDefault(room, List.of()).add(data(event).getLong("id"));
        var answer = event.getJsonObject("jsep").getString("sdp");
        var role = LoadSdp.isActive(answer) ? DtlsRole.SERVER : DtlsRole.CLIENT;
        return new Agreed(LoadSdp.remote(answer), role, LoadSdp.ids(answer));
    }

    @Override
    public Agreed subscribe(int room, LoadPeer peer) throws LoadException {
        long handle = attach();
        var streams = new JsonArray();
        for (long feed : feeds.getOrDefault(room, List.of())) {
            streams.add(new JsonObject().put("feed", feed));
        }
        var join = new JsonObject()
                .put("request", "join")
                .put("room", firstRoom + room)
                .put("ptype", "subscriber")
                .put("streams", streams);
        var event = message(handle, join, null);
        data(event);
        var offer = event.getJsonObject("jsep").getString("sdp");
        var answer = LoadSdp.answer(offer, peer, fingerprint, random);
        data(message(handle, new JsonObject().put("request", "start"), jsep("answer", answer)));
        return new Agreed(LoadSdp.remote(offer), DtlsRole.CLIENT, LoadSdp.ids(offer));
    }

    private static JsonObject jsep(String type, String sdp) {
        return new JsonObject().put("type", type).put("sdp", sdp);
    }

    private long attach() throws LoadException {
        return id(ask(new JsonObject()
                .put("janus", "attach")
                .put("session_id", session)
                .put("plugin", "janus.plugin.videoroom")));
    }

    private JsonObject message(long handle, JsonObject body, @Nullable JsonObject jsep) throws LoadException {
        var message = new JsonObject()
                .put("janus", "message")
                .put("session_id", session)
                .put("handle_id", handle)
                .put("body", body);
        if (jsep != null) {
            message.put("jsep", jsep);
        }
        return ask(message);
    }

    private static long id(JsonObject success) {
        return success.getJsonObject("data").getLong("id");
    }

    private static JsonObject data(JsonObject event) throws LoadException {
        var data = event.getJsonObject("plugindata").getJsonObject("data");
        if (data.containsKey("error")) {
            throw new LoadException("Janus: " + data.getString("error"));
        }
        return data;
    }

    private JsonObject ask(JsonObject message) throws LoadException {
        var transaction = Long.toString(random.nextLong(1L << 62), Character.MAX_RADIX);
        var answer = new CompletableFuture<JsonObject>();
        pending.put(transaction, answer);
        write(message, transaction);
        return Wait.result(answer, "the answer of Janus");
    }

    private void write(JsonObject message, String transaction) {
        socket.writeTextMessage(message.put("transaction", transaction).encode());
    }

    /** On the event loop. */
    private void handle(String text) {
        var message = new JsonObject(text);
        var kind = message.getString("janus");
        var transaction = message.getString("transaction");
        if (transaction == null || kind.equals("ack")) {
            return; // the event follows, or it is of nobody's asking
        }
        var answer = pending.remove(transaction);
        if (answer == null) {
            return;
        }
        if (kind.equals("error")) {
            answer.completeExceptionally(
                    new LoadException("Janus: " + message.getJsonObject("error").getString("reason")));
        } else {
            answer.complete(message);
        }
    }

    @Override
    public void close() {
        write(new JsonObject().put("janus", "destroy").put("session_id", session), "destroy");
        client.close();
    }
}
