package dev.stoa.sdp;

import java.util.List;
import java.util.Optional;

/**
 * What a description of our own says of our side of the session.
 *
 * @param iceLite whether we are ICE-lite (RFC 8445, 2.5)
 * @param iceOptions {@code trickle}, {@code ice2}
 * @param candidates the values of the candidate lines, without the attribute's name
 * @param endOfCandidates whether no more will come
 * @param role {@link Setup#ACTIVE} or {@link Setup#PASSIVE}: which one an answer takes when the offer leaves the choice.
 *     An offer of ours always leaves it (RFC 8842, 5.2)
 */
public record LocalParameters(
        Origin origin,
        String iceUfrag,
        String icePwd,
        List<Fingerprint> fingerprints,
        boolean iceLite,
        List<String> iceOptions,
        List<String> candidates,
        boolean endOfCandidates,
        Setup role) {
    public LocalParameters {
        if (role != Setup.ACTIVE && role != Setup.PASSIVE) {
            throw new IllegalArgumentException("an answer is active or passive, not " + role);
        }
        if (fingerprints.isEmpty()) {
            throw new IllegalArgumentException("no fingerprint");
        }
        fingerprints = List.copyOf(fingerprints);
        iceOptions = List.copyOf(iceOptions);
        candidates = List.copyOf(candidates);
    }

    /** A server's: ICE-lite, DTLS-passive, all candidates known. */
    public static LocalParameters server(
            Origin origin, String iceUfrag, String icePwd, Fingerprint fingerprint, List<String> candidates) {
        return new LocalParameters(
                origin,
                iceUfrag,
                icePwd,
                List.of(fingerprint),
                true,
                List.of("ice2", "trickle"),
                candidates,
                true,
                Setup.PASSIVE);
    }

    /** A peer's: full ICE, candidates trickled, DTLS client when it answers (RFC 8842, 5.3). */
    public static LocalParameters peer(Origin origin, String iceUfrag, String icePwd, Fingerprint fingerprint) {
        return new LocalParameters(
                origin,
                iceUfrag,
                icePwd,
                List.of(fingerprint),
                false,
                List.of("ice2", "trickle"),
                List.of(),
                false,
                Setup.ACTIVE);
    }

    TransportDescription transport(Setup setup) {
        return new TransportDescription(
                Optional.of(iceUfrag),
                Optional.of(icePwd),
                iceOptions,
                fingerprints,
                Optional.of(setup),
                Optional.empty());
    }
}
