package dev.stoa.signaling;

import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one or many clients. Its text is written once, when the first receiver needs it. Used on one
 * signaling loop only.
 */
public final class Outgoing {
    private final ServerMessage message;
    private byte @Nullable [] body;

    public Outgoing(ServerMessage message) {
        this.message = message;
    }

    /** For dialects that write something else than the own protocol. */
    public ServerMessage message() {
        return message;
    }

    /** The own protocol's text in UTF-8, not to be changed; {@code seq} 0: not numbered. */
    public byte[] utf8(long seq) {
        return seq == 0 ? body() : ServerMessageWriter.numbered(body(), seq);
    }

    /** Bytes, as a measure of the memory that keeping it takes. */
    int size() {
        return body().length;
    }

    private byte[] body() {
        var written = body;
        if (written == null) {
            written = ServerMessageWriter.write(message);
            body = written;
        }
        return written;
    }
}
