package dev.stoa.sdp;

import java.util.List;
import java.util.Optional;

/**
 * What a description says about ICE and DTLS, at session level as a default or in one m-section (RFC 8839, 5; RFC 8842, 4).
 *
 * @param iceOptions {@code trickle}, {@code ice2}, …
 * @param tlsId changes when a new DTLS association is wanted (RFC 8842, 4)
 */
public record TransportDescription(
        Optional<String> iceUfrag,
        Optional<String> icePwd,
        List<String> iceOptions,
        List<Fingerprint> fingerprints,
        Optional<Setup> setup,
        Optional<String> tlsId) {
    public static final TransportDescription EMPTY = new TransportDescription(
            Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty());

    public TransportDescription {
        iceOptions = List.copyOf(iceOptions);
        fingerprints = List.copyOf(fingerprints);
    }

    /**
     * This, with what it leaves open taken from {@code fallback}. User name fragment and password go together, and the
     * fingerprints are one set: an m-section's replace those of the session (RFC 8839, 5.4; RFC 8122, 5).
     */
    public TransportDescription orElse(TransportDescription fallback) {
        boolean ownIce = iceUfrag.isPresent() && icePwd.isPresent();
        return new TransportDescription(
                ownIce ? iceUfrag : fallback.iceUfrag,
                ownIce ? icePwd : fallback.icePwd,
                iceOptions.isEmpty() ? fallback.iceOptions : iceOptions,
                fingerprints.isEmpty() ? fallback.fingerprints : fingerprints,
                setup.isPresent() ? setup : fallback.setup,
                tlsId.isPresent() ? tlsId : fallback.tlsId);
    }
}
