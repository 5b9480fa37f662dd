package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCertificatesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path directory = Path.of("");

    @Test
    void theChainLeadsToTheCa() throws Exception {
        var identity = obtain(names(), NOW);
        var ca = identity.chain().getLast();
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(identity.leaf()));
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(NOW));
        assertDoesNotThrow(() -> CertPathValidator.getInstance("PKIX").validate(path, parameters));
        assertEquals("EC", ca.getPublicKey().getAlgorithm());
        assertTrue(ca.getSubjectX500Principal().getName().contains("CN=Stoa local CA ("), ca.toString());
    }

    @Test
    void theCaMaySignLeavesOnlyAndTheLeafNothing() throws Exception {
        var identity = obtain(names(), NOW);
        assertEquals(0, identity.chain().getLast().getBasicConstraints());
        assertEquals(-1, identity.leaf().getBasicConstraints());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), identity.leaf().getExtendedKeyUsage());
    }

    @Test
    void theLeafStandsForEveryNameOfTheMachine() throws Exception {
        var leaf = obtain(names("stoa.example", "fd00::7"), NOW).leaf();
        var found = SubjectNames.of(leaf);
        var hostname = LocalAddresses.hostname();
        assertTrue(found.dns().containsAll(Set.of("localhost", hostname, hostname + ".local", "stoa.example")));
        assertTrue(found.addresses()
                .containsAll(Set.of("127.0.0.1", "0:0:0:0:0:0:0:1", "10.1.2.3", "fd00:0:0:0:0:0:0:7")));
    }

    @Test
    void browsersAcceptItsLifetime() throws Exception {
        var leaf = obtain(names(), NOW).leaf();
        var lifetime = Duration.between(
                leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
        assertTrue(lifetime.compareTo(Duration.ofDays(397)) <= 0, lifetime.toString());
        assertTrue(leaf.getNotBefore().toInstant().isBefore(NOW), "other clocks may be behind");
    }

    @Test
    void aSecondStartFindsTheSameCertificate() throws Exception {
        var first = obtain(names(), NOW);
        assertEquals(
                first.chain(), obtain(names(), NOW.plus(Duration.ofDays(300))).chain());
    }

    @Test
    void aNewAddressBringsANewLeafOfTheSameCa() throws Exception {
        var first = obtain(names(), NOW);
        var second = obtain(names("10.9.9.9"), NOW);
        assertNotEquals(first.leaf(), second.leaf());
        assertEquals(first.chain().getLast(), second.chain().getLast());
        assertTrue(SubjectNames.of(second.leaf()).addresses().contains("10.9.9.9"));
    }

    @Test
    void anAddressThatWentAwayChangesNothing() throws Exception {
        var first = obtain(names("10.9.9.9"), NOW);
        assertEquals(first.leaf(), obtain(names(), NOW).leaf());
    }

    @Test
    void itIsRenewedBeforeItsEnd() throws Exception {
        var first = obtain(names(), NOW);
        var later = NOW.plus(Duration.ofDays(397 - 29));
        var second = obtain(names(), later);
        assertNotEquals(first.leaf(), second.leaf());
        assertEquals(first.chain().getLast(), second.chain().getLast());
        assertTrue(second.leaf().getNotAfter().toInstant().isAfter(later.plus(Duration.ofDays(390))));
    }

    @Test
    void aLeafNeverOutlivesItsCa() throws Exception {
        var ca = obtain(names(), NOW).chain().getLast();
        var late = ca.getNotAfter().toInstant().minus(Duration.ofDays(60));
        assertEquals(ca.getNotAfter(), obtain(names(), late).leaf().getNotAfter());
    }

    @Test
    void aLeafOfAnotherCaIsReplaced() throws Exception {
        var first = obtain(names(), NOW);
        Files.delete(directory.resolve("ca.pem"));
        var second = obtain(names(), NOW);
        assertNotEquals(first.chain().getLast(), second.chain().getLast());
        assertDoesNotThrow(() -> second.leaf().verify(second.chain().getLast().getPublicKey()));
    }

    @Test
    void onlyTheOwnerMayReadTheKeys() throws Exception {
        obtain(names(), NOW);
        for (var file : List.of("ca.pem", "server.pem")) {
            var permissions = Files.getPosixFilePermissions(directory.resolve(file));
            assertEquals("rw-------", PosixFilePermissions.toString(permissions));
        }
    }

    @Test
    void aDamagedCaIsAnErrorAndNotReplaced() throws Exception {
        obtain(names(), NOW);
        Files.writeString(
                directory.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThrows(UserError.class, () -> obtain(names(), NOW));
    }

    private ServerIdentity obtain(SubjectNames names, Instant now) throws UserError {
        return new LocalCertificates(directory).obtain(names, now);
    }

    private static SubjectNames names(String... advertised) throws Exception {
        var network = List.of(InetAddress.getByName("10.1.2.3"), InetAddress.getByName("fd00::2"));
        return SubjectNames.ofThisMachine(network, List.of(advertised));
    }
}
