package dev.stoa.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * A self-signed certificate on P-256 with its key (RFC 8827, 6.5). One may serve any number of engines and threads; a client
 * that wants not to be recognised makes one per connection.
 */
public final class DtlsCertificate {
    /** The only way it signs: P-256 with SHA-256, which every WebRTC endpoint has to know. */
    static final SignatureAndHashAlgorithm SIGNATURE =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

    /** How the other side may sign. Not by RSA-PSS: the library asks for it by a name that the JDK does not have. */
    private static final List<SignatureAndHashAlgorithm> ACCEPTED = List.of(
            SIGNATURE,
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha384, SignatureAlgorithm.ecdsa),
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha512, SignatureAlgorithm.ecdsa),
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.rsa),
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha384, SignatureAlgorithm.rsa),
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha512, SignatureAlgorithm.rsa));

    private final byte[] der;
    private final PrivateKey key;
    private final JcaTlsCrypto crypto;

    private DtlsCertificate(byte[] der, PrivateKey key, JcaTlsCrypto crypto) {
        this.der = der;
        this.key = key;
        this.crypto = crypto;
    }

    /** Makes one; its random numbers serve the handshakes too. Takes some milliseconds. */
    public static DtlsCertificate generate(SecureRandom random, Instant notBefore, Duration validity) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            var pair = generator.generateKeyPair();
            var name = new X500Name("CN=Stoa");
            var certificate = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(127, random).setBit(126),
                            Date.from(notBefore),
                            Date.from(notBefore.plus(validity)),
                            name,
                            pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .setSecureRandom(random)
                            .build(pair.getPrivate()));
            // Without a provider named, the JDK's are used: Bouncy Castle's own takes seven times as long per record.
            var crypto = new JcaTlsCryptoProvider().create(random);
            return new DtlsCertificate(certificate.getEncoded(), pair.getPrivate(), crypto);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("the JDK has no P-256", e);
        }
    }

    /** @param hash {@code sha-256}, {@code sha-384} or {@code sha-512} */
    public Fingerprint fingerprint(String hash) {
        return Fingerprint.of(hash, der);
    }

    /** The certificate in DER. */
    public byte[] encoded() {
        return der.clone();
    }

    /** In the library's collection. */
    @SuppressWarnings("JdkObsolete")
    static Vector<SignatureAndHashAlgorithm> acceptedSignatures() {
        return new Vector<>(ACCEPTED);
    }

    JcaTlsCrypto crypto() {
        return crypto;
    }

    TlsCredentialedSigner signer(TlsCryptoParameters parameters) throws IOException {
        var chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(der)});
        return new JcaDefaultTlsCredentialedSigner(parameters, crypto, key, chain, SIGNATURE);
    }
}
