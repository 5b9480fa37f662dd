package dev.stoa.dialects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real WebSocket client whose received messages can be waited for. */
final class TestClient {
    private final WebSocket socket;
    private final LinkedBlockingQueue<JsonObject> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    TestClient(WebSocket socket) {
        this.socket = socket;
        socket.textMessageHandler(text -> inbox.add(new JsonObject(text)));
        socket.closeHandler(
                _ -> closed.complete(socket.closeStatusCode() == null ? -1 : (int) socket.closeStatusCode()));
    }

    TestClient join(String room, String name) {
        return send(joinMessage(room, name));
    }

    static JsonObject joinMessage(String room, String name) {
        return new JsonObject()
                .put("type", "join")
                .put("version", 1)
                .put("room", room)
                .put("name", name)
                .put("instance", "i-" + name);
    }

    TestClient send(JsonObject message) {
        return send(message.encode());
    }

    TestClient send(String text) {
        socket.writeTextMessage(text);
        return this;
    }

    TestClient sendBinary(byte[] bytes) {
        socket.writeBinaryMessage(Buffer.buffer(bytes));
        return this;
    }

    /** Sends a message in several frames. */
    TestClient sendFragmented(String text, int frames) {
        int size = text.length() / frames;
        socket.writeFrame(WebSocketFrame.textFrame(text.substring(0, size), false));
        for (int i = 1; i < frames; i++) {
            var part = i == frames - 1 ? text.substring(i * size) : text.substring(i * size, (i + 1) * size);
            socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(part), i == frames - 1));
        }
        return this;
    }

    /** Stops reading: what arrives stays in the kernel, and then at the server. */
    TestClient stopReading() {
        socket.pause();
        return this;
    }

    TestClient resumeReading() {
        socket.resume();
        return this;
    }

    void disconnect() {
        socket.close();
    }

    /** The next message, which must be of this type. */
    JsonObject expect(String type) {
        try {
            var message = inbox.poll(10, TimeUnit.SECONDS);
            assertNotNull(message, () -> "nothing came, waiting for " + type);
            assertEquals(type, message.getString("type"), message::encode);
            return message;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The type of the next message, which must be one of these. */
    String expectAnyOf(String... types) {
        try {
            var message = inbox.poll(10, TimeUnit.SECONDS);
            assertNotNull(message, "nothing came");
            var type = message.getString("type");
            assertTrue(List.of(types).contains(type), message::encode);
            return type;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The code with which the server closes; messages before it are passed over. */
    int closeCode() {
        try {
            return closed.get(15, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("not closed", e);
        }
    }
}
