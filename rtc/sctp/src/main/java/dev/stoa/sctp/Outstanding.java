package dev.stoa.sctp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was sent and is not acknowledged for good (RFC 9260, 6.2 and 7.2.4; RFC 3758, 3.5): which chunks are to be sent again,
 * and which are given up. TSNs here are extended, so that they only grow.
 */
final class Outstanding {
    /** After so many acknowledgements that miss it a chunk counts as lost. */
    private static final int MISSES = 3;

    private enum State {
        IN_FLIGHT,
        LOST,
        ACKNOWLEDGED,
        ABANDONED
    }

    /** A chunk that was sent. */
    private static final class Sent {
        final long tsn;
        final Chunk.Data chunk;
        final OutgoingMessage message;
        long sentNanos;
        int transmissions = 1;
        int misses;
        /** Bytes that were sent after it and have arrived before it. */
        long overtakingBytes;

        boolean sentAgainFast;
        State state = State.IN_FLIGHT;

        Sent(long tsn, Chunk.Data chunk, OutgoingMessage message, long sentNanos) {
            this.tsn = tsn;
            this.chunk = chunk;
            this.message = message;
            this.sentNanos = sentNanos;
        }
    }

    /** What an acknowledgement has told. */
    record Acknowledged(boolean isValid, boolean advanced, long bytes, boolean isLossFound, long roundTripNanos) {
        static final Acknowledged STALE = new Acknowledged(false, false, 0, false, -1);
    }

    private final TreeMap<Long, Sent> sent = new TreeMap<>();
    private final CongestionWindow window;
    private final RetransmissionTimeout timeout;
    private long cumulative;
    private long nextTsn;
    private long flightBytes;
    private int lostCount;
    private int partialCount;
    /** When the newest of what has arrived was sent. */
    private long arrivedSentNanos = Long.MIN_VALUE;

    Outstanding(int initialTsn, CongestionWindow window, RetransmissionTimeout timeout) {
        this.nextTsn = Integer.toUnsignedLong(initialTsn) + (1L << 32);
        this.cumulative = nextTsn - 1;
        this.window = window;
        this.timeout = timeout;
    }

    /** The next one that will be given. */
    long nextTsn() {
        return nextTsn;
    }

    long cumulativeTsn() {
        return cumulative;
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    /** Bytes on their way. */
    long flightBytes() {
        return flightBytes;
    }

    boolean hasLost() {
        return lostCount > 0;
    }

    boolean hasAnyOf(int stream) {
        return sent.values().stream().anyMatch(each -> each.chunk.stream() == stream);
    }

    void add(long nowNanos, Chunk.Data chunk, OutgoingMessage message) {
        sent.put(nextTsn, new Sent(nextTsn, chunk, message, nowNanos));
        nextTsn++;
        partialCount += message.isPartial() ? 1 : 0;
        flightBytes += chunk.bytes().length;
    }

    /** Takes a SACK. */
    Acknowledged handle(long nowNanos, long cumulativeTsn, int[] gaps) {
        if (cumulativeTsn < cumulative || cumulativeTsn >= nextTsn) {
            return Acknowledged.STALE;
        }
        long flightBefore = flightBytes;
        boolean advanced = cumulativeTsn > cumulative;
        long bytes = 0;
        long roundTrip = -1;
        long highestNew = -1;
        long lowestInGap = Long.MAX_VALUE;
        long bytesInGaps = 0;
        for (var first = sent.firstEntry();
                first != null && first.getKey() <= cumulativeTsn;
                first = sent.firstEntry()) {
            var each = first.getValue();
            if (each.state != State.ACKNOWLEDGED) {
                roundTrip = Math.max(roundTrip, roundTrip(nowNanos, each));
                highestNew = each.tsn;
            }
            bytes += acknowledge(nowNanos, each);
            sent.remove(first.getKey());
            partialCount -= each.message.isPartial() ? 1 : 0;
        }
        for (int i = 0; i < gaps.length; i += 2) {
            var block = sent.subMap(cumulativeTsn + gaps[i], true, cumulativeTsn + gaps[i + 1], true);
            for (var each : block.values()) {
                if (each.state != State.ACKNOWLEDGED && each.state != State.ABANDONED) {
                    roundTrip = Math.max(roundTrip, roundTrip(nowNanos, each));
                    highestNew = each.tsn;
                    lowestInGap = Math.min(lowestInGap, each.tsn);
                    bytesInGaps += each.chunk.bytes().length;
                    bytes += acknowledge(nowNanos, each);
                }
            }
        }
        cumulative = cumulativeTsn;
        if (roundTrip >= 0) {
            timeout.measure(roundTrip);
        }
        boolean missed = countMisses(highestNew, lowestInGap, bytesInGaps);
        boolean lossFound = findOvertaken() || missed;
        if (advanced) {
            window.acknowledge(cumulative, bytes, flightBefore);
        }
        if (lossFound) {
            window.shrink(nextTsn - 1);
        }
        if (sent.isEmpty()) {
            window.drain();
        }
        return new Acknowledged(true, advanced, bytes, lossFound, roundTrip);
    }

    /** Of one that was sent once: else nobody knows which of them this answers (Karn; RFC 9260, 6.3.1, C5). */
    private static long roundTrip(long nowNanos, Sent each) {
        return each.transmissions == 1 ? nowNanos - each.sentNanos : -1;
    }

    private long acknowledge(long nowNanos, Sent each) {
        // One that was sent again may have arrived by its first copy: it has when that was quicker than the path.
        if (each.transmissions == 1 || nowNanos - each.sentNanos >= timeout.roundTripNanos() / 2) {
            arrivedSentNanos = Math.max(arrivedSentNanos, each.sentNanos);
        }
        long bytes = each.state == State.ACKNOWLEDGED || each.state == State.ABANDONED ? 0 : each.chunk.bytes().length;
        leave(each, State.ACKNOWLEDGED);
        return bytes;
    }

    /** It goes from in flight or lost to another state. */
    private void leave(Sent each, State next) {
        if (each.state == State.IN_FLIGHT) {
            flightBytes -= each.chunk.bytes().length;
        } else if (each.state == State.LOST) {
            lostCount--;
        }
        each.state = next;
        if (next == State.LOST) {
            lostCount++;
        }
    }

    /**
     * Those below the highest that was newly acknowledged were overtaken (7.2.4: highest TSN newly acknowledged). Where few
     * acknowledgements come, for the window is small, more than two packets that overtook it count as well (as RFC 6675, 4,
     * IsLost, for TCP).
     */
    private boolean countMisses(long highestNew, long lowestInGap, long bytesInGaps) {
        boolean found = false;
        for (var each : sent.headMap(Math.max(highestNew, 0), false).values()) {
            if (each.state != State.IN_FLIGHT) {
                continue;
            }
            each.misses++;
            each.overtakingBytes += each.tsn < lowestInGap ? bytesInGaps : 0;
            boolean isMissing = each.misses >= MISSES || each.overtakingBytes > 2L * window.packetBytes();
            if (isMissing && !each.sentAgainFast) {
                each.sentAgainFast = true;
                leave(each, State.LOST);
                found = true;
            }
        }
        return found;
    }

    /**
     * What was sent well before something that has arrived is lost, the copies that were sent again too (as RFC 8985 has it
     * for TCP). Without this each copy that is lost waits for the timer.
     */
    private boolean findOvertaken() {
        if (arrivedSentNanos == Long.MIN_VALUE) {
            return false;
        }
        boolean found = false;
        long before = arrivedSentNanos - timeout.reorderingNanos();
        for (var each : sent.values()) {
            if (each.state == State.IN_FLIGHT && each.sentNanos < before) {
                each.sentAgainFast = true;
                leave(each, State.LOST);
                found = true;
            } else if (each.transmissions == 1 && each.sentNanos >= before) {
                return found; // and so was all that follows
            }
        }
        return found;
    }

    /**
     * Nothing has been heard for a while: sends the last chunk once more, for the answer tells which of the others are
     * missing (RFC 8985, 7).
     *
     * @return whether there is one; a lone packet is not, whose acknowledgement may be delayed, nor is one that may not be
     *     sent again
     */
    boolean probe() {
        if (sent.size() < 3) {
            return false;
        }
        for (var each : sent.descendingMap().values()) {
            if (each.state == State.IN_FLIGHT) {
                if (each.message.isPartial()) {
                    return false;
                }
                leave(each, State.LOST);
                each.misses = 0;
                return true;
            }
        }
        return false;
    }

    /**
     * The timer has run out: all that is out counts as lost (6.3.3). What a gap block acknowledged does not: none of WebRTC's
     * implementations takes that back.
     */
    void handleTimeout() {
        for (var each : sent.values()) {
            if (each.state == State.IN_FLIGHT) {
                leave(each, State.LOST);
                each.misses = 0;
                each.sentAgainFast = false;
            }
        }
    }

    /** The first lost chunk of at most {@code room} bytes with its header, which is out again; null when there is none. */
    Chunk.@Nullable Data takeLost(long nowNanos, int room) {
        if (lostCount == 0) {
            return null;
        }
        for (var each : sent.values()) {
            if (each.state == State.LOST) {
                if (PacketReader.padded(each.chunk.bytes().length) + Chunk.Data.HEADER_LENGTH > room) {
                    return null;
                }
                leave(each, State.IN_FLIGHT);
                flightBytes += each.chunk.bytes().length;
                each.transmissions++;
                each.misses = 0;
                each.sentNanos = nowNanos;
                return each.chunk;
            }
        }
        return null;
    }

    /**
     * Gives up the messages whose time or number of retransmissions is over.
     *
     * @return those, of which no more is to be sent
     */
    List<OutgoingMessage> abandon(long nowNanos) {
        if (partialCount == 0) {
            return List.of();
        }
        List<OutgoingMessage> given = List.of();
        for (var each : sent.values()) {
            boolean isOpen = each.state == State.IN_FLIGHT || each.state == State.LOST;
            int transmissions = each.state == State.LOST ? each.transmissions : each.transmissions - 1;
            if (isOpen && !each.message.isAbandoned() && each.message.isToBeAbandoned(nowNanos, transmissions)) {
                each.message.abandon();
                given = given.isEmpty() ? new ArrayList<>() : given;
                given.add(each.message);
            }
        }
        if (!given.isEmpty()) {
            for (var each : sent.values()) {
                if (each.message.isAbandoned() && each.state != State.ABANDONED) {
                    leave(each, State.ABANDONED);
                }
            }
        }
        return given;
    }

    /**
     * What the other side need not wait for (RFC 3758, 3.5, C1 to C3), or null when that is nothing.
     *
     * @param maxSkipped how many streams there is room for
     */
    Chunk.@Nullable ForwardTsn forward(int maxSkipped) {
        long point = cumulative;
        Map<Integer, Integer> last = new HashMap<>();
        for (var each : sent.values()) {
            if (each.tsn != point + 1 || each.state != State.ABANDONED) {
                break;
            }
            if (each.message.isOrdered()) {
                if (last.size() == maxSkipped && !last.containsKey(each.chunk.stream())) {
                    break;
                }
                last.put(each.chunk.stream(), each.chunk.streamSequence());
            }
            point = each.tsn;
        }
        if (point == cumulative) {
            return null;
        }
        return new Chunk.ForwardTsn(
                (int) point,
                last.entrySet().stream()
                        .map(entry -> new Chunk.Skipped(entry.getKey(), entry.getValue()))
                        .toList());
    }
}
