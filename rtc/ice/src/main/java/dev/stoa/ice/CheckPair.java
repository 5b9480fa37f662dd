package dev.stoa.ice;

import dev.stoa.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** A pair of the check list (RFC 8445, 6.1.2). Known by its base and destination: whatever is sent depends on these alone. */
final class CheckPair {
    /** RFC 8445, 6.1.2.6. */
    enum State {
        FROZEN,
        WAITING,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED
    }

    final LocalBase base;
    final TransportAddress destination;
    final String foundation;
    Candidate local;
    Candidate remote;
    State state = State.FROZEN;
    long priority;

    /** The check under way, when IN_PROGRESS. */
    @Nullable Transaction check;

    /** Whether a valid check of the other side's came over it. */
    boolean checkedByRemote;

    /** Counts the other side's nominations, so that the latest wins whatever the order of our answers; 0 for none. */
    long nomination;

    CheckPair(LocalBase base, Candidate local, TransportAddress destination, Candidate remote, IceRole role) {
        this.base = base;
        this.local = local;
        this.destination = destination;
        this.foundation = local.foundation() + ":" + remote.foundation();
        this.remote = remote;
        this.priority = priority(role, local.priority(), remote.priority());
    }

    boolean is(LocalBase otherBase, TransportAddress otherDestination) {
        return base.equals(otherBase) && destination.equals(otherDestination);
    }

    boolean isUnfinished() {
        return state == State.FROZEN || state == State.WAITING || state == State.IN_PROGRESS;
    }

    boolean isValidated() {
        return checkedByRemote || state == State.SUCCEEDED;
    }

    CandidatePair toCandidatePair() {
        return new CandidatePair(base, local, destination, remote);
    }

    /** RFC 8445, 6.1.2.3: 2^32 * min(G, D) + 2 * max(G, D) + (G > D), G being the controlling side's candidate. */
    static long priority(IceRole role, long local, long remote) {
        long controlling = role == IceRole.CONTROLLING ? local : remote;
        long controlled = role == IceRole.CONTROLLING ? remote : local;
        return (Math.min(controlling, controlled) << 32)
                + 2 * Math.max(controlling, controlled)
                + (controlling > controlled ? 1 : 0);
    }

    @Override
    public String toString() {
        return base.address() + " -> " + destination + " " + state;
    }
}
