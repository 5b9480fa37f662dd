package dev.stoa.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunWriter;
import dev.stoa.testkit.Link;
import dev.stoa.testkit.Nat;
import dev.stoa.testkit.SimClock;
import dev.stoa.testkit.SimNetwork;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FullIceAgentTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final TransportAddress STUN_SERVER = TransportAddress.of("198.51.100.200", 3478);

    private final SimNetwork network = new SimNetwork(new SimClock(), 8445);
    private final Random random = new Random(8445);
    private Peer a = full(network, IceRole.CONTROLLING, random);
    private Peer b = full(network, IceRole.CONTROLLED, random);

    @Test
    void twoPeersConnectAndSelectTheSamePair() {
        var ofA = a.host("198.51.100.1", 1000);
        var ofB = b.host("198.51.100.2", 2000);
        exchange(ofA, ofB);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        assertTrue(
                network.clock().nowNanos() <= 150 * MILLISECOND,
                "took " + network.clock().nowNanos());
        var pair = a.agent.selectedPair();
        assertNotNull(pair);
        assertEquals(ofA, pair.local());
        assertEquals(ofB, pair.remote());
        assertMirrored(a, b);
        assertEquals(2 * Link.GOOD.delayNanos(), a.agent.statistics().roundTripNanos());
        assertEquals(List.of(IceState.CHECKING, IceState.CONNECTED), a.states());
        assertTrue(a.agent.isValidated(TransportAddress.of("198.51.100.2", 2000)));
        assertFalse(a.agent.isValidated(TransportAddress.of("198.51.100.2", 2001)));
    }

    @Test
    void theEndOfCandidatesCompletesIt() {
        exchange(a.host("198.51.100.1", 1000), b.host("198.51.100.2", 2000));
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        a.agent.endRemoteCandidates(network.clock().nowNanos());
        assertEquals(IceState.COMPLETED, a.agent.state());
        assertEquals(IceState.CONNECTED, b.agent.state());
    }

    @Test
    void ipv6IsPreferredWhenTheDriverPrefersIt() {
        var four = a.host(a.bind(TransportAddress.of("198.51.100.1", 1000)), 100);
        var six = a.host(a.bind(TransportAddress.of("2001:db8::1", 1000)), 200);
        var four2 = b.host(b.bind(TransportAddress.of("198.51.100.2", 2000)), 100);
        var six2 = b.host(b.bind(TransportAddress.of("2001:db8::2", 2000)), 200);
        a.know(b.agent.localCredentials(), false, four2, six2);
        b.know(a.agent.localCredentials(), false, four, six);
        assertTrue(network.runUntil(this::bothConnected, 2 * SECOND));
        var pair = a.agent.selectedPair();
        assertNotNull(pair);
        assertEquals(six, pair.local());
        assertEquals(six2, pair.remote());
        assertMirrored(a, b);
    }

    @Test
    void anInterfaceThatLeadsNowhereDelaysByNoMoreThanTheGrace() {
        var dead = a.host(a.bind(TransportAddress.of("192.168.99.1", 1000)), 200);
        var good = a.host(a.bind(TransportAddress.of("198.51.100.1", 1000)), 100);
        var other = b.host("198.51.100.2", 2000);
        network.setLink(TransportAddress.of("192.168.99.1", 0), TransportAddress.of("198.51.100.2", 0), Link.DOWN);
        network.setLink(TransportAddress.of("198.51.100.2", 0), TransportAddress.of("192.168.99.1", 0), Link.DOWN);
        a.know(b.agent.localCredentials(), false, other);
        b.know(a.agent.localCredentials(), false, dead, good);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        assertTrue(
                network.clock().nowNanos() < 400 * MILLISECOND,
                "took " + network.clock().nowNanos());
        assertMirrored(a, b);
    }

    @Test
    void checksArePaced() {
        var many = new Candidate[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = Candidate.host(TransportAddress.of("198.51.100." + (10 + i), 2000), 65535 - i);
        }
        a.host("198.51.100.1", 1000);
        a.know(b.agent.localCredentials(), false, many);
        network.runFor(450 * MILLISECOND);
        assertEquals(10, a.sent.size());
        for (int i = 1; i < a.sent.size(); i++) {
            assertEquals(
                    50 * MILLISECOND,
                    a.sent.get(i).atNanos() - a.sent.get(i - 1).atNanos());
        }
    }

    @Test
    void aCheckIsRetransmittedAsTheTimersSayAndThenFails() {
        a.host("198.51.100.1", 1000);
        var silent = Candidate.host(TransportAddress.of("198.51.100.9", 9), 65535);
        a.know(b.agent.localCredentials(), false, silent);
        network.runFor(39 * SECOND);
        var waits = a.sent.stream().map(sent -> sent.atNanos() / MILLISECOND).toList();
        assertEquals(List.of(0L, 500L, 1500L, 3500L, 5500L, 7500L), waits.subList(0, 6));
        assertEquals(37_500L, waits.getLast());
        assertEquals(21, waits.size());
        assertEquals(IceState.CHECKING, a.agent.state());
        network.runFor(SECOND);
        assertEquals(IceState.FAILED, a.agent.state());
        assertEquals(Long.MAX_VALUE, a.agent.nextTimeout());
    }

    /** RFC 8863: no candidates yet is no failure yet. */
    @Test
    void withoutPairsItIsPatient() {
        a.host("198.51.100.1", 1000);
        a.know(b.agent.localCredentials(), false);
        network.runFor(39 * SECOND);
        assertEquals(IceState.CHECKING, a.agent.state());
        network.runFor(SECOND);
        assertEquals(IceState.FAILED, a.agent.state());
    }

    @Test
    void twoConeNatsAreCrossedByServerReflexiveCandidates() {
        serveStun();
        var natA = network.addNat(
                "203.0.113.1", Nat.Mapping.ENDPOINT_INDEPENDENT, Nat.Filtering.ADDRESS_AND_PORT_DEPENDENT);
        var natB = network.addNat(
                "203.0.113.2", Nat.Mapping.ENDPOINT_INDEPENDENT, Nat.Filtering.ADDRESS_AND_PORT_DEPENDENT);
        gatherAndExchange(natA, natB);
        assertTrue(network.runUntil(this::bothConnected, 5 * SECOND));
        var pair = a.agent.selectedPair();
        assertNotNull(pair);
        assertEquals(CandidateType.SERVER_REFLEXIVE, pair.local().type());
        assertEquals("203.0.113.2", pair.remoteAddress().host());
        assertEquals(CandidateType.SERVER_REFLEXIVE, pair.remote().type());
    }

    @Test
    void aSymmetricNatIsCrossedByAPeerReflexiveCandidate() {
        serveStun();
        var natA = network.addNat(
                "203.0.113.1", Nat.Mapping.ADDRESS_AND_PORT_DEPENDENT, Nat.Filtering.ADDRESS_AND_PORT_DEPENDENT);
        var natB = network.addNat("203.0.113.2", Nat.Mapping.ENDPOINT_INDEPENDENT, Nat.Filtering.ADDRESS_DEPENDENT);
        gatherAndExchange(natA, natB);
        assertTrue(network.runUntil(this::bothConnected, 5 * SECOND));
        var ofA = a.agent.selectedPair();
        var ofB = b.agent.selectedPair();
        assertNotNull(ofA);
        assertNotNull(ofB);
        assertEquals(CandidateType.PEER_REFLEXIVE, ofA.local().type());
        assertEquals(CandidateType.PEER_REFLEXIVE, ofB.remote().type());
        assertEquals(ofA.local().address(), ofB.remoteAddress());
    }

    @Test
    void twoSymmetricNatsAreNotCrossed() {
        serveStun();
        var natA = network.addNat(
                "203.0.113.1", Nat.Mapping.ADDRESS_AND_PORT_DEPENDENT, Nat.Filtering.ADDRESS_AND_PORT_DEPENDENT);
        var natB = network.addNat(
                "203.0.113.2", Nat.Mapping.ADDRESS_AND_PORT_DEPENDENT, Nat.Filtering.ADDRESS_AND_PORT_DEPENDENT);
        gatherAndExchange(natA, natB);
        network.runFor(120 * SECOND);
        assertEquals(IceState.FAILED, a.agent.state());
        assertEquals(IceState.FAILED, b.agent.state());
    }

    @Test
    void aTranslatorThatForgetsIsFollowedByAFullAndByALiteAgent() {
        var nat = network.addNat("203.0.113.1", Nat.Mapping.ENDPOINT_INDEPENDENT, Nat.Filtering.ADDRESS_DEPENDENT);
        var address = TransportAddress.of("198.51.100.2", 7881);
        var announced = Candidate.host(address, 65535);
        var lite = new Peer(network, new LiteIceAgent(0, Checks.LOCAL, List.of(announced)));
        lite.bind(address);
        var ofB = b.host("198.51.100.4", 2000);
        var toLite = full(network, IceRole.CONTROLLING, random);
        var here = a.host(a.bind(TransportAddress.of("10.0.0.1", 1000), nat), 1);
        toLite.host(toLite.bind(TransportAddress.of("10.0.0.1", 1001), nat), 1);
        exchange(here, ofB);
        toLite.know(Checks.LOCAL, true, announced);
        network.runFor(10 * SECOND);
        assertTrue(bothConnected() && lite.isConnected() && toLite.isConnected());
        var before = selectedRemote(b);
        nat.forget();
        network.runFor(60 * SECOND);
        assertTrue(bothConnected() && lite.isConnected() && toLite.isConnected());
        assertNotEquals(before, selectedRemote(b));
        assertEquals(2, b.events(IceEvent.PairSelected.class).size());
        assertEquals(2, lite.events(IceEvent.PairSelected.class).size());
    }

    @Test
    void gatheringTellsTheCandidateAndThenItsEnd() {
        serveStun();
        var nat = network.addNat("203.0.113.1", Nat.Mapping.ENDPOINT_INDEPENDENT, Nat.Filtering.ENDPOINT_INDEPENDENT);
        var base = a.bind(TransportAddress.of("10.0.0.1", 1000), nat);
        a.host(base, 77);
        assertTrue(a.full().gatherServerReflexive(0, base, STUN_SERVER));
        assertTrue(a.full().gatherServerReflexive(0, base, TransportAddress.of("198.51.100.201", 3478)));
        assertFalse(a.full().gatherServerReflexive(0, base, TransportAddress.of("2001:db8::1", 3478)));
        network.runFor(SECOND);
        var gathered = a.events(IceEvent.CandidateGathered.class);
        assertEquals(1, gathered.size());
        var candidate = gathered.getFirst().candidate();
        assertEquals(TransportAddress.of("203.0.113.1", 40_000), candidate.address());
        assertEquals(base.address(), candidate.related());
        assertEquals(77, candidate.localPreference());
        assertEquals(0, a.events(IceEvent.GatheringComplete.class).size(), "the second server may still answer");
        network.runFor(40 * SECOND);
        assertEquals(1, a.events(IceEvent.GatheringComplete.class).size());
        assertEquals(IceState.NEW, a.agent.state());
    }

    @Test
    void bothControllingIsResolved() {
        bothWith(IceRole.CONTROLLING);
    }

    @Test
    void bothControlledIsResolved() {
        bothWith(IceRole.CONTROLLED);
    }

    private void bothWith(IceRole role) {
        for (int seed = 0; seed < 20; seed++) {
            var lossy = new SimNetwork(new SimClock(), seed);
            lossy.setLink(new Link(0.1, 0.05, 5 * MILLISECOND, 20 * MILLISECOND));
            var seeded = new Random(seed);
            a = full(lossy, role, seeded);
            b = full(lossy, role, seeded);
            exchange(a.host("198.51.100.1", 1000), b.host("198.51.100.2", 2000));
            assertTrue(lossy.runUntil(this::bothConnected, 40 * SECOND), "seed " + seed);
            assertNotEquals(a.agent.role(), b.agent.role(), "seed " + seed);
            assertMirrored(a, b);
        }
    }

    @Test
    void connectsOverBadNetworks() {
        for (int seed = 0; seed < 60; seed++) {
            var bad = new SimNetwork(new SimClock(), seed);
            bad.setLink(new Link(0.25, 0.1, 10 * MILLISECOND, 60 * MILLISECOND));
            var seeded = new Random(seed);
            a = full(bad, IceRole.CONTROLLING, seeded);
            b = full(bad, IceRole.CONTROLLED, seeded);
            var ofA = new Candidate[] {a.host("198.51.100.1", 1000), a.host("2001:db8::1", 1000)};
            var ofB = new Candidate[] {b.host("198.51.100.2", 2000), b.host("2001:db8::2", 2000)};
            a.know(b.agent.localCredentials(), false, ofB);
            b.know(a.agent.localCredentials(), false, ofA);
            assertTrue(bad.runUntil(this::bothConnected, 40 * SECOND), "seed " + seed);
            bad.runFor(10 * SECOND);
            assertTrue(bothConnected(), "seed " + seed);
            assertMirrored(a, b);
        }
    }

    @Test
    void connectsToALiteAgentAndTakesControl() {
        for (int seed = 0; seed < 30; seed++) {
            var bad = new SimNetwork(new SimClock(), seed);
            bad.setLink(new Link(0.2, 0.1, 10 * MILLISECOND, 40 * MILLISECOND));
            var seeded = new Random(seed);
            a = full(bad, IceRole.CONTROLLED, seeded);
            var address = TransportAddress.of("198.51.100.2", 7881);
            var announced = Candidate.host(address, 65535);
            b = new Peer(bad, new LiteIceAgent(0, IceCredentials.generate(seeded), List.of(announced)));
            b.bind(address);
            a.host("198.51.100.1", 1000);
            a.know(b.agent.localCredentials(), true, announced);
            b.know(a.agent.localCredentials(), false);
            assertTrue(bad.runUntil(this::bothConnected, 30 * SECOND), "seed " + seed);
            assertEquals(IceRole.CONTROLLING, a.agent.role());
            assertMirrored(a, b);
            bad.runFor(60 * SECOND);
            assertTrue(bothConnected(), "seed " + seed);
        }
    }

    @Test
    void aCandidateThatComesLateStillConnects() {
        var ofA = a.host("198.51.100.1", 1000);
        var ofB = b.host("198.51.100.2", 2000);
        network.setLink(TransportAddress.of("198.51.100.2", 0), TransportAddress.of("198.51.100.1", 0), Link.DOWN);
        a.know(b.agent.localCredentials(), false);
        b.know(a.agent.localCredentials(), false, ofA);
        network.runFor(20 * SECOND);
        assertEquals(IceState.CHECKING, a.agent.state());
        network.setLink(TransportAddress.of("198.51.100.2", 0), TransportAddress.of("198.51.100.1", 0), Link.GOOD);
        assertEquals(
                AddedCandidate.ADDED, a.agent.addRemoteCandidate(network.clock().nowNanos(), ofB));
        assertTrue(network.runUntil(this::bothConnected, SECOND));
    }

    @Test
    void aCheckThatIsFasterThanTheAnswerIsRemembered() {
        var ofA = a.host("198.51.100.1", 1000);
        var ofB = b.host("198.51.100.2", 2000);
        b.know(a.agent.localCredentials(), false, ofA);
        network.runFor(300 * MILLISECOND);
        assertEquals(IceState.NEW, a.agent.state());
        assertTrue(a.agent.isValidated(TransportAddress.of("198.51.100.2", 2000)));
        a.agent.setRemote(network.clock().nowNanos(), b.agent.localCredentials(), false);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        assertEquals(
                AddedCandidate.DUPLICATE,
                a.agent.addRemoteCandidate(network.clock().nowNanos(), ofB));
        var pair = a.agent.selectedPair();
        assertNotNull(pair);
        assertEquals(CandidateType.HOST, pair.remote().type(), "named by signaling after all");
    }

    @Test
    void aPassiveTcpCandidateIsReachedByAConnection() {
        var listening = TransportAddress.of("198.51.100.2", 443);
        var passive = Candidate.tcpHost(listening, TcpType.PASSIVE, 1);
        b.full().addLocalCandidate(0, passive, b.listen(listening));
        var from = TransportAddress.of("198.51.100.1", 0);
        var active = Candidate.tcpHost(from, TcpType.ACTIVE, 1);
        a.full().addLocalCandidate(0, active, LocalBase.tcp(from));
        exchange(active, passive);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        var ofA = a.agent.selectedPair();
        var ofB = b.agent.selectedPair();
        assertNotNull(ofA);
        assertNotNull(ofB);
        assertEquals(LocalBase.tcpConnection(from, listening), ofA.base());
        assertEquals(Transport.TCP, ofB.base().transport());
        assertEquals(passive, ofB.local());
        assertEquals(ofB.remoteAddress(), ofB.base().peer());
    }

    @Test
    void overTcpNothingIsRetransmitted() {
        var from = TransportAddress.of("198.51.100.1", 0);
        a.full().addLocalCandidate(0, Candidate.tcpHost(from, TcpType.ACTIVE, 1), LocalBase.tcp(from));
        var nobody = Candidate.tcpHost(TransportAddress.of("198.51.100.9", 443), TcpType.PASSIVE, 1);
        a.know(b.agent.localCredentials(), false, nobody);
        network.runFor(41 * SECOND);
        assertEquals(1, a.sent.size());
        assertEquals(IceState.FAILED, a.agent.state());
    }

    @Test
    void aLiteAgentIsReachedOverTcpWhenUdpIsBlocked() {
        var udp = TransportAddress.of("198.51.100.2", 7881);
        var tcp = TransportAddress.of("198.51.100.3", 7881);
        var announced = List.of(Candidate.host(udp, 65535), Candidate.tcpHost(tcp, TcpType.PASSIVE, 1));
        b = new Peer(network, new LiteIceAgent(0, Checks.LOCAL, announced));
        b.bind(udp);
        b.listen(tcp);
        network.setLink(TransportAddress.of("198.51.100.1", 0), udp, Link.DOWN);
        a.host("198.51.100.1", 1000);
        var from = TransportAddress.of("198.51.100.1", 0);
        a.full().addLocalCandidate(0, Candidate.tcpHost(from, TcpType.ACTIVE, 1), LocalBase.tcp(from));
        a.know(Checks.LOCAL, true, announced.get(0), announced.get(1));
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        var pair = b.agent.selectedPair();
        assertNotNull(pair);
        assertEquals(announced.get(1), pair.local());
    }

    @Test
    void consentIsAskedEveryFourToSixSeconds() {
        connect();
        int before = a.sent.size();
        network.runFor(120 * SECOND);
        // What is not an answer to the other side's question is a question.
        var asked = a.sent.subList(before, a.sent.size()).stream()
                .filter(sent -> sent.isRequest())
                .map(Peer.Sent::atNanos)
                .toList();
        for (int i = 1; i < asked.size(); i++) {
            long wait = asked.get(i) - asked.get(i - 1);
            assertTrue(wait >= 4 * SECOND && wait <= 6 * SECOND + 100 * MILLISECOND, "waited " + wait);
        }
        assertTrue(asked.stream().anyMatch(at -> at > 110 * SECOND));
        assertNotEquals(asked.get(2) - asked.get(1), asked.get(1) - asked.get(0), "not in step");
        assertEquals(List.of(IceState.CHECKING, IceState.CONNECTED), a.states());
    }

    @Test
    void aQuestionThatIsLostIsAskedAgainSoon() {
        connect();
        network.setLink(Link.DOWN);
        int before = a.sent.size();
        network.runFor(9 * SECOND);
        assertTrue(a.sent.size() - before >= 3, "asked " + (a.sent.size() - before));
        network.setLink(Link.GOOD);
        network.runFor(2 * SECOND);
        assertEquals(List.of(IceState.CHECKING, IceState.CONNECTED), a.states());
    }

    @Test
    void withoutAnswersConsentExpires() {
        connect();
        long connected = network.clock().nowNanos();
        network.setLink(Link.DOWN);
        network.runUntil(connected + 13 * SECOND);
        assertEquals(IceState.DISCONNECTED, a.agent.state());
        assertNotNull(a.agent.selectedPair());
        network.runUntil(connected + 36 * SECOND);
        assertEquals(IceState.FAILED, a.agent.state());
        assertNull(a.agent.selectedPair());
        assertFalse(a.agent.isValidated(TransportAddress.of("198.51.100.2", 2000)));
        int sent = a.sent.size();
        network.runFor(60 * SECOND);
        assertEquals(sent, a.sent.size(), "nothing is sent without consent");
    }

    @Test
    void aNetworkThatComesBackReconnects() {
        connect();
        network.setLink(Link.DOWN);
        assertTrue(network.runUntil(() -> a.agent.state() == IceState.DISCONNECTED, 20 * SECOND));
        network.setLink(Link.GOOD);
        assertTrue(network.runUntil(() -> a.agent.state() == IceState.CONNECTED, 7 * SECOND));
    }

    @Test
    void aRestartUnderLossKeepsTheOldPairUntilTheNewOneWorks() {
        for (int seed = 0; seed < 30; seed++) {
            var bad = new SimNetwork(new SimClock(), seed);
            bad.setLink(new Link(0.2, 0.1, 10 * MILLISECOND, 30 * MILLISECOND));
            var seeded = new Random(seed);
            a = full(bad, IceRole.CONTROLLING, seeded);
            b = full(bad, IceRole.CONTROLLED, seeded);
            var ofA = a.host("198.51.100.1", 1000);
            var ofB = b.host("198.51.100.2", 2000);
            exchange(ofA, ofB);
            assertTrue(bad.runUntil(this::bothConnected, 40 * SECOND), "seed " + seed);

            var newA = IceCredentials.generate(seeded);
            a.agent.restart(bad.clock().nowNanos(), newA);
            assertNotNull(a.agent.selectedPair(), "seed " + seed);
            assertEquals(IceState.CHECKING, a.agent.state());
            bad.runFor(3 * SECOND);
            var newB = IceCredentials.generate(seeded);
            b.agent.restart(bad.clock().nowNanos(), newB);
            b.know(newA, false, ofA);
            assertNotNull(b.agent.selectedPair(), "seed " + seed);
            bad.runFor(100 * MILLISECOND);
            a.know(newB, false, ofB);
            assertTrue(bad.runUntil(this::bothConnected, 40 * SECOND), "seed " + seed);
            assertEquals(List.of(new IceEvent.Restarted(newA)), a.events(IceEvent.Restarted.class));
            assertEquals(List.of(new IceEvent.Restarted(newB)), b.events(IceEvent.Restarted.class));
            assertMirrored(a, b);
        }
    }

    @Test
    void aRestartRevivesAFailedAgent() {
        var ofA = a.host("198.51.100.1", 1000);
        var ofB = b.host("198.51.100.2", 2000);
        exchange(ofA, ofB);
        network.runFor(SECOND);
        network.setLink(Link.DOWN);
        network.runFor(60 * SECOND);
        assertEquals(IceState.FAILED, a.agent.state());
        network.setLink(Link.GOOD);
        a.agent.restart(network.clock().nowNanos(), IceCredentials.generate(random));
        b.agent.restart(network.clock().nowNanos(), IceCredentials.generate(random));
        exchange(ofA, ofB);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
    }

    @Test
    void aRestartFindsTheWayAfterTheAddressChanged() {
        var ofA = a.host("198.51.100.1", 1000);
        var ofB = b.host("198.51.100.2", 2000);
        exchange(ofA, ofB);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        network.detach(TransportAddress.of("198.51.100.1", 1000));
        a.agent.handleBaseClosed(network.clock().nowNanos(), LocalBase.udp(TransportAddress.of("198.51.100.1", 1000)));
        a.drain();
        assertEquals(IceState.DISCONNECTED, a.agent.state());
        var moved = a.host("198.51.100.77", 1000);
        a.agent.restart(network.clock().nowNanos(), IceCredentials.generate(random));
        b.agent.restart(network.clock().nowNanos(), IceCredentials.generate(random));
        exchange(moved, ofB);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        assertMirrored(a, b);
    }

    @Test
    void otherRemoteCredentialsWithoutARestartAreAFaultOfTheCaller() {
        a.know(Checks.REMOTE, false);
        a.know(Checks.REMOTE, false);
        assertThrows(IllegalStateException.class, () -> a.agent.setRemote(0, Checks.LOCAL, false));
    }

    @Test
    void namesAreForTheCallerToResolve() {
        var named = (Candidate) Candidate.parse("candidate:0 1 udp 2122252543 x.local 5 typ host");
        assertEquals(AddedCandidate.UNRESOLVED, a.agent.addRemoteCandidate(0, named));
        var resolved = named.withAddress(TransportAddress.of("192.0.2.1", 5));
        assertEquals(AddedCandidate.ADDED, a.agent.addRemoteCandidate(0, resolved));
        assertEquals(AddedCandidate.DUPLICATE, a.agent.addRemoteCandidate(0, resolved));
    }

    @Test
    void candidatesOfAnotherGenerationAndImpossibleOnesAreRefused() {
        a.know(Checks.REMOTE, false);
        var candidate = Candidate.host(TransportAddress.of("192.0.2.1", 5), 1);
        assertEquals(AddedCandidate.OTHER_GENERATION, a.agent.addRemoteCandidate(0, candidate.withUfrag("past")));
        assertEquals(AddedCandidate.ADDED, a.agent.addRemoteCandidate(0, candidate.withUfrag("peer")));
        for (var host : new String[] {"0.0.0.0", "224.0.0.251", "255.255.255.255", "::", "ff02::fb"}) {
            var bad = Candidate.host(TransportAddress.of(host, 5), 1);
            assertEquals(AddedCandidate.BAD_ADDRESS, a.agent.addRemoteCandidate(0, bad), host);
        }
        var portless = Candidate.host(TransportAddress.of("192.0.2.1", 0), 1);
        assertEquals(AddedCandidate.BAD_ADDRESS, a.agent.addRemoteCandidate(0, portless));
    }

    @Test
    void candidatesThatComeBeforeTheirCredentialsAreSortedOutThen() {
        a.host("198.51.100.1", 1000);
        var past = Candidate.host(TransportAddress.of("198.51.100.8", 5), 1).withUfrag("past");
        var present = Candidate.host(TransportAddress.of("198.51.100.9", 5), 1).withUfrag("peer");
        a.agent.addRemoteCandidate(0, past);
        a.agent.addRemoteCandidate(0, present);
        a.know(Checks.REMOTE, false);
        network.runFor(400 * MILLISECOND);
        assertEquals(
                List.of("198.51.100.9"),
                a.sent.stream()
                        .map(sent -> sent.transmit().destination().host())
                        .distinct()
                        .toList());
    }

    @Test
    void remoteCandidatesAndPairsAreBounded() {
        for (int i = 0; i < 5; i++) {
            a.host(a.bind(TransportAddress.of("198.51.100." + (1 + i), 1000)), 65535 - i);
        }
        a.know(Checks.REMOTE, false);
        for (int i = 0; i < 300; i++) {
            a.agent.addRemoteCandidate(0, Candidate.host(TransportAddress.of("192.0.2.1", 1 + i), i));
        }
        assertEquals(FullIceAgent.MAX_REMOTE_CANDIDATES, a.full().sizes()[0]);
        assertEquals(CheckList.MAX_PAIRS, a.full().sizes()[1]);
        assertTrue(a.agent.statistics().refusedByCap() >= 200);
    }

    @Test
    void peerReflexiveCandidatesAreBoundedAndTheOldestGoes() {
        a = new Peer(network, new FullIceAgent(0, IceRole.CONTROLLED, Checks.LOCAL, random));
        var base = a.bind(TransportAddress.of("198.51.100.1", 1000));
        a.host(base, 1);
        a.know(Checks.REMOTE, false);
        for (int port = 1; port <= 1000; port++) {
            a.receive(base, TransportAddress.of("192.0.2.1", port), Checks.check(Checks.LOCAL, false));
        }
        assertEquals(FullIceAgent.MAX_REMOTE_CANDIDATES, a.full().sizes()[0]);
        assertTrue(a.full().sizes()[1] <= CheckList.MAX_PAIRS);
        assertTrue(a.agent.isValidated(TransportAddress.of("192.0.2.1", 1000)));
        assertFalse(a.agent.isValidated(TransportAddress.of("192.0.2.1", 1)));
    }

    @Test
    void transactionsAreBoundedThoughTheOtherSideChecksWithoutEnd() {
        a = new Peer(network, new FullIceAgent(0, IceRole.CONTROLLED, Checks.LOCAL, random));
        var base = a.bind(TransportAddress.of("198.51.100.1", 1000));
        a.host(base, 1);
        a.know(Checks.REMOTE, false);
        for (int i = 0; i < 2000; i++) {
            a.receive(base, TransportAddress.of("192.0.2.1", 1 + i % 5), Checks.check(Checks.LOCAL, false));
            network.runFor(20 * MILLISECOND);
            assertTrue(a.full().sizes()[2] <= Transactions.MAX);
        }
        assertTrue(a.full().sizes()[2] > 100, "the bound was near");
    }

    @Test
    void asControlledTheLatestNominationWins() {
        var ofA = a.host("198.51.100.1", 1000);
        var secondOfA = a.host("198.51.100.3", 1000);
        var ofB = b.host("198.51.100.2", 2000);
        a.know(b.agent.localCredentials(), false, ofB);
        b.know(a.agent.localCredentials(), false, ofA, secondOfA);
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        var first = b.agent.selectedPair();
        assertNotNull(first);
        var other = first.remoteAddress().host().equals("198.51.100.1") ? "198.51.100.3" : "198.51.100.1";
        var otherAddress = TransportAddress.of(other, 1000);
        var renomination = Checks.check(b.agent.localCredentials(), true);
        b.receive(LocalBase.udp(TransportAddress.of("198.51.100.2", 2000)), otherAddress, renomination);
        assertTrue(network.runUntil(() -> selectedRemote(b).equals(otherAddress), SECOND));
        assertTrue(b.isConnected());
    }

    @Test
    void wrongIntegrityIsCountedAndNotAnswered() {
        a.host("198.51.100.1", 1000);
        var base = LocalBase.udp(TransportAddress.of("198.51.100.1", 1000));
        var forged = new IceCredentials(a.agent.localCredentials().ufrag(), "wrongwrongwrongwrongwrong");
        a.receive(base, TransportAddress.of("192.0.2.1", 5), Checks.check(forged, true));
        assertEquals(Handled.UNAUTHENTICATED, a.last);
        assertEquals(1, a.agent.statistics().unauthenticated());
        assertEquals(0, a.sent.size());
    }

    @Test
    void aForgedAnswerDoesNotCount() {
        a.host("198.51.100.1", 1000);
        var silent = TransportAddress.of("198.51.100.9", 9);
        var base = LocalBase.udp(TransportAddress.of("198.51.100.1", 1000));
        var forgery = Datagram.allocate(100);
        network.attach(silent, (from, bytes) -> {
            var check = Checks.parse(Datagram.copyOf(bytes));
            StunWriter.writeBindingSuccess(forgery, check.transactionId(), from);
            network.send(silent, from, forgery);
        });
        a.know(Checks.REMOTE, false, Candidate.host(silent, 1));
        network.runFor(5 * SECOND);
        assertEquals(IceState.CHECKING, a.agent.state());
        assertFalse(a.agent.isValidated(base, silent));
        assertTrue(a.agent.statistics().unauthenticated() > 0);
    }

    @Test
    void aClosedAgentIsSilent() {
        connect();
        a.agent.close();
        assertEquals(IceState.CLOSED, a.agent.state());
        a.drain();
        int sent = a.sent.size();
        network.runFor(20 * SECOND);
        assertEquals(sent, a.sent.size());
        assertEquals(Handled.NOT_OURS, a.last);
    }

    private void connect() {
        exchange(a.host("198.51.100.1", 1000), b.host("198.51.100.2", 2000));
        assertTrue(network.runUntil(this::bothConnected, SECOND));
        network.runFor(200 * MILLISECOND);
    }

    private void exchange(Candidate ofA, Candidate ofB) {
        a.know(b.agent.localCredentials(), false, ofB);
        b.know(a.agent.localCredentials(), false, ofA);
    }

    private void gatherAndExchange(Nat natA, Nat natB) {
        gather(a, "10.0.0.1", natA);
        gather(b, "10.0.1.1", natB);
        network.runFor(SECOND);
        a.know(b.agent.localCredentials(), false, gathered(b));
        b.know(a.agent.localCredentials(), false, gathered(a));
    }

    private void gather(Peer peer, String address, Nat nat) {
        var base = peer.bind(TransportAddress.of(address, 1000), nat);
        peer.host(base, 65535);
        peer.full().gatherServerReflexive(network.clock().nowNanos(), base, STUN_SERVER);
    }

    private static Candidate gathered(Peer peer) {
        return peer.events(IceEvent.CandidateGathered.class).getFirst().candidate();
    }

    private void serveStun() {
        var out = Datagram.allocate(100);
        network.attach(STUN_SERVER, (from, bytes) -> {
            if (StunMessage.parse(Datagram.copyOf(bytes)) instanceof StunMessage question) {
                StunWriter.writeBindingSuccess(out, question.transactionId(), from);
                network.send(STUN_SERVER, from, out);
            }
        });
    }

    private boolean bothConnected() {
        return a.isConnected() && b.isConnected();
    }

    private static Peer full(SimNetwork network, IceRole role, Random random) {
        return new Peer(
                network, new FullIceAgent(network.clock().nowNanos(), role, IceCredentials.generate(random), random));
    }

    private static TransportAddress selectedRemote(Peer peer) {
        var pair = peer.agent.selectedPair();
        assertNotNull(pair);
        return pair.remoteAddress();
    }

    /** One sends where the other sends from. */
    private static void assertMirrored(Peer one, Peer other) {
        var pair = one.agent.selectedPair();
        var mirror = other.agent.selectedPair();
        assertNotNull(pair);
        assertNotNull(mirror);
        assertEquals(pair.base().address(), mirror.remoteAddress());
        assertEquals(mirror.base().address(), pair.remoteAddress());
    }
}
