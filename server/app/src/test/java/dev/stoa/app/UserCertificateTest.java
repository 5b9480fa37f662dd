package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCertificateTest {
    @TempDir
    Path directory = Path.of("");

    private final CertificateMaker maker = new CertificateMaker();
    private final ServerIdentity ca = maker.ca("Test CA", Instant.now());
    private final ServerIdentity server =
            maker.leaf(ca, SubjectNames.ofThisMachine(List.of(), List.of()), Instant.now());

    private Path certificates = Path.of("");

    @BeforeEach
    void writeCertificates() throws Exception {
        var pem = new ByteArrayOutputStream();
        pem.write(Pem.encode(server.leaf()));
        pem.write(Pem.encode(ca.leaf()));
        certificates = Files.write(directory.resolve("cert.pem"), pem.toByteArray());
    }

    @Test
    void readsAChainAndItsKey() throws Exception {
        var identity = UserCertificate.read(certificates, pkcs8(server.key()));
        assertEquals(server.chain(), identity.chain());
        assertEquals(server.key(), identity.key());
    }

    @Test
    void readsTheOlderFormOfOpenSsl() throws Exception {
        // As `openssl ecparam -genkey` writes it (RFC 5915): the curve stands inside.
        var secret = ((ECPrivateKey) server.key()).getS();
        var der = new org.bouncycastle.asn1.sec.ECPrivateKey(256, secret, SECObjectIdentifiers.secp256r1).getEncoded();
        var file = Files.write(directory.resolve("sec1.pem"), Pem.encode("EC PRIVATE KEY", der));
        assertEquals(server.chain(), UserCertificate.read(certificates, file).chain());
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        var error = refusal(certificates, pkcs8(ca.key()));
        assertTrue(error.getMessage().contains("does not belong to the certificate"), error.getMessage());
        assertEquals(Exit.USAGE, error.exitCode());
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        var nowhere = directory.resolve("nowhere.pem");
        assertTrue(refusal(nowhere, pkcs8(server.key())).getMessage().contains("given as tls-cert does not exist"));
        assertTrue(refusal(certificates, nowhere).getMessage().contains("given as tls-key does not exist"));
    }

    @Test
    void aFileWithoutWhatIsNeededIsNamed() throws Exception {
        var empty = Files.writeString(directory.resolve("empty.pem"), "hello");
        assertTrue(refusal(empty, pkcs8(server.key())).getMessage().contains("there is no certificate in"));
        assertTrue(refusal(certificates, empty).getMessage().contains("there is no private key in"));
    }

    @Test
    void anEncryptedKeyIsRefusedWithAWayOut() throws Exception {
        var file = Files.write(directory.resolve("encrypted.pem"), Pem.encode("ENCRYPTED PRIVATE KEY", new byte[20]));
        var error = refusal(certificates, file);
        assertTrue(error.getMessage().endsWith("is encrypted"), error.getMessage());
        assertTrue(error.hint().contains("openssl pkey"), error.hint());
    }

    @Test
    void damagedFilesAreNamed() throws Exception {
        var certificate = Files.write(directory.resolve("bad-cert.pem"), Pem.encode(Pem.CERTIFICATE, new byte[20]));
        assertTrue(refusal(certificate, pkcs8(server.key())).getMessage().contains("is damaged"));
        var key = Files.write(directory.resolve("bad-key.pem"), Pem.encode(Pem.PRIVATE_KEY, new byte[20]));
        assertTrue(refusal(certificates, key).getMessage().contains("cannot be used"));
    }

    private static UserError refusal(Path certificates, Path key) {
        return assertThrows(UserError.class, () -> UserCertificate.read(certificates, key));
    }

    private Path pkcs8(PrivateKey key) throws Exception {
        return Files.write(directory.resolve("key.pem"), Pem.encode(Pem.PRIVATE_KEY, key.getEncoded()));
    }
}
