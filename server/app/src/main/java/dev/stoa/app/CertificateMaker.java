package dev.stoa.app;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes the local CA and the certificates it signs (RFC 5280). The only class of the start that needs Bouncy Castle; it
 * is loaded when there is something to make. Keys and signatures are the JDK's own.
 */
final class CertificateMaker {
    static final Duration CA_LIFETIME = Duration.ofDays(3650);

    /** Browsers refuse server certificates that live longer. */
    static final Duration LEAF_LIFETIME = Duration.ofDays(397);

    /** Other machines' clocks may be behind. */
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final SecureRandom random = new SecureRandom();

    /** A CA that may sign leaves, but no further CA. */
    ServerIdentity ca(String commonName, Instant now) {
        var pair = newKeyPair();
        var name = new X500Principal("CN=" + commonName + ",O=Stoa");
        try {
            var builder = builder(
                    name, name, pair.getPublic(), now, now.minus(BACKDATED).plus(CA_LIFETIME));
            var ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            var certificate = sign(builder, pair.getPrivate());
            return new ServerIdentity(pair.getPrivate(), java.util.List.of(certificate));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("the local CA cannot be made", e);
        }
    }

    /** A server certificate for {@code names}, with the CA's behind it. */
    ServerIdentity leaf(ServerIdentity ca, SubjectNames names, Instant now) {
        var pair = newKeyPair();
        var issuer = ca.leaf();
        var end = now.minus(BACKDATED).plus(LEAF_LIFETIME);
        var issuerEnd = issuer.getNotAfter().toInstant();
        try {
            var builder = builder(
                    issuer.getSubjectX500Principal(),
                    new X500Principal("CN=" + names.dns().iterator().next() + ",O=Stoa"),
                    pair.getPublic(),
                    now,
                    end.isBefore(issuerEnd) ? end : issuerEnd);
            var ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, generalNames(names));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(issuer));
            return new ServerIdentity(pair.getPrivate(), java.util.List.of(sign(builder, ca.key()), issuer));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("the certificate cannot be made", e);
        }
    }

    private JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, PublicKey key, Instant now, Instant end) {
        // RFC 5280, 4.1.2.2: positive, at most 20 octets; random, so that a new CA of the same name never repeats one.
        var serial = new BigInteger(127, random).add(BigInteger.ONE);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(now.minus(BACKDATED)), Date.from(end), subject, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static GeneralNames generalNames(SubjectNames names) {
        var all = new ArrayList<GeneralName>();
        names.dns().forEach(name -> all.add(new GeneralName(GeneralName.dNSName, name)));
        names.addresses().forEach(address -> all.add(new GeneralName(GeneralName.iPAddress, address)));
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private KeyPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make P-256 keys", e);
        }
    }
}
