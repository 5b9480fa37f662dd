package dev.stoa.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this machine's own CA and the certificate that it signed. The CA stays, since people have trusted it; the
 * certificate is made anew when it lacks a name of this machine or comes to its end.
 */
final class LocalCertificates {
    private static final Logger log = LoggerFactory.getLogger(LocalCertificates.class);
    private static final Duration RENEW_BEFORE_END = Duration.ofDays(30);

    private final Path directory;

    LocalCertificates(Path directory) {
        this.directory = directory;
    }

    /** The server's certificate for at least {@code wanted}, followed by the CA's. */
    ServerIdentity obtain(SubjectNames wanted, Instant now) throws UserError {
        try {
            var ca = read("ca").filter(found -> lasts(found, now));
            var leaf = read("server");
            if (ca.isPresent() && leaf.isPresent() && isGood(leaf.get(), ca.get(), wanted, now)) {
                return leaf.get();
            }
            var maker = new CertificateMaker();
            var issuer = ca.isPresent() ? ca.get() : newCa(maker, now);
            var fresh = maker.leaf(issuer, wanted, now);
            write("server", fresh);
            log.info("Made a certificate for {} and {}", wanted.dns(), wanted.addresses());
            return fresh;
        } catch (IOException e) {
            throw DataDirectory.unusable(directory, e);
        } catch (GeneralSecurityException e) {
            throw UserError.runtime(
                            "the certificates in " + directory + " are damaged: " + e.getMessage(),
                            "delete that folder to get new ones; browsers will warn again")
                    .causedBy(e);
        }
    }

    private ServerIdentity newCa(CertificateMaker maker, Instant now) throws IOException, CertificateEncodingException {
        var ca = maker.ca("Stoa local CA (" + LocalAddresses.hostname() + ")", now);
        write("ca", ca);
        return ca;
    }

    private static boolean isGood(ServerIdentity leaf, ServerIdentity ca, SubjectNames wanted, Instant now)
            throws GeneralSecurityException {
        return lasts(leaf, now)
                && leaf.chain().getLast().equals(ca.leaf())
                && SubjectNames.of(leaf.leaf()).contains(wanted);
    }

    private static boolean lasts(ServerIdentity identity, Instant now) {
        var certificate = identity.leaf();
        return certificate.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE_END))
                && !certificate.getNotBefore().toInstant().isAfter(now);
    }

    private Optional<ServerIdentity> read(String name) throws IOException, GeneralSecurityException {
        var file = file(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var chain = new ArrayList<X509Certificate>();
        Optional<PrivateKey> key = Optional.empty();
        for (var block : Pem.parse(Files.readString(file, StandardCharsets.US_ASCII))) {
            if (block.label().equals(Pem.CERTIFICATE)) {
                chain.add(ServerIdentity.certificate(block.der()));
            } else {
                key = Optional.of(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block.der())));
            }
        }
        if (chain.isEmpty()) {
            throw new CertificateException("there is no certificate in " + file);
        }
        return key.map(found -> new ServerIdentity(found, List.copyOf(chain)));
    }

    /** Key and certificates in one file: they are replaced together or not at all. */
    private void write(String name, ServerIdentity identity) throws IOException, CertificateEncodingException {
        var pem = new ByteArrayOutputStream();
        pem.write(Pem.encode(Pem.PRIVATE_KEY, identity.key().getEncoded()));
        for (var certificate : identity.chain()) {
            pem.write(Pem.encode(certificate));
        }
        PrivateFiles.write(file(name), pem.toByteArray());
    }

    private Path file(String name) {
        return directory.resolve(name + ".pem");
    }
}
