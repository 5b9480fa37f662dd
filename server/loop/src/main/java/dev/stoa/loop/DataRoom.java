package dev.stoa.loop;

import dev.stoa.sctp.DataChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The data of a room: what a participant sends by a channel goes to all others, or to the one it is for, by a channel of the
 * same label, protocol and reliability. Who sent it is what the association says, never the message.
 *
 * <p>Calling contract: one thread at a time. It asks for no time and opens no socket; what it makes a {@link PeerData} send,
 * that one says it has.
 */
final class DataRoom {
    private final MediaCounters counters;
    /** Those whose association is there and has a path, in the order in which they came. */
    private final Map<String, PeerData> reachable = new LinkedHashMap<>();

    DataRoom(MediaCounters counters) {
        this.counters = counters;
    }

    /** Data reaches the participant from now on: the others are told, and it is told who they are. */
    void join(long nowNanos, PeerData newcomer) {
        if (reachable.get(newcomer.participant()) == newcomer) {
            return;
        }
        var here = presence(DataEnvelope.Kind.REACHABLE, newcomer);
        for (var other : reachable.values()) {
            if (!other.participant().equals(newcomer.participant())) {
                other.tell(nowNanos, here);
                newcomer.tell(nowNanos, presence(DataEnvelope.Kind.REACHABLE, other));
            }
        }
        reachable.put(newcomer.participant(), newcomer);
    }

    /** It reaches the participant no more. */
    void leave(long nowNanos, PeerData gone) {
        if (!reachable.remove(gone.participant(), gone)) {
            return;
        }
        var message = presence(DataEnvelope.Kind.UNREACHABLE, gone);
        reachable.values().forEach(other -> other.tell(nowNanos, message));
    }

    private static byte[] presence(DataEnvelope.Kind kind, PeerData of) {
        return new DataEnvelope(kind, of.participant(), new byte[0]).write();
    }

    /** Hands on what {@code sender} sent by {@code channel}. */
    void relay(long nowNanos, PeerData sender, DataChannel channel, byte[] message) {
        var envelope = DataEnvelope.read(message);
        if (envelope == null) {
            counters.add(MediaCounters.Kind.DATA_MALFORMED);
            sender.tell(nowNanos, channel, DataProblem.MALFORMED);
            return;
        }
        if (envelope.payload().length > DataEnvelope.MAX_PAYLOAD_BYTES) {
            counters.add(MediaCounters.Kind.DATA_MALFORMED);
            sender.tell(nowNanos, channel, DataProblem.TOO_LARGE);
            return;
        }
        boolean isForAll = envelope.participant().isEmpty();
        var one = reachable.get(envelope.participant());
        int receivers = isForAll ? Math.max(0, reachable.size() - 1) : 1;
        if (!sender.mayPass(nowNanos, (long) receivers * message.length)) {
            counters.add(MediaCounters.Kind.DATA_LIMITED);
            sender.tell(nowNanos, channel, DataProblem.LIMITED);
            return;
        }
        var out = new DataEnvelope(envelope.kind(), sender.participant(), envelope.payload()).write();
        if (isForAll) {
            for (var receiver : reachable.values()) {
                if (receiver != sender) {
                    receiver.deliver(nowNanos, channel, out);
                }
            }
        } else if (one == null || one == sender) {
            sender.tell(nowNanos, channel, DataProblem.UNREACHABLE);
            return;
        } else {
            one.deliver(nowNanos, channel, out);
        }
        counters.add(MediaCounters.Kind.DATA_RELAYED);
    }
}
