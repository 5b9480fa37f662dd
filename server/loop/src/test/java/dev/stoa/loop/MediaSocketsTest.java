package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.ice.Candidate;
import dev.stoa.ice.LocalBase;
import dev.stoa.ice.Transport;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What participants are told of where the server is. */
class MediaSocketsTest {
    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";
    private static final String OUTER_IPV4 = "203.0.113.7";
    private static final String OUTER_IPV6 = "2001:db8::7";

    @Test
    void itsOwnAddressesAreTold() throws IOException {
        assertTold(List.of(IPV4, IPV6), List.of(IPV4, IPV6), List.of());
    }

    @Test
    void anAdvertisedAddressIsToldInsteadOfItsOwn() throws IOException {
        assertTold(List.of(OUTER_IPV4), List.of(IPV4), List.of(OUTER_IPV4));
        assertTold(List.of(OUTER_IPV6), List.of(IPV6), List.of(OUTER_IPV6));
    }

    @Test
    void anAdvertisedAddressStandsForThoseOfItsVersionOfIpOnly() throws IOException {
        assertTold(List.of(IPV4, OUTER_IPV6), List.of(IPV4, IPV6), List.of(OUTER_IPV6));
        assertTold(List.of(OUTER_IPV4, IPV6), List.of(IPV4, IPV6), List.of(OUTER_IPV4));
        assertTold(List.of(OUTER_IPV4, OUTER_IPV6), List.of(IPV4, IPV6), List.of(OUTER_IPV6, OUTER_IPV4));
    }

    @Test
    void oneAddressForSeveralIsToldOnce() throws IOException {
        assertTold(List.of(OUTER_IPV4), List.of(IPV4, "127.0.0.2", "127.0.0.3"), List.of(OUTER_IPV4));
    }

    @Test
    void severalAddressesAreToldInTheirOrder() throws IOException {
        var outer = List.of(OUTER_IPV4, "203.0.113.8");
        assertTold(outer, List.of(IPV4, "127.0.0.2"), outer);
    }

    @Test
    void aLineHasTheAdvertisedAddressAndThePortThatIsListenedOn() throws IOException {
        var advertised = TransportAddress.of(OUTER_IPV4, 9);
        try (var port = MediaPort.open(new MediaOptions(0, addresses(List.of(IPV4)), List.of(advertised), 1))) {
            assertTrue(port.number() > 0);
            var lines = port.sockets().candidateLines();
            assertEquals(2, lines.size());
            var there = " " + OUTER_IPV4 + " " + port.number() + " typ host";
            assertTrue(lines.get(0).matches("\\S+ 1 udp \\d+" + there), lines.get(0));
            assertTrue(lines.get(1).matches("\\S+ 1 tcp \\d+" + there + " tcptype passive"), lines.get(1));
        }
    }

    @Test
    void whatIsListenedOnStaysItsOwn() throws IOException {
        try (var port = open(List.of(IPV4), List.of(OUTER_IPV4))) {
            var base = LocalBase.udp(TransportAddress.of(IPV4, port.number()));
            assertEquals(Set.of(base), Set.copyOf(port.sockets().bases().values()));
        }
    }

    /** The better a candidate is, the sooner it comes; those of UDP and TCP are alike. */
    private static void assertTold(List<String> expected, List<String> listenedOn, List<String> advertised)
            throws IOException {
        try (var port = open(listenedOn, advertised)) {
            for (var transport : Transport.values()) {
                var candidates = port.sockets().candidates().stream()
                        .filter(candidate -> candidate.transport() == transport)
                        .sorted((a, b) -> Long.compare(b.priority(), a.priority()))
                        .map(Candidate::address)
                        .toList();
                var told = addresses(expected).stream()
                        .map(address -> address.withPort(port.number()))
                        .collect(Collectors.toList());
                assertEquals(told, candidates, transport.name());
            }
        }
    }

    private static MediaPort open(List<String> listenedOn, List<String> advertised) throws IOException {
        return MediaPort.open(new MediaOptions(0, addresses(listenedOn), addresses(advertised), 1));
    }

    private static List<TransportAddress> addresses(List<String> texts) {
        return texts.stream().map(text -> TransportAddress.of(text, 0)).toList();
    }
}
