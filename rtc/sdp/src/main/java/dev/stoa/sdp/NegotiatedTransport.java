package dev.stoa.sdp;

import java.util.List;

/**
 * The one transport of a session.
 *
 * @param mid the m-section that stands for it: candidates are trickled with it
 * @param localUfrag what the other side's checks are addressed to
 * @param remoteFingerprints at least one; the certificate must match one (RFC 8122, 5)
 * @param localSetup {@link Setup#ACTIVE}: we are the DTLS client, {@link Setup#PASSIVE}: the server
 * @param remoteCandidates the values of the candidate lines, as they came
 * @param remoteTrickles whether more may come
 */
public record NegotiatedTransport(
        String mid,
        String localUfrag,
        String localPwd,
        boolean localIceLite,
        String remoteUfrag,
        String remotePwd,
        boolean remoteIceLite,
        List<Fingerprint> remoteFingerprints,
        Setup localSetup,
        List<String> remoteCandidates,
        boolean remoteEndOfCandidates,
        boolean remoteTrickles) {
    public NegotiatedTransport {
        remoteFingerprints = List.copyOf(remoteFingerprints);
        remoteCandidates = List.copyOf(remoteCandidates);
    }
}
