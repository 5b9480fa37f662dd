package dev.stoa.ice;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Messages that wait for {@code pollTransmit}, which writes them into the caller's datagram. */
final class Outbox {
    /** An owner that polls after each call never has more than a few. */
    static final int CAPACITY = 128;

    sealed interface Outgoing {
        LocalBase base();

        TransportAddress destination();

        TransactionId id();
    }

    /** The answer to a valid check: whence it came, authenticated with the password it was made with. */
    record Success(LocalBase base, TransportAddress destination, TransactionId id, IntegrityKey key)
            implements Outgoing {}

    /** @param unknown the attributes of a 420 */
    record Refusal(
            LocalBase base,
            TransportAddress destination,
            TransactionId id,
            IntegrityKey key,
            int errorCode,
            List<Integer> unknown)
            implements Outgoing {}

    /** A connectivity check (RFC 8445, 7.2.2). */
    record Check(
            LocalBase base,
            TransportAddress destination,
            TransactionId id,
            IntegrityKey key,
            String username,
            long priority,
            IceRole role,
            long tieBreaker,
            boolean useCandidate)
            implements Outgoing {}

    /** A question to a STUN server: what is my address? */
    record Question(LocalBase base, TransportAddress destination, TransactionId id) implements Outgoing {}

    private final Queue<Outgoing> queue = new ArrayDeque<>();
    private final IceStatistics statistics;

    Outbox(IceStatistics statistics) {
        this.statistics = statistics;
    }

    void add(Outgoing outgoing) {
        if (queue.size() >= CAPACITY) {
            statistics.droppedTransmits++;
            return;
        }
        queue.add(outgoing);
    }

    void clear() {
        queue.clear();
    }

    @Nullable Transmit poll(Datagram target) {
        var outgoing = queue.poll();
        if (outgoing == null) {
            return null;
        }
        write(outgoing, target);
        return new Transmit(outgoing.base(), outgoing.destination());
    }

    private static void write(Outgoing outgoing, Datagram target) {
        switch (outgoing) {
            case Success(var _, var destination, var id, var key) ->
                new StunWriter(target, StunClass.SUCCESS, StunMethod.BINDING, id)
                        .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, destination)
                        .integrity(key)
                        .fingerprint();
            case Refusal refusal -> {
                var writer = new StunWriter(target, StunClass.ERROR, StunMethod.BINDING, refusal.id)
                        .errorCode(refusal.errorCode);
                if (!refusal.unknown.isEmpty()) {
                    writer.unknownAttributes(
                            refusal.unknown.stream().mapToInt(Integer::intValue).toArray());
                }
                writer.integrity(refusal.key).fingerprint();
            }
            case Check check -> {
                var writer = new StunWriter(target, StunClass.REQUEST, StunMethod.BINDING, check.id)
                        .username(check.username)
                        .u32(StunAttribute.PRIORITY, check.priority)
                        .i64(
                                check.role == IceRole.CONTROLLING
                                        ? StunAttribute.ICE_CONTROLLING
                                        : StunAttribute.ICE_CONTROLLED,
                                check.tieBreaker);
                if (check.useCandidate) {
                    writer.flag(StunAttribute.USE_CANDIDATE);
                }
                writer.integrity(check.key).fingerprint();
            }
            case Question(var _, var _, var id) ->
                new StunWriter(target, StunClass.REQUEST, StunMethod.BINDING, id).fingerprint();
        }
    }
}
