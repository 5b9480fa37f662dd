package dev.stoa.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Malformation;
import dev.stoa.wire.TransportAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CandidateTest {
    private static final TransportAddress HOST = TransportAddress.of("192.0.2.33", 50000);
    private static final TransportAddress SERVER = TransportAddress.of("198.51.100.1", 3478);

    @Test
    void prioritiesFollowTheFormula() {
        // RFC 8445, 5.1.2.1: 2^24 * 126 + 2^8 * 65535 + 255
        assertEquals(2130706431, Candidate.host(HOST, 65535).priority());
        assertEquals(
                1694498815,
                Candidate.serverReflexive(SERVER, HOST, SERVER, 65535).priority());
        assertEquals(16777215, Candidate.relayed(SERVER, HOST, SERVER, 65535).priority());
        assertEquals(1862270975, Candidate.host(HOST, 65535).peerReflexivePriority());
        assertTrue(Candidate.tcpHost(HOST, TcpType.ACTIVE, 8191).priority()
                < Candidate.serverReflexive(SERVER, HOST, SERVER, 0).priority());
    }

    /** RFC 6544, 4.2: for host candidates 6 active, 4 passive, 2 simultaneous open. */
    @Test
    void theDirectionOfTcpIsInThePriority() {
        assertEquals((6 << 13) + 5, Candidate.tcpHost(HOST, TcpType.ACTIVE, 5).localPreference());
        assertEquals((4 << 13) + 5, Candidate.tcpHost(HOST, TcpType.PASSIVE, 5).localPreference());
        assertEquals((2 << 13) + 5, Candidate.tcpHost(HOST, TcpType.SO, 5).localPreference());
    }

    @Test
    void pairPrioritiesAreEqualOnBothSides() {
        long host = Candidate.host(HOST, 65535).priority();
        long relayed = Candidate.relayed(SERVER, HOST, SERVER, 65535).priority();
        long here = CheckPair.priority(IceRole.CONTROLLING, host, relayed);
        assertEquals((relayed << 32) + 2 * host + 1, here);
        assertEquals(here, CheckPair.priority(IceRole.CONTROLLED, relayed, host));
        assertEquals(here - 1, CheckPair.priority(IceRole.CONTROLLED, host, relayed));
    }

    /** RFC 8445, 5.1.1.3: one foundation for one type, base address, server and transport. */
    @Test
    void foundationsAreEqualForWhatIsAlike() {
        var host = Candidate.host(HOST, 1);
        assertEquals(host.foundation(), Candidate.host(HOST.withPort(1), 2).foundation());
        assertNotEquals(
                host.foundation(),
                Candidate.host(TransportAddress.of("192.0.2.34", 50000), 1).foundation());
        assertNotEquals(
                host.foundation(),
                Candidate.serverReflexive(SERVER, HOST, SERVER, 1).foundation());
        assertNotEquals(
                host.foundation(), Candidate.tcpHost(HOST, TcpType.PASSIVE, 1).foundation());
    }

    @Test
    void readsAHostCandidateOfChromium() {
        var candidate = parse("candidate:1510613869 1 udp 2122129151 192.0.2.7 51283 typ host generation 0 ufrag J0qO"
                + " network-id 1 network-cost 10");
        assertEquals("1510613869", candidate.foundation());
        assertEquals(Transport.UDP, candidate.transport());
        assertEquals(2122129151, candidate.priority());
        assertEquals(TransportAddress.of("192.0.2.7", 51283), candidate.address());
        assertEquals(CandidateType.HOST, candidate.type());
        assertEquals(0, candidate.generation());
        assertEquals("J0qO", candidate.ufrag());
        assertNull(candidate.tcpType());
    }

    @Test
    void readsAServerReflexiveCandidateOfChromium() {
        var candidate = parse("a=candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 0.0.0.0 rport 0"
                + " generation 2 ufrag Kx/+ network-cost 999");
        assertEquals(CandidateType.SERVER_REFLEXIVE, candidate.type());
        assertEquals(TransportAddress.of("0.0.0.0", 0), candidate.related());
        assertEquals(2, candidate.generation());
    }

    @Test
    void readsATcpCandidateOfChromium() {
        var candidate = parse("candidate:3882079061 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active generation 0");
        assertEquals(Transport.TCP, candidate.transport());
        assertEquals(TcpType.ACTIVE, candidate.tcpType());
        assertEquals(
                Candidate.DISCARD_PORT,
                candidate.address() == null ? 0 : candidate.address().port());
    }

    @Test
    void readsACandidateOfFirefox() {
        var candidate = parse("candidate:0 1 UDP 2122252543 2001:db8::17 41885 typ host");
        assertEquals(TransportAddress.of("2001:db8::17", 41885), candidate.address());
        assertNull(candidate.ufrag());
        var tcp = parse("candidate:2 1 TCP 2105524479 2001:db8::17 9 typ host tcptype active");
        assertEquals(TcpType.ACTIVE, tcp.tcpType());
    }

    @Test
    void keepsALocalNameForTheCallerToResolve() {
        var candidate = parse("candidate:0 1 UDP 2122187007 5e4a1f5b-8f2c-4b2b-9f0a-2e6d4a1c1b2d.local 55555 typ host");
        var endpoint = new Candidate.Named("5e4a1f5b-8f2c-4b2b-9f0a-2e6d4a1c1b2d.local", 55555);
        assertEquals(endpoint, candidate.endpoint());
        assertNull(candidate.address());
        assertEquals(HOST, candidate.withAddress(HOST).address());
    }

    @Test
    void theSecondComponentIsIgnored() {
        assertEquals(
                CandidateParse.Ignored.OTHER_COMPONENT,
                Candidate.parse("candidate:0 2 UDP 2122252542 192.0.2.7 41886 typ host"));
    }

    @Test
    void theEmptyStringIsTheEnd() {
        assertEquals(CandidateParse.Ignored.END_OF_CANDIDATES, Candidate.parse(""));
        assertEquals(CandidateParse.Ignored.END_OF_CANDIDATES, Candidate.parse("candidate:"));
        assertEquals(CandidateParse.Ignored.END_OF_CANDIDATES, Candidate.parse(" \r\n"));
    }

    @Test
    void unknownTransportsAndTypesAreIgnored() {
        assertEquals(
                CandidateParse.Ignored.UNKNOWN_TRANSPORT,
                Candidate.parse("candidate:0 1 ssltcp 2122252542 192.0.2.7 443 typ host"));
        assertEquals(
                CandidateParse.Ignored.UNKNOWN_TYPE,
                Candidate.parse("candidate:0 1 udp 2122252542 192.0.2.7 443 typ teleport"));
    }

    @Test
    void refusesWhatIsNoCandidate() {
        assertEquals(Malformation.BAD_MAGIC, why("condidate:0 1 udp 1 192.0.2.7 1 typ host"));
        assertEquals(Malformation.TRUNCATED, why("candidate:0 1 udp 1 192.0.2.7 1 typ"));
        for (var line : new String[] {
            "candidate:0 0 udp 1 192.0.2.7 1 typ host",
            "candidate:0 257 udp 1 192.0.2.7 1 typ host",
            "candidate:0 1 udp 0 192.0.2.7 1 typ host",
            "candidate:0 1 udp 2147483648 192.0.2.7 1 typ host",
            "candidate:0 1 udp -1 192.0.2.7 1 typ host",
            "candidate:0 1 udp 1 192.0.2.256 1 typ host",
            "candidate:0 1 udp 1 192.0.2 1 typ host",
            "candidate:0 1 udp 1 17 1 typ host",
            "candidate:0 1 udp 1 2001:db8:::1 1 typ host",
            "candidate:0 1 udp 1 ../etc 1 typ host",
            "candidate:0 1 udp 1 192.0.2.7 65536 typ host",
            "candidate:0 1 udp 1 192.0.2.7 1 type host",
            "candidate:; 1 udp 1 192.0.2.7 1 typ host",
            "candidate:0 1 tcp 1 192.0.2.7 1 typ host",
            "candidate:0 1 udp 1 192.0.2.7 1 typ host tcptype passive",
            "candidate:0 1 udp 1 192.0.2.7 1 typ host generation x",
        }) {
            assertEquals(Malformation.BAD_VALUE, why(line), line);
        }
        assertEquals(Malformation.TOO_MANY, why("candidate:0 1 udp 1 192.0.2.7 1 typ host" + " x y".repeat(20)));
        assertEquals(Malformation.TOO_MANY, why("candidate:0 1 udp 1 192.0.2.7 1 typ host " + "x".repeat(600)));
    }

    @Test
    void writesWhatItReads() {
        for (var candidate : new Candidate[] {
            Candidate.host(HOST, 65535).withUfrag("abcd"),
            Candidate.host(TransportAddress.of("2001:db8::5", 5), 7),
            Candidate.tcpHost(HOST, TcpType.PASSIVE, 8191),
            Candidate.serverReflexive(SERVER, HOST, SERVER, 65535),
            Candidate.relayed(SERVER, HOST, SERVER, 65535),
            parse("candidate:0 1 udp 1 x-1.local 5 typ host generation 3"),
        }) {
            assertEquals(candidate, Candidate.parse(candidate.toLine()));
        }
    }

    @Test
    void writesTheExampleOfRfc8839() {
        var candidate = parse("candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998");
        assertEquals(
                "candidate:2 1 udp 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998",
                candidate.toLine());
    }

    @Test
    void whateverLineComesIsReadOrRefused() {
        var random = new Random(8839);
        var seeds = new String[] {
            "candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag Kx",
            "a=candidate:3882079061 1 tcp 1518280447 2001:db8::17 9 typ host tcptype active",
        };
        var alphabet = "candidate: 0123456789.:abcdefgt%=/\u0000\u00e9\uD83D";
        int read = 0;
        for (int i = 0; i < 30_000; i++) {
            var line = new StringBuilder(seeds[i % 2]);
            for (int n = random.nextInt(5); n > 0; n--) {
                int at = random.nextInt(line.length());
                switch (random.nextInt(3)) {
                    case 0 -> line.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    case 1 -> line.deleteCharAt(at);
                    default -> line.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            if (Candidate.parse(line.toString()) instanceof Candidate candidate) {
                read++;
                assertEquals(candidate, Candidate.parse(candidate.toLine()), line.toString());
            }
        }
        assertTrue(read > 1000, "the fuzz reaches good lines: " + read);
    }

    private static Candidate parse(String line) {
        return assertInstanceOf(Candidate.class, Candidate.parse(line));
    }

    private static Malformation why(String line) {
        return assertInstanceOf(CandidateParse.Malformed.class, Candidate.parse(line), line)
                .why();
    }
}
