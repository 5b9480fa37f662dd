package dev.stoa.ice;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What belongs to one pair of credentials: from the start, or a restart, to the next restart (RFC 8445, 9). */
final class Generation {
    private final LocalKey local;
    private final List<Candidate> remotes = new ArrayList<>();
    final CheckList checks = new CheckList();
    private @Nullable IceCredentials remote;
    private @Nullable IntegrityKey remoteKey;
    boolean remotesEnded;

    /** When checks could begin; until 39.5 s later they have not failed (RFC 8863). */
    long beganNanos = Long.MAX_VALUE;

    /** When the first pair succeeded. */
    long firstValidNanos = Long.MAX_VALUE;

    @Nullable CheckPair selected;

    /** The nomination that selected it; see {@link CheckPair#nomination}. */
    long selectedNomination;

    /** Our own nomination under way. */
    @Nullable CheckPair nominating;

    Generation(IceCredentials local) {
        this.local = LocalKey.of(local);
    }

    LocalKey local() {
        return local;
    }

    @Nullable IceCredentials remote() {
        return remote;
    }

    @Nullable IntegrityKey remoteKey() {
        return remoteKey;
    }

    void setRemote(IceCredentials credentials) {
        remote = credentials;
        remoteKey = IntegrityKey.shortTerm(credentials.pwd());
    }

    List<Candidate> remotes() {
        return remotes;
    }

    @Nullable Candidate remoteAt(TransportAddress address, Transport transport) {
        for (var candidate : remotes) {
            if (candidate.transport() == transport && address.equals(candidate.address())) {
                return candidate;
            }
        }
        return null;
    }

    /** Keeps room for a candidate told by the other side or seen in a check; false when there is none. */
    boolean makeRoom() {
        if (remotes.size() < FullIceAgent.MAX_REMOTE_CANDIDATES) {
            return true;
        }
        // A peer whose translator gives it new ports for hours: the oldest of those is the one to forget.
        for (var candidate : remotes) {
            boolean inUse = selected != null && selected.remote.equals(candidate);
            if (candidate.type() == CandidateType.PEER_REFLEXIVE && !inUse) {
                remotes.remove(candidate);
                checks.removeRemote(candidate);
                return true;
            }
        }
        return false;
    }
}
