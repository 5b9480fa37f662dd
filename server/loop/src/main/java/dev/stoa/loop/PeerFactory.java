package dev.stoa.loop;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsRole;
import dev.stoa.dtls.Fingerprint;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.LiteIceAgent;
import dev.stoa.srtp.SrtpCrypto;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Makes the server's side of PeerConnections: all have one certificate and one list of candidates. */
record PeerFactory(
        DtlsCertificate certificate,
        List<Candidate> candidates,
        SrtpCrypto crypto,
        Executor handshakes,
        RandomGenerator random) {
    PeerFactory {
        candidates = List.copyOf(candidates);
    }

    ServerPeer open(long nowNanos, PeerKey key, MediaRoom room, MediaLoop loop, Negotiation.Agreed agreed) {
        var ice = new LiteIceAgent(nowNanos, agreed.credentials(), candidates);
        var dtls = new DtlsEngine(
                DtlsRole.SERVER,
                certificate,
                remoteFingerprints(agreed),
                DtlsEngine.SRTP_PROFILES,
                handshakes,
                () -> loop.handleHandshake(key));
        return new ServerPeer(nowNanos, key, room, loop, ice, dtls, crypto, loop.counters(), random);
    }

    /** Those of which the hash is known here; there is one, since an offer without a strong one is refused. */
    private static List<Fingerprint> remoteFingerprints(Negotiation.Agreed agreed) {
        return agreed.session().transport().stream()
                .flatMap(transport -> transport.remoteFingerprints().stream())
                .map(announced -> Fingerprint.parse(announced.algorithm() + " " + announced.value()))
                .filter(Objects::nonNull)
                .toList();
    }
}
