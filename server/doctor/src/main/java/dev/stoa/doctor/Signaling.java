package dev.stoa.doctor;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A participant in a room of its own, at {@code /ws}: docs/PROTOCOL.md. Blocking, for one thread. */
final class Signaling implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    private final WebSocket socket;
    private final Inbox inbox;
    private final Optional<String> mediaInstance;

    /** The server answered, and does not let the doctor in. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final String code;

        Refused(JsonObject problem) {
            super(problem.getString("message", "refused"));
            this.code = problem.getString("code", "");
        }

        String code() {
            return code;
        }
    }

    private Signaling(WebSocket socket, Inbox inbox, JsonObject joined) {
        this.socket = socket;
        this.inbox = inbox;
        this.mediaInstance =
                Optional.ofNullable(joined.getJsonObject("server")).map(server -> server.getString("instance"));
    }

    /** @throws Refused when the server says why */
    static Signaling join(HttpClient client, Target target, RandomGenerator random) throws IOException {
        var inbox = new Inbox();
        var name = new byte[12];
        random.nextBytes(name);
        var room = "doctor-" + HexFormat.of().formatHex(name);
        WebSocket socket;
        try {
            socket = client.newWebSocketBuilder()
                    .connectTimeout(TIMEOUT)
                    .buildAsync(target.webSocket(), inbox)
                    .join();
        } catch (CompletionException e) {
            throw new IOException(Failures.words(e.getCause() == null ? e : e.getCause()), e);
        }
        var join = new JsonObject()
                .put("type", "join")
                .put("version", 1)
                .put("room", room)
                .put("name", "Doctor")
                .put("instance", room)
                .put("topology", "sfu")
                .put(
                        "media",
                        new JsonObject()
                                .put("microphone", false)
                                .put("camera", false)
                                .put("screen", false));
        target.token().ifPresent(token -> join.put("token", token));
        send(socket, join);
        try {
            return new Signaling(socket, inbox, inbox.await("joined"));
        } catch (IOException e) {
            socket.abort();
            throw e;
        }
    }

    /** Names the server's process that carries media; empty when none does. */
    Optional<String> mediaInstance() {
        return mediaInstance;
    }

    /** @return the answer's description */
    String offer(String instance, String sdp) throws IOException {
        send(
                socket,
                new JsonObject()
                        .put("type", "offer")
                        .put("n", 1)
                        .put("to", "server")
                        .put("instance", instance)
                        .put("sdp", sdp)
                        .put("sources", new JsonObject()));
        return inbox.await("answer").getString("sdp", "");
    }

    private static void send(WebSocket socket, JsonObject message) throws IOException {
        try {
            socket.sendText(message.encode(), true).join();
        } catch (CompletionException e) {
            throw new IOException("the connection was closed", e);
        }
    }

    @Override
    public void close() {
        socket.sendText("{\"type\":\"leave\"}", true)
                .thenCompose(sent -> sent.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                .exceptionally(_ -> null)
                .orTimeout(1, TimeUnit.SECONDS)
                .exceptionally(_ -> null)
                .join();
    }

    private static final class Inbox implements WebSocket.Listener {
        private static final String CLOSED = "closed";

        private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            partial.append(text);
            if (last) {
                try {
                    messages.add(new JsonObject(partial.toString()));
                } catch (DecodeException e) {
                    end();
                }
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end();
        }

        private void end() {
            messages.add(new JsonObject().put("type", CLOSED));
        }

        JsonObject await(String type) throws IOException {
            long end = System.nanoTime() + TIMEOUT.toNanos();
            try {
                while (true) {
                    var message = messages.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (message == null) {
                        throw new IOException("no " + type + " in time");
                    }
                    var found = message.getString("type", "");
                    if (found.equals(type)) {
                        return message;
                    }
                    if (found.equals("error") || found.equals("closing")) {
                        throw new Refused(message);
                    }
                    if (found.equals(CLOSED)) {
                        throw new IOException("the connection was closed");
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
