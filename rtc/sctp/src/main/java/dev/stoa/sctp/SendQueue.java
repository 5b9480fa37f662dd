package dev.stoa.sctp;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for their turn, stream by stream: a message that was begun goes on to its end, since chunks of others
 * cannot come between its own (RFC 9260, 6.9), then the next stream has its turn.
 */
final class SendQueue {
    /** By stream, in the order of their turns; a stream without messages is not here. */
    private final LinkedHashMap<Integer, ArrayDeque<OutgoingMessage>> waiting = new LinkedHashMap<>();

    private final Map<Integer, Integer> nextSequence = new HashMap<>();
    private final Map<Integer, Long> bufferedByStream = new HashMap<>();
    private @Nullable OutgoingMessage begun;
    private long buffered;

    void add(OutgoingMessage message) {
        waiting.computeIfAbsent(message.stream(), _ -> new ArrayDeque<>()).add(message);
        bufferedByStream.merge(message.stream(), (long) message.uncut(), Long::sum);
        buffered += message.uncut();
    }

    boolean isEmpty() {
        return begun == null && waiting.isEmpty();
    }

    boolean hasAnyOf(int stream) {
        return waiting.containsKey(stream) || (begun != null && begun.stream() == stream);
    }

    /** Bytes of a stream that are in no chunk yet. */
    long buffered(int stream) {
        return bufferedByStream.getOrDefault(stream, 0L);
    }

    /** The same of all streams. */
    long buffered() {
        return buffered;
    }

    /** Throws away the messages of a stream of which nothing is sent yet. */
    void discard(int stream) {
        var queue = waiting.get(stream);
        if (queue == null) {
            return;
        }
        for (var each : List.copyOf(queue)) {
            if (each != begun) {
                count(stream, -each.uncut());
                queue.remove(each);
            }
        }
        if (queue.isEmpty()) {
            waiting.remove(stream);
        }
    }

    /** The message whose turn it is, null when none waits. Those whose time is over are thrown away first. */
    @Nullable OutgoingMessage peek(long nowNanos) {
        while (true) {
            var next = begun != null ? begun : head();
            if (next == null) {
                return null;
            }
            if (!next.isToBeAbandoned(nowNanos, 0)) {
                return next;
            }
            next.abandon();
            count(next.stream(), -next.uncut());
            remove(next);
        }
    }

    private @Nullable OutgoingMessage head() {
        return waiting.isEmpty() ? null : waiting.firstEntry().getValue().getFirst();
    }

    /** Cuts the next piece of what {@link #peek} gave. */
    Chunk.Data cut(OutgoingMessage message, int tsn, int limit) {
        if (!message.isBegun() && message.isOrdered()) {
            int number = nextSequence.getOrDefault(message.stream(), 0);
            message.begin(number);
            nextSequence.put(message.stream(), number + 1 & 0xFFFF);
        }
        var piece = message.cut(tsn, limit);
        count(message.stream(), -piece.bytes().length);
        begun = message;
        if (message.uncut() == 0) {
            remove(message);
        }
        return piece;
    }

    /** It is cut to its end, or abandoned. */
    void remove(OutgoingMessage message) {
        if (begun == message) {
            begun = null;
        }
        var queue = waiting.remove(message.stream());
        if (queue != null) {
            queue.remove(message);
            if (!queue.isEmpty()) {
                waiting.putLast(message.stream(), queue); // behind the others
            }
        }
    }

    /** A message of which pieces are out is abandoned: the rest is not sent. */
    void forget(OutgoingMessage message) {
        if (message.uncut() > 0) {
            count(message.stream(), -message.uncut());
            remove(message);
        }
    }

    private void count(int stream, long bytes) {
        buffered += bytes;
        bufferedByStream.computeIfPresent(stream, (_, before) -> before + bytes == 0 ? null : before + bytes);
    }

    /** The streams begin anew: their next message is number 0. */
    void reset(Collection<Integer> streams) {
        streams.forEach(nextSequence::remove);
    }

    void clear() {
        waiting.clear();
        bufferedByStream.clear();
        buffered = 0;
        begun = null;
    }
}
