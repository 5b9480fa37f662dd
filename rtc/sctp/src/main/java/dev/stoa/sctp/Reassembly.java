package dev.stoa.sctp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the chunks that came together to messages (RFC 9260, 6.6 and 6.9). TSNs here are extended. Each chunk is given once.
 */
final class Reassembly {
    /** What keeping a chunk costs beside its bytes: many small ones must not take more memory than the window says. */
    private static final int CHUNK_OVERHEAD = 64;

    /** Of an ordered stream: by stream sequence number, extended, the chunks that came by TSN. */
    private static final class Stream {
        long next;
        final TreeMap<Long, TreeMap<Long, Chunk.Data>> messages = new TreeMap<>();
    }

    private final Map<Integer, Stream> ordered = new HashMap<>();
    private final TreeMap<Long, Chunk.Data> unordered = new TreeMap<>();
    private final ArrayDeque<SctpMessage> whole = new ArrayDeque<>();
    private long bufferedBytes;

    /** What messages take that are not whole, or wait for their turn. */
    long bufferedBytes() {
        return bufferedBytes;
    }

    @Nullable SctpMessage poll() {
        return whole.poll();
    }

    private static int cost(Chunk.Data chunk) {
        return chunk.bytes().length + CHUNK_OVERHEAD;
    }

    void add(long tsn, Chunk.Data chunk) {
        bufferedBytes += cost(chunk);
        if (chunk.unordered()) {
            unordered.put(tsn, chunk);
            takeUnordered(tsn);
            return;
        }
        var stream = ordered.computeIfAbsent(chunk.stream(), _ -> new Stream());
        long number = stream.next + (short) (chunk.streamSequence() - (int) stream.next);
        stream.messages.computeIfAbsent(number, _ -> new TreeMap<>()).put(tsn, chunk);
        takeOrdered(stream);
    }

    /** The message around {@code tsn}, if it is whole. */
    private void takeUnordered(long tsn) {
        long first = tsn;
        for (var chunk = unordered.get(first); chunk != null && !chunk.beginning(); chunk = unordered.get(first)) {
            first--;
        }
        var pieces = new ArrayList<Chunk.Data>();
        for (long at = first; ; at++) {
            var chunk = unordered.get(at);
            if (chunk == null) {
                return;
            }
            pieces.add(chunk);
            if (chunk.ending()) {
                break;
            }
        }
        deliver(pieces);
        for (int i = 0; i < pieces.size(); i++) {
            unordered.remove(first + i);
        }
    }

    private void takeOrdered(Stream stream) {
        for (var pieces = stream.messages.get(stream.next);
                pieces != null && isWhole(pieces);
                pieces = stream.messages.get(stream.next)) {
            deliver(pieces.values());
            stream.messages.remove(stream.next);
            stream.next++;
        }
    }

    private static boolean isWhole(NavigableMap<Long, Chunk.Data> pieces) {
        return pieces.firstEntry().getValue().beginning()
                && pieces.lastEntry().getValue().ending()
                && pieces.lastKey() - pieces.firstKey() == pieces.size() - 1;
    }

    private void deliver(Collection<Chunk.Data> pieces) {
        int length = pieces.stream().mapToInt(piece -> piece.bytes().length).sum();
        var bytes = new byte[length];
        int at = 0;
        Chunk.Data first = null;
        for (var piece : pieces) {
            first = first == null ? piece : first;
            bufferedBytes -= cost(piece);
            System.arraycopy(piece.bytes(), 0, bytes, at, piece.bytes().length);
            at += piece.bytes().length;
        }
        if (first != null) {
            whole.add(new SctpMessage(first.stream(), first.protocol(), bytes));
        }
    }

    /** What the sender has given up is not waited for (RFC 3758, 3.6). */
    void forward(long newCumulativeTsn, List<Chunk.Skipped> skipped) {
        // Pieces of unordered messages of which the rest will never come.
        var given = unordered.headMap(newCumulativeTsn, true);
        given.values().forEach(chunk -> bufferedBytes -= cost(chunk));
        given.clear();
        for (var each : skipped) {
            var stream = ordered.computeIfAbsent(each.stream(), _ -> new Stream());
            long number = stream.next + (short) (each.streamSequence() - (int) stream.next);
            if (number < stream.next) {
                continue;
            }
            // Those before it that are whole have only waited for their turn.
            for (var entry : stream.messages.headMap(number, true).entrySet()) {
                if (isWhole(entry.getValue())) {
                    deliver(entry.getValue().values());
                } else {
                    entry.getValue().values().forEach(chunk -> bufferedBytes -= cost(chunk));
                }
            }
            stream.messages.headMap(number, true).clear();
            stream.next = number + 1;
            takeOrdered(stream);
        }
    }

    /** The streams begin anew (RFC 6525, 5.2.2). */
    void reset(Collection<Integer> streams) {
        for (int number : streams) {
            var stream = ordered.remove(number);
            if (stream != null) {
                stream.messages.values().stream()
                        .flatMap(pieces -> pieces.values().stream())
                        .forEach(chunk -> bufferedBytes -= cost(chunk));
            }
        }
    }

    void resetAll() {
        reset(List.copyOf(ordered.keySet()));
    }
}
