package dev.stoa.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class CertificateCheckTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @Test
    void aCertificateForTheNameIsWell() throws Exception {
        var chain = chain(NOW.plus(Duration.ofDays(90)));
        for (var host : List.of("stoa.example", "STOA.example", "a.wild.example", "11.1.0.2", "2a0e:5700::2")) {
            assertEquals(
                    Verdict.OK, CertificateCheck.judge(chain, host, NOW, true).verdict(), host);
        }
    }

    @Test
    void aCertificateForOtherNamesIsNamed() throws Exception {
        var chain = chain(NOW.plus(Duration.ofDays(90)));
        for (var host : List.of("other.example", "wild.example", "a.b.wild.example", "11.1.0.3")) {
            var finding = CertificateCheck.judge(chain, host, NOW, true);
            assertEquals(Verdict.FAILURE, finding.verdict(), host);
            assertTrue(finding.message().contains("stoa.example"));
            assertTrue(finding.fix().contains("--host " + host));
        }
    }

    @Test
    void anExpiredOneIsAFailureAndOneThatEndsSoonAWarning() throws Exception {
        var expired = CertificateCheck.judge(chain(NOW.minusSeconds(1)), "stoa.example", NOW, true);
        assertEquals(Verdict.FAILURE, expired.verdict());
        assertTrue(expired.fix().contains("tls-cert"));
        var soon = CertificateCheck.judge(chain(NOW.plus(Duration.ofDays(3))), "stoa.example", NOW, true);
        assertEquals(Verdict.WARNING, soon.verdict());
    }

    @Test
    void oneThatNobodyTrustsIsAWarning() throws Exception {
        var finding = CertificateCheck.judge(chain(NOW.plus(Duration.ofDays(90))), "stoa.example", NOW, false);
        assertEquals(Verdict.WARNING, finding.verdict());
        assertTrue(finding.fix().contains("/ca.crt"));
    }

    private static List<X509Certificate> chain(Instant end) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        var pair = generator.generateKeyPair();
        var name = new X500Principal("CN=stoa.example");
        var builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.ONE, Date.from(NOW.minus(Duration.ofDays(1))), Date.from(end), name, pair.getPublic());
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "stoa.example"),
            new GeneralName(GeneralName.dNSName, "*.wild.example"),
            new GeneralName(GeneralName.iPAddress, "11.1.0.2"),
            new GeneralName(GeneralName.iPAddress, "2a0e:5700::2")
        }));
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        return List.of(new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
    }
}
