package dev.stoa.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.TransportAddress;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read, and how it is put. */
class DoctorWordsTest {
    @Test
    void aTargetIsAnAddressAsAPersonHasIt() {
        var link = Target.parse("https://stoa.example:8443/r/room?name=a&token=t.o.k", Place.CLIENT);
        assertEquals("https://stoa.example:8443", link.origin().toString());
        assertEquals(Optional.of("t.o.k"), link.token());
        assertEquals("wss://stoa.example:8443/ws", link.webSocket().toString());
        assertEquals(443, Target.parse("stoa.example", Place.CLIENT).port());
        assertEquals(
                "2a0e:5700::2",
                Target.parse("http://[2a0e:5700::2]:80", Place.CLIENT).host());
        for (var wrong : List.of("ftp://stoa.example", "https://", "https://a b", "")) {
            assertThrows(IllegalArgumentException.class, () -> Target.parse(wrong, Place.CLIENT), wrong);
        }
    }

    @Test
    void addressesOfRelaysAreReadAsBrowsersDo() {
        assertEquals(
                Optional.of(new IceUrl(IceUrl.Kind.TURN_TLS, "stoa.example", 443, "u", "p")),
                IceUrl.parse("turns:stoa.example:443?transport=tcp", "u", "p"));
        assertEquals(
                Optional.of(new IceUrl(IceUrl.Kind.TURN_UDP, "2a0e:5700::2", 3478, "u", "p")),
                IceUrl.parse("turn:[2a0e:5700::2]", "u", "p"));
        assertEquals(Optional.of(5349), IceUrl.parse("turns:a", "", "").map(IceUrl::port));
        assertEquals(Optional.empty(), IceUrl.parse("http://a", "", ""));
        var answer = new JsonObject("""
                {"iceServers":[{"urls":"stun:a:1"},{"urls":["turn:a:2?transport=tcp"],"username":"u","credential":"p"}]}""");
        assertEquals(
                List.of(IceUrl.Kind.STUN_UDP, IceUrl.Kind.TURN_TCP),
                IceUrl.of(answer).stream().map(IceUrl::kind).toList());
        assertFalse(IceUrl.of(answer).toString().contains("\"p\""));
    }

    @Test
    void anotherPortForEachDestinationIsSymmetric() {
        var one = TransportAddress.of("11.2.0.2", 4000);
        var own = InetAddress.ofLiteral("10.0.0.2");
        assertEquals(
                Verdict.WARNING,
                NatGuess.of(one, one.withPort(4001), 4000, Set.of(own)).verdict());
        assertTrue(NatGuess.of(one, one, 4000, Set.of(own)).message().contains("keeps its ports"));
        assertTrue(
                NatGuess.of(one, one, 4000, Set.of(one.inetAddress())).message().contains("no translator"));
    }

    @Test
    void clocksMayDifferByHalfAMinute() {
        var now = Instant.parse("2026-05-01T12:00:00Z");
        assertEquals(Verdict.OK, Doctor.clocks(now.plusSeconds(29), now).verdict());
        var wrong = Doctor.clocks(now.minusSeconds(90), now);
        assertEquals(Verdict.FAILURE, wrong.verdict());
        assertTrue(wrong.message().contains("90 s behind"));
    }

    @Test
    void limitsOfTheMachineAreReadWhereLinuxTellsThem(@TempDir Path proc) throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.createDirectories(proc.resolve("sys/net/core"));
        Files.writeString(proc.resolve("self/limits"), """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            1024                 1024                 files
                """);
        Files.writeString(proc.resolve("sys/net/core/rmem_max"), "212992\n");
        Files.writeString(proc.resolve("sys/net/core/wmem_max"), "4194304\n");
        var findings = MachineCheck.examine(proc);
        assertEquals(
                List.of(Verdict.WARNING, Verdict.WARNING),
                findings.stream().map(Finding::verdict).toList());
        assertTrue(findings.getFirst().fix().contains("ulimit -n"));
        assertTrue(findings.getLast().fix().contains("net.core.rmem_max=4194304"));
        assertEquals(List.of(), MachineCheck.examine(proc.resolve("nothing")));
    }

    @Test
    void aReportIsUnhealthyByAFailureAlone() {
        var warned = new Report("it", List.of(Finding.ok("page", "here"), Finding.warning("nat", "odd", "nothing")));
        assertTrue(warned.isHealthy());
        assertTrue(warned.text().contains("-> nothing"));
        var failed = new Report("it", List.of(Finding.failure("media", "black", "--host 11.1.0.2")));
        assertFalse(failed.isHealthy());
        var json = new JsonObject(failed.json());
        assertEquals(false, json.getBoolean("healthy"));
        var check = json.getJsonArray("checks").getJsonObject(0);
        assertEquals("failure", check.getString("verdict"));
        assertEquals("--host 11.1.0.2", check.getString("fix"));
    }
}
