package dev.stoa.app;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads the PEM files of {@code --tls-cert} and {@code --tls-key}. */
final class UserCertificate {
    private UserCertificate() {}

    static ServerIdentity read(Path certificateFile, Path keyFile) throws UserError {
        var chain = readChain(certificateFile);
        var key = readKey(keyFile);
        if (!match(chain.getFirst().getPublicKey(), key)) {
            throw UserError.usage(
                    "the key in " + keyFile + " does not belong to the certificate in " + certificateFile,
                    "the certificate of this server must come first in the file; then its issuers");
        }
        return new ServerIdentity(key, chain);
    }

    private static List<X509Certificate> readChain(Path file) throws UserError {
        var chain = new ArrayList<X509Certificate>();
        for (var block : Pem.parse(text(file, "tls-cert"))) {
            if (block.label().equals(Pem.CERTIFICATE)) {
                try {
                    chain.add(ServerIdentity.certificate(block.der()));
                } catch (CertificateException e) {
                    throw UserError.usage(
                                    "certificate " + (chain.size() + 1) + " in " + file + " is damaged: "
                                            + e.getMessage(),
                                    "check it with: openssl x509 -noout -text -in " + file)
                            .causedBy(e);
                }
            }
        }
        if (chain.isEmpty()) {
            throw UserError.usage(
                    "there is no certificate in " + file, "tls-cert must be a PEM file: -----BEGIN CERTIFICATE-----");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey readKey(Path file) throws UserError {
        for (var block : Pem.parse(text(file, "tls-key"))) {
            try {
                switch (block.label()) {
                    case Pem.PRIVATE_KEY -> {
                        return pkcs8(block.der());
                    }
                    case "EC PRIVATE KEY", "RSA PRIVATE KEY" -> {
                        return traditional(block.text());
                    }
                    case "ENCRYPTED PRIVATE KEY" ->
                        throw UserError.usage(
                                "the key in " + file + " is encrypted",
                                "decrypt it with: openssl pkey -in " + file + " -out key.pem");
                    default -> {
                        // Parameters and certificates may stand beside the key.
                    }
                }
            } catch (GeneralSecurityException | IOException e) {
                throw UserError.usage(
                                "the key in " + file + " cannot be used: " + e.getMessage(),
                                "EC and RSA keys in PEM files can; check it with: openssl pkey -noout -in " + file)
                        .causedBy(e);
            }
        }
        throw UserError.usage(
                "there is no private key in " + file, "tls-key must be a PEM file: -----BEGIN PRIVATE KEY-----");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        var failure = new InvalidKeySpecException("neither EC, RSA nor EdDSA");
        // The algorithm's name is inside the key; trying is shorter than parsing.
        for (var algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    /** The older forms of OpenSSL (PKCS #1, SEC 1), which the JDK cannot read. */
    private static PrivateKey traditional(String pem) throws IOException {
        try (var parser = new PEMParser(new StringReader(pem))) {
            if (parser.readObject() instanceof PEMKeyPair pair) {
                return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
            }
            throw new IOException("it is encrypted or damaged");
        }
    }

    /** Signs with one and verifies with the other: works alike for every kind of key. */
    private static boolean match(PublicKey publicKey, PrivateKey privateKey) {
        var algorithm = switch (privateKey.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> privateKey.getAlgorithm();
        };
        try {
            var probe = new byte[32];
            var signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(probe);
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(probe);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String text(Path file, String key) throws UserError {
        if (!Files.exists(file)) {
            throw UserError.usage("the file " + file + " given as " + key + " does not exist", "check the path");
        }
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw UserError.usage(
                            "the file " + file + " given as " + key + " cannot be read: " + e.getMessage(),
                            "make it readable for the user that runs Stoa")
                    .causedBy(e);
        }
    }
}
