package dev.stoa.ice;

import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The local candidates with their bases; they outlive a restart. */
final class LocalCandidates {
    record Local(Candidate candidate, LocalBase base) {}

    private final List<Local> all = new ArrayList<>();

    List<Local> all() {
        return all;
    }

    /** False when it is known. */
    boolean add(Local local) {
        return !all.contains(local) && all.add(local);
    }

    void remove(LocalBase base) {
        all.removeIf(local -> local.base.equals(base));
    }

    boolean has(LocalBase base, TransportAddress address) {
        return find(base, address) != null;
    }

    /** The first candidate of a socket, or of the socket that a connection belongs to: most often its host candidate. */
    @Nullable Candidate of(LocalBase base) {
        for (var local : all) {
            if (base.belongsTo(local.base)) {
                return local.candidate;
            }
        }
        return null;
    }

    /** The local candidate of a pair that works is the one the other side saw (RFC 8445, 7.2.5.3.1 and 7.2.5.3.2). */
    Candidate seenAs(TransportAddress mapped, CheckPair pair) {
        if (mapped.equals(pair.local.address()) || pair.base.transport() == Transport.TCP) {
            return pair.local;
        }
        var known = find(pair.base, mapped);
        return known != null ? known : PeerReflexive.local(mapped, pair.base, pair.local);
    }

    private @Nullable Candidate find(LocalBase base, TransportAddress address) {
        for (var local : all) {
            if (local.base.equals(base) && address.equals(local.candidate.address())) {
                return local.candidate;
            }
        }
        return null;
    }
}
