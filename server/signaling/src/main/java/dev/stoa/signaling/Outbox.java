package dev.stoa.signaling;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session was sent and has not acknowledged, so that it can be sent again after a lost connection. Bounded: what
 * no longer fits is forgotten, oldest first, and {@link #after} then says that there is a gap.
 */
final class Outbox {
    static final int MAX_MESSAGES = 256;
    static final int MAX_BYTES = 256 * 1024;

    record Numbered(long seq, Outgoing message) {}

    /** Created with the first message: most sessions in a quiet room hold none. */
    private @Nullable ArrayDeque<Numbered> kept;

    private long lastSeq;
    private int bytes;

    long lastSeq() {
        return lastSeq;
    }

    /** Numbers {@code message} and keeps it. */
    long add(Outgoing message) {
        if (kept == null) {
            kept = new ArrayDeque<>(4);
        }
        kept.addLast(new Numbered(++lastSeq, message));
        bytes += message.size();
        while (kept.size() > MAX_MESSAGES || (bytes > MAX_BYTES && kept.size() > 1)) {
            bytes -= kept.removeFirst().message().size();
        }
        return lastSeq;
    }

    /** Forgets everything up to {@code seq}, which the client has received. */
    void forget(long seq) {
        while (kept != null && !kept.isEmpty() && kept.getFirst().seq() <= seq) {
            bytes -= kept.removeFirst().message().size();
        }
        if (kept != null && kept.isEmpty()) {
            kept = null;
        }
    }

    /** Returns what came after {@code seq}, or null when some of it has been forgotten or {@code seq} was never given. */
    @Nullable List<Numbered> after(long seq) {
        if (seq > lastSeq) {
            return null;
        }
        if (seq == lastSeq) {
            return List.of();
        }
        if (kept == null || kept.isEmpty() || kept.getFirst().seq() > seq + 1) {
            return null;
        }
        return kept.stream().filter(numbered -> numbered.seq() > seq).toList();
    }
}
