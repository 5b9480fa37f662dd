package dev.stoa.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of whole texts.
 *
 * <p>Calling contract: {@link #send} and {@link #close} one thread at a time. What came is told on threads of the
 * HttpClient, one after the other; the end once.
 */
final class SignalingSocket {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Consumer<String> texts;
    private final Consumer<String> end;
    private final StringBuilder partial = new StringBuilder();
    private CompletableFuture<WebSocket> sent = new CompletableFuture<>();

    private SignalingSocket(Consumer<String> texts, Consumer<String> end) {
        this.texts = texts;
        this.end = end;
    }

    /**
     * Connects; what is sent meanwhile waits.
     *
     * @param end told the reason, for people
     */
    static SignalingSocket open(HttpClient http, URI address, Consumer<String> texts, Consumer<String> end) {
        var socket = new SignalingSocket(texts, end);
        socket.connect(http, address);
        return socket;
    }

    private void connect(HttpClient http, URI address) {
        var opening = sent;
        var _ = http.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(address, new Listener())
                .whenComplete((opened, failure) -> {
                    if (failure == null) {
                        opening.complete(opened);
                    } else {
                        opening.completeExceptionally(failure);
                        end.accept("cannot reach " + address + ": " + failure.getMessage());
                    }
                });
    }

    void send(String text) {
        // One after the other: the JDK's WebSocket refuses a text while another is on its way.
        then(socket -> socket.sendText(text, true));
    }

    /** After what was sent. */
    void close() {
        then(socket -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
    }

    /** Synchronised, since the first text may be on its way, and answered, before this returns. */
    private synchronized void then(Function<WebSocket, CompletableFuture<WebSocket>> next) {
        sent = sent.thenCompose(next);
    }

    private final class Listener implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                var text = partial.toString();
                partial.setLength(0);
                texts.accept(text);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end.accept("the server closed the connection: " + code + (reason.isEmpty() ? "" : " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end.accept("the connection is lost: " + error.getMessage());
        }
    }
}
