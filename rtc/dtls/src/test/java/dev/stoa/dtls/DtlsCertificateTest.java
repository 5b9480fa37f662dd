package dev.stoa.dtls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

class DtlsCertificateTest {
    @Test
    void isSelfSignedOnP256() throws Exception {
        var notBefore = Instant.parse("2026-11-24T00:00:00Z");
        var certificate = DtlsCertificate.generate(new SecureRandom(), notBefore, Duration.ofDays(30));
        var x509 = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.encoded()));
        assertDoesNotThrow(() -> x509.verify(x509.getPublicKey()));
        assertEquals("SHA256withECDSA", x509.getSigAlgName());
        assertEquals(
                256,
                assertInstanceOf(ECPublicKey.class, x509.getPublicKey())
                        .getParams()
                        .getOrder()
                        .bitLength());
        assertEquals(Date.from(notBefore), x509.getNotBefore());
        assertEquals(Date.from(notBefore.plus(Duration.ofDays(30))), x509.getNotAfter());
        assertTrue(certificate.fingerprint("sha-512").matches(x509.getEncoded()));
    }
}
