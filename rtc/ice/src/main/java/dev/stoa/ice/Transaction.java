package dev.stoa.ice;

import dev.stoa.stun.TransactionId;
import dev.stoa.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** A request whose answer is awaited, with its retransmissions (RFC 8489, 6.2.1). */
final class Transaction {
    enum Kind {
        CHECK,
        /** A check with USE-CANDIDATE, of a pair that has succeeded. */
        NOMINATION,
        /** RFC 7675, 5.1: sent once, the next one is another transaction. */
        CONSENT,
        /** To a STUN server, without integrity. */
        QUESTION
    }

    /** How long an answer is awaited in all: RFC 8489, 6.2.2, and the sum of the waits of 6.2.1 at the smallest RTO. */
    static final long TIMEOUT_NANOS = 39_500_000_000L;

    /**
     * The longest wait between two sends. With RFC 8489's doubling without end a check is sent but seven times in 39.5 s,
     * and at a loss of 20 % each way one in thousand would fail on a path that works.
     */
    private static final long MAX_WAIT_NANOS = 2_000_000_000L;

    /** A slower answer says little about the path. */
    private static final long CONSENT_TIMEOUT_NANOS = 5_000_000_000L;

    final TransactionId id;
    final Kind kind;
    final LocalBase base;
    final TransportAddress destination;
    final @Nullable Generation generation;
    final @Nullable CheckPair pair;
    final IceRole role;
    private final long tieBreaker;
    private final long sentNanos;
    private final long endNanos;
    private boolean sentAgain;
    private long waitNanos;
    private long resendNanos;

    /** @param rtoNanos until the first retransmission; the waits after it are twice as long each, up to two seconds */
    Transaction(
            TransactionId id,
            Kind kind,
            LocalBase base,
            TransportAddress destination,
            @Nullable Generation generation,
            @Nullable CheckPair pair,
            IceRole role,
            long tieBreaker,
            long nowNanos,
            long rtoNanos) {
        this.id = id;
        this.kind = kind;
        this.base = base;
        this.destination = destination;
        this.generation = generation;
        this.pair = pair;
        this.role = role;
        this.tieBreaker = tieBreaker;
        this.sentNanos = nowNanos;
        this.waitNanos = rtoNanos;
        boolean once = kind == Kind.CONSENT || base.transport() == Transport.TCP;
        this.resendNanos = once ? Long.MAX_VALUE : nowNanos + rtoNanos;
        this.endNanos = nowNanos + (kind == Kind.CONSENT ? CONSENT_TIMEOUT_NANOS : TIMEOUT_NANOS);
    }

    long nextNanos() {
        return Math.min(resendNanos, endNanos);
    }

    boolean isOver(long nowNanos) {
        return nowNanos >= endNanos;
    }

    /** Whether it is to be sent again now. */
    boolean resend(long nowNanos) {
        if (nowNanos < resendNanos) {
            return false;
        }
        sentAgain = true;
        waitNanos = Math.max(waitNanos, Math.min(2 * waitNanos, MAX_WAIT_NANOS));
        resendNanos = nowNanos + waitNanos;
        return true;
    }

    /** How long its answer took, -1 when nobody knows which of several requests it answers. */
    long roundTripNanos(long nowNanos) {
        return sentAgain ? -1 : nowNanos - sentNanos;
    }

    /** No more retransmissions, but an answer still counts (RFC 8445, 7.3.1.4). */
    void cancel() {
        resendNanos = Long.MAX_VALUE;
    }

    /** The same bytes as before, whatever the role has become since (RFC 8489, 6.2.1). */
    Outbox.@Nullable Outgoing outgoing() {
        if (generation == null || pair == null) {
            return new Outbox.Question(base, destination, id);
        }
        var remote = generation.remote();
        var key = generation.remoteKey();
        if (remote == null || key == null) {
            return null;
        }
        var username = remote.ufrag() + ":" + generation.local().credentials().ufrag();
        // A question of consent nominates too: a new address that a translator gave us is followed at once.
        boolean useCandidate = kind == Kind.NOMINATION || (kind == Kind.CONSENT && role == IceRole.CONTROLLING);
        return new Outbox.Check(
                base,
                destination,
                id,
                key,
                username,
                pair.local.peerReflexivePriority(),
                role,
                tieBreaker,
                useCandidate);
    }
}
