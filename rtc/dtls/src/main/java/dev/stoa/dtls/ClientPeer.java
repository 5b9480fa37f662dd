package dev.stoa.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.jspecify.annotations.Nullable;

/** What the DTLS client offers. The raw collections are the library's. */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"})
final class ClientPeer extends DefaultTlsClient {
    private final HandshakeAttempt attempt;

    ClientPeer(HandshakeAttempt attempt) {
        super(attempt.certificate().crypto());
        this.attempt = attempt;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    /** Servers with RSA certificates exist; all ciphers are AES-GCM. */
    @Override
    protected int[] getSupportedCipherSuites() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        };
    }

    @Override
    protected Vector getSupportedSignatureAlgorithms() {
        return DtlsCertificate.acceptedSignatures();
    }

    @Override
    protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
        return null;
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
        var extensions = super.getClientExtensions();
        var profiles = attempt.profiles();
        if (!profiles.isEmpty()) {
            int[] ids = profiles.stream().mapToInt(Integer::intValue).toArray();
            TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(ids, TlsUtils.EMPTY_BYTES));
        }
        return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        var answer = TlsSRTPUtils.getUseSRTPExtension(extensions);
        if (answer == null) {
            return;
        }
        // RFC 5764, 4.1.2 and 4.1.3: exactly one of those that were offered, and no MKI as none was offered.
        int[] selected = answer.getProtectionProfiles();
        if (selected.length != 1 || !attempt.profiles().contains(selected[0]) || answer.getMki().length != 0) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, "use_srtp was not answered properly");
        }
        attempt.selectProfile(selected[0]);
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                attempt.verify(certificate.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                Vector known = request.getSupportedSignatureAlgorithms();
                if (known != null && !known.contains(DtlsCertificate.SIGNATURE)) {
                    throw new TlsFatalAlert(
                            AlertDescription.handshake_failure, "the server does not know P-256 with SHA-256");
                }
                return attempt.certificate().signer(new TlsCryptoParameters(context));
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        attempt.export(context);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        attempt.handleAlert(description);
    }

    /** RFC 8827, 6.5. Without it the exporter is not bound to the handshake (RFC 7627). */
    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    /** Certificates are self-signed: their own signature says nothing. */
    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return HandshakeAttempt.RESEND_MILLIS;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return HandshakeAttempt.LONGEST_MILLIS;
    }
}
