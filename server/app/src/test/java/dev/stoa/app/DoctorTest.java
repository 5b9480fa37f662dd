package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.doctor.Doctor;
import dev.stoa.doctor.ExpectedPort;
import dev.stoa.doctor.Finding;
import dev.stoa.doctor.Place;
import dev.stoa.doctor.Report;
import dev.stoa.doctor.Target;
import dev.stoa.doctor.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor before real servers, on loopback. */
class DoctorTest {
    @Test
    void aSoundServerIsFoundSoundByEveryWay(@TempDir Path directory) throws Exception {
        try (var stoa = start(directory, "--turns-port", "0")) {
            for (var origin : new String[] {stoa.origin(), stoa.secureOrigin()}) {
                var report = examine(origin);
                assertTrue(report.isHealthy(), report.text());
                for (var check : new String[] {
                    "page",
                    "clock",
                    "signaling",
                    "media-udp",
                    "media-tcp",
                    "media",
                    "stun-udp",
                    "turn-udp",
                    "turn-tcp",
                    "turn-tls"
                }) {
                    assertEquals(Verdict.OK, finding(report, check).verdict(), report.text());
                }
            }
        }
    }

    @Test
    void thePortForHttpsCarriesTurnToo(@TempDir Path directory) throws Exception {
        try (var stoa = start(directory, "--turns-port", "off")) {
            int https = stoa.server().state().httpsPort().orElseThrow();
            var relay = finding(examine(stoa.secureOrigin()), "turn-tls");
            assertEquals(Verdict.OK, relay.verdict(), relay.message());
            assertTrue(relay.message().startsWith("localhost:" + https + " relays"), relay.message());
            assertEquals(200, stoa.get(stoa.secureOrigin() + "/healthz").status());
        }
    }

    @Test
    void aWrongHostIsNamed(@TempDir Path directory) throws Exception {
        try (var stoa = start(directory, "--bind", "127.0.0.1", "--host", "127.66.0.9")) {
            var report = examine(
                    "http://127.0.0.1:" + stoa.server().state().httpPorts().getFirst());
            assertFalse(report.isHealthy());
            var media = finding(report, "media");
            assertTrue(media.message().contains("127.66.0.9"), media.message());
            assertTrue(media.fix().contains("--host 127.0.0.1"), media.fix());
        }
    }

    @Test
    void aServerWithoutMediaIsToldToTakeAPort(@TempDir Path directory) throws Exception {
        try (var stoa = TestServer.start(directory, "--media-port", "off", "--turn-port", "off")) {
            var report = examine(stoa.origin());
            assertTrue(finding(report, "media").fix().contains("--media-port"));
            assertTrue(finding(report, "relay").fix().contains("--turn-port"));
        }
    }

    @Test
    void aPortThatNothingListensOnIsNamed(@TempDir Path directory) throws Exception {
        try (var stoa = start(directory)) {
            int free = freePort();
            int http = stoa.server().state().httpPorts().getFirst();
            var loopback = InetAddress.getLoopbackAddress();
            var expected = List.of(
                    new ExpectedPort("http-port", loopback, http), new ExpectedPort("https-port", loopback, free));
            var report =
                    new Doctor(InstantSource.system()).examine(Target.parse(stoa.origin(), Place.SERVER), expected);
            var listening = finding(report, "listening");
            assertEquals(Verdict.WARNING, listening.verdict());
            assertTrue(listening.message().contains(free + " (https-port)"), listening.message());
            assertFalse(listening.message().contains("(http-port)"), listening.message());
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static TestServer start(Path directory, String... flags) throws UserError {
        var all = new String[flags.length + 4];
        System.arraycopy(flags, 0, all, 4, flags.length);
        System.arraycopy(new String[] {"--media-port", "0", "--turn-port", "0"}, 0, all, 0, 4);
        return TestServer.start(directory, all);
    }

    private static Report examine(String origin) {
        return new Doctor(InstantSource.system()).examine(Target.parse(origin, Place.CLIENT));
    }

    private static Finding finding(Report report, String check) {
        return report.findings().stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + check + " in " + report.text()));
    }
}
