package dev.stoa.load;

import dev.stoa.dtls.Fingerprint;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.IceCredentials;
import java.util.List;

/** What the server's description says of its transport. */
record RemoteDescription(
        IceCredentials credentials, boolean iceLite, Fingerprint fingerprint, List<Candidate> candidates) {
    RemoteDescription {
        candidates = List.copyOf(candidates);
    }
}
