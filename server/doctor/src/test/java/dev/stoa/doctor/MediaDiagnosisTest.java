package dev.stoa.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.doctor.Observation.Advertised;
import dev.stoa.wire.TransportAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MediaDiagnosisTest {
    private static final InetAddress WEB = InetAddress.ofLiteral("11.1.0.2");

    @Test
    void aCallThatComesAboutIsWell() {
        var findings = diagnose(true, WEB, true, udp("11.1.0.2", true), tcp("11.1.0.2", true));
        assertEquals(
                List.of("media-udp", "media-tcp", "media"),
                findings.stream().map(Finding::check).toList());
        assertTrue(findings.stream().allMatch(finding -> finding.verdict() == Verdict.OK));
    }

    @Test
    void aWrongHostIsNamedWithTheRightOne() {
        var finding = only(diagnose(false, WEB, true, udp("11.66.0.9", false), tcp("11.66.0.9", false)));
        assertEquals(Verdict.FAILURE, finding.verdict());
        assertTrue(finding.message().contains("11.66.0.9:7881"));
        assertTrue(finding.fix().startsWith("start the server with --host 11.1.0.2;"), finding.fix());
    }

    @Test
    void aWrongHostBehindAFirewallIsBoth() {
        var finding = only(diagnose(false, WEB, false, udp("10.0.0.5", false)));
        assertTrue(finding.fix().contains("--host 11.1.0.2, and let UDP and TCP port 7881 (media-port) in"));
    }

    @Test
    void aRightHostThatNobodyReachesIsAFirewall() {
        var finding = only(diagnose(false, WEB, false, udp("11.1.0.2", false), tcp("11.1.0.2", false)));
        assertTrue(finding.fix().contains("UDP and TCP port 7881 (media-port)"));
        assertFalse(finding.fix().contains("--host"));
    }

    @Test
    void udpThatIsDroppedWhileTcpGetsThroughIsAFirewall() {
        var findings = diagnose(false, WEB, false, udp("11.1.0.2", false), tcp("11.1.0.2", true));
        assertEquals(Verdict.FAILURE, findings.getFirst().verdict());
        assertTrue(findings.getFirst().fix().contains("UDP port 7881 (media-port)"));
        assertEquals(Verdict.SKIPPED, findings.getLast().verdict());
    }

    @Test
    void tcpThatIsDroppedIsAWarning() {
        var findings = diagnose(true, WEB, true, udp("11.1.0.2", true), tcp("11.1.0.2", false));
        assertEquals(Verdict.WARNING, findings.get(1).verdict());
        assertTrue(findings.get(1).fix().contains("TCP port 7881 (media-port)"));
    }

    @Test
    void anAddressTooManyHurtsNobody() {
        var findings = diagnose(true, WEB, true, udp("10.0.0.5", false), udp("11.1.0.2", true), tcp("11.1.0.2", true));
        assertTrue(findings.stream().allMatch(finding -> finding.verdict() == Verdict.OK));
    }

    @Test
    void iceWithoutDtlsIsAFailureOfItsOwn() {
        var findings = diagnose(false, WEB, true, udp("11.1.0.2", true), tcp("11.1.0.2", true));
        assertEquals(Verdict.FAILURE, findings.getLast().verdict());
        assertTrue(findings.getLast().message().contains("DTLS"));
    }

    @Test
    void onTheServersOwnMachineAnOuterAddressIsAnOpenQuestion() {
        var seen = seen(false, InetAddress.getLoopbackAddress(), true, Set.of(WEB), udp("11.66.0.9", false));
        var finding = only(MediaDiagnosis.of(seen, Place.SERVER));
        assertEquals(Verdict.WARNING, finding.verdict());
        assertTrue(finding.fix().contains("--host"));
    }

    @Test
    void onTheServersOwnMachineItsOwnAddressMustAnswer() {
        var seen = seen(false, InetAddress.getLoopbackAddress(), false, Set.of(WEB), udp("11.1.0.2", false));
        assertEquals(
                Verdict.FAILURE, only(MediaDiagnosis.of(seen, Place.SERVER)).verdict());
    }

    @Test
    void noAddressAtAllIsAFailure() {
        assertTrue(only(diagnose(false, WEB, false)).fix().contains("--host"));
    }

    private static List<Finding> diagnose(
            boolean connected, InetAddress web, boolean webAnswers, Advertised... advertised) {
        return MediaDiagnosis.of(seen(connected, web, webAnswers, Set.of(), advertised), Place.CLIENT);
    }

    private static Observation seen(
            boolean connected, InetAddress web, boolean webAnswers, Set<InetAddress> own, Advertised... advertised) {
        return new Observation(List.of(advertised), connected, connected ? 90 : -1, web, webAnswers, own);
    }

    private static Advertised udp(String address, boolean answers) {
        return new Advertised(TransportAddress.of(address, 7881), true, answers);
    }

    private static Advertised tcp(String address, boolean answers) {
        return new Advertised(TransportAddress.of(address, 7881), false, answers);
    }

    private static Finding only(List<Finding> findings) {
        assertEquals(1, findings.size());
        return findings.getFirst();
    }
}
