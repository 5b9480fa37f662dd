package dev.stoa.dtls;

import java.io.IOException;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/** One handshake from its first message to its outcome, run once on a thread that may wait. */
final class HandshakeAttempt implements Runnable {
    /** RFC 6347, 4.2.4.1 would begin with a second; round trips are known to be short when ICE has been through. */
    static final int RESEND_MILLIS = 100;

    /** Ends a handshake whose engine was forgotten; the engine itself gives up much earlier. */
    static final int LONGEST_MILLIS = 60_000;

    sealed interface Outcome {
        record Succeeded(DTLSTransport records, @Nullable DtlsSrtpKeys keys) implements Outcome {}

        record Broken(DtlsFailure failure, String detail) implements Outcome {}
    }

    private final DtlsRole role;
    private final DtlsCertificate certificate;
    private final List<Fingerprint> fingerprints;
    private final List<Integer> profiles;
    private final AttemptTransport transport;
    private final Runnable wakeUp;
    private boolean wrongFingerprint;
    private @Nullable Integer profile;
    private @Nullable DtlsSrtpKeys keys;
    private volatile boolean closeNotified;
    private volatile @Nullable Outcome outcome;

    HandshakeAttempt(
            DtlsRole role,
            DtlsCertificate certificate,
            List<Fingerprint> fingerprints,
            List<Integer> profiles,
            Runnable wakeUp) {
        this.role = role;
        this.certificate = certificate;
        this.fingerprints = fingerprints;
        this.profiles = profiles;
        this.wakeUp = wakeUp;
        this.transport = new AttemptTransport(wakeUp);
    }

    AttemptTransport transport() {
        return transport;
    }

    /** Null while it runs. */
    @Nullable Outcome outcome() {
        return outcome;
    }

    /** Whether the other side has said that it leaves. */
    boolean isCloseNotified() {
        return closeNotified;
    }

    @Override
    public void run() {
        Outcome result = new Outcome.Broken(DtlsFailure.HANDSHAKE_FAILED, "the handshake's thread died");
        try {
            var records = switch (role) {
                case CLIENT -> new DTLSClientProtocol().connect(new ClientPeer(this), transport);
                case SERVER -> new DTLSServerProtocol().accept(new ServerPeer(this), transport);
            };
            result = new Outcome.Succeeded(records, keys);
        } catch (TlsFatalAlertReceived e) {
            result = new Outcome.Broken(DtlsFailure.ALERTED, AlertDescription.getText(e.getAlertDescription()));
        } catch (IOException | RuntimeException e) {
            var failure = wrongFingerprint ? DtlsFailure.WRONG_FINGERPRINT : DtlsFailure.HANDSHAKE_FAILED;
            result = new Outcome.Broken(failure, String.valueOf(e.getMessage()));
        } finally {
            transport.handOver();
            outcome = result;
            wakeUp.run();
        }
    }

    // What follows is called by the two peers, on the handshake's thread.

    DtlsCertificate certificate() {
        return certificate;
    }

    List<Integer> profiles() {
        return profiles;
    }

    void selectProfile(int selected) {
        profile = selected;
    }

    /** RFC 8122, 6.2 and RFC 8827, 6.5: one of the announced fingerprints has to be the certificate's. */
    void verify(Certificate chain) throws IOException {
        if (chain != null && !chain.isEmpty()) {
            var peer = chain.getCertificateAt(0).getEncoded();
            if (fingerprints.stream().anyMatch(fingerprint -> fingerprint.matches(peer))) {
                return;
            }
        }
        wrongFingerprint = true;
        throw new TlsFatalAlert(AlertDescription.bad_certificate, "the certificate has none of the fingerprints");
    }

    void export(TlsContext context) {
        if (profile != null) {
            int length = DtlsSrtpKeys.exportedLength(profile);
            keys = DtlsSrtpKeys.of(profile, context.exportKeyingMaterial(DtlsSrtpKeys.LABEL, null, length));
        }
    }

    void handleAlert(short description) {
        if (description == AlertDescription.close_notify) {
            closeNotified = true;
        }
    }
}
