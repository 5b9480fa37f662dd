package dev.stoa.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;

/** What the DTLS server agrees to. The raw collections are the library's. */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"})
final class ServerPeer extends DefaultTlsServer {
    /** Of the client's groups the first of these; more the JDK does not have. */
    private static final int[] GROUPS = {
        NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1, NamedGroup.secp521r1
    };

    private final HandshakeAttempt attempt;
    private int profile;

    ServerPeer(HandshakeAttempt attempt) {
        super(attempt.certificate().crypto());
        this.attempt = attempt;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        };
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    protected int selectECDH(int minimumCurveBits) {
        int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        if (offered == null) {
            return NamedGroup.secp256r1;
        }
        for (int group : offered) {
            for (int known : GROUPS) {
                if (group == known && NamedGroup.getCurveBits(group) >= minimumCurveBits) {
                    return group;
                }
            }
        }
        return -1;
    }

    @Override
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        var offer = TlsSRTPUtils.getUseSRTPExtension(extensions);
        profile = offer == null ? 0 : common(offer.getProtectionProfiles());
    }

    /** The best for us of those the client has, 0 when there is none: then there will be no SRTP (RFC 5764, 4.1.2). */
    private int common(int[] offered) {
        for (int ours : attempt.profiles()) {
            for (int theirs : offered) {
                if (ours == theirs) {
                    return ours;
                }
            }
        }
        return 0;
    }

    @Override
    public Hashtable getServerExtensions() throws IOException {
        var extensions = super.getServerExtensions();
        if (profile != 0) {
            TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(new int[] {profile}, TlsUtils.EMPTY_BYTES));
            attempt.selectProfile(profile);
        }
        return extensions;
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
        return new CertificateRequest(types, DtlsCertificate.acceptedSignatures(), null);
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
        Vector known = context.getSecurityParametersHandshake().getClientSigAlgs();
        if (known != null && !known.contains(DtlsCertificate.SIGNATURE)) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "the client does not know P-256 with SHA-256");
        }
        return attempt.certificate().signer(new TlsCryptoParameters(context));
    }

    @Override
    public void notifyClientCertificate(Certificate chain) throws IOException {
        attempt.verify(chain);
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
