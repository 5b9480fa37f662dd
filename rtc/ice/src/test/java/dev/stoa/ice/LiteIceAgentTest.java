package dev.stoa.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMethod;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiteIceAgentTest {
    private static final long SECOND = 1_000_000_000L;
    private static final LocalBase BASE = LocalBase.udp(TransportAddress.of("0.0.0.0", 7881));
    private static final Candidate ANNOUNCED = Candidate.host(TransportAddress.of("198.51.100.1", 7881), 65535);
    private static final TransportAddress FIRST = TransportAddress.of("203.0.113.1", 1001);
    private static final TransportAddress SECOND_ADDRESS = TransportAddress.of("203.0.113.1", 1002);
    private static final IceCredentials RENEWED = new IceCredentials("nuov", "nuovnuovnuovnuovnuovnuov");

    private final LiteIceAgent agent = new LiteIceAgent(0, Checks.LOCAL, List.of(ANNOUNCED));
    private final Datagram in = Datagram.allocate(2048);
    private final Datagram out = Datagram.allocate(IceAgent.TRANSMIT_CAPACITY);
    private final List<IceEvent> events = new ArrayList<>();

    @Test
    void answersACheckWithTheAddressItCameFrom() {
        assertEquals(Handled.TAKEN, handle(0, check(false), FIRST));
        assertEquals(new Transmit(BASE, FIRST), agent.pollTransmit(out));
        var answer = Checks.parse(out);
        assertTrue(answer.is(StunClass.SUCCESS, StunMethod.BINDING));
        assertEquals(FIRST, answer.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
        assertTrue(answer.verify(IntegrityKey.shortTerm(Checks.LOCAL.pwd())));
        assertTrue(answer.has(StunAttribute.FINGERPRINT));
        assertFalse(answer.has(StunAttribute.SOFTWARE));
        assertNull(agent.pollTransmit(out));
        assertEquals(IceState.CHECKING, agent.state());
        assertNull(agent.selectedPair());
    }

    @Test
    void aNominationSelectsAndConnects() {
        handle(0, check(true), FIRST);
        assertEquals(IceState.CONNECTED, agent.state());
        var pair = agent.selectedPair();
        assertNotNull(pair);
        assertEquals(FIRST, pair.remoteAddress());
        assertEquals(ANNOUNCED, pair.local(), "the socket is bound to all addresses, the other side knows this one");
        assertEquals(CandidateType.PEER_REFLEXIVE, pair.remote().type());
        assertEquals(0x6e0001ffL, pair.remote().priority());
        assertEquals(new IceEvent.PairSelected(pair), events.getFirst());
    }

    @Test
    void theLatestNominationWins() {
        handle(0, check(true), FIRST);
        handle(1, check(true), SECOND_ADDRESS);
        handle(2, check(false), FIRST);
        assertEquals(SECOND_ADDRESS, remote());
        handle(3, check(true), FIRST);
        assertEquals(FIRST, remote());
    }

    @Test
    void onlyAddressesThatWereCheckedAreValidated() {
        assertFalse(agent.isValidated(FIRST));
        handle(0, check(false), FIRST);
        assertTrue(agent.isValidated(FIRST));
        assertTrue(agent.isValidated(BASE, FIRST));
        assertFalse(agent.isValidated(LocalBase.udp(FIRST), FIRST));
        assertFalse(agent.isValidated(SECOND_ADDRESS));
    }

    @Test
    void wrongIntegrityIsCountedAndNotAnswered() {
        var forged = new IceCredentials(Checks.LOCAL.ufrag(), "wrongwrongwrongwrongwrong");
        assertEquals(Handled.UNAUTHENTICATED, handle(0, Checks.check(forged, true), FIRST));
        assertNull(agent.pollTransmit(out));
        assertFalse(agent.isValidated(FIRST));
        assertEquals(1, agent.statistics().unauthenticated());
        assertEquals(IceState.NEW, agent.state());
    }

    @Test
    void missingIntegrityIsCountedAndNotAnswered() {
        var bare = Datagram.allocate(200);
        Checks.request(bare, "serv:peer").flag(StunAttribute.USE_CANDIDATE);
        assertEquals(Handled.UNAUTHENTICATED, handle(0, bare.toArray(), FIRST));
        assertNull(agent.pollTransmit(out));
    }

    @Test
    void anotherUfragIsNotOurs() {
        assertEquals(Handled.NOT_OURS, handle(0, Checks.check(RENEWED, true), FIRST));
        var prefix = new IceCredentials("servant", Checks.LOCAL.pwd());
        assertEquals(Handled.NOT_OURS, handle(0, Checks.check(prefix, true), FIRST));
        assertEquals(2, agent.statistics().unknownUsername());
    }

    @Test
    void whatIsNotStunIsLeftToOthersAndWhatIsBrokenIsCounted() {
        assertEquals(Handled.NOT_STUN, handle(0, new byte[] {22, 1, 2, 3}, FIRST));
        var broken = check(true);
        broken[broken.length - 1]++;
        assertEquals(Handled.MALFORMED, handle(0, broken, FIRST));
        assertEquals(1, agent.statistics().malformed(Malformation.BAD_CHECK));
    }

    @Test
    void theOtherSideMustBeControlling() {
        handle(0, Checks.check(Checks.LOCAL, StunAttribute.ICE_CONTROLLED, false, 0), FIRST);
        assertNotNull(agent.pollTransmit(out));
        assertEquals(487, Checks.parse(out).errorCode());
        assertTrue(Checks.parse(out).verify(IntegrityKey.shortTerm(Checks.LOCAL.pwd())));
        assertFalse(agent.isValidated(FIRST));
    }

    @Test
    void anUnknownAttributeThatMustBeUnderstoodIsAnswered420() {
        handle(0, Checks.check(Checks.LOCAL, StunAttribute.ICE_CONTROLLING, true, 0x7777), FIRST);
        assertNotNull(agent.pollTransmit(out));
        assertEquals(420, Checks.parse(out).errorCode());
        assertEquals(2, Checks.parse(out).length(StunAttribute.UNKNOWN_ATTRIBUTES));
        assertEquals(IceState.NEW, agent.state());
    }

    @Test
    void silenceDisconnectsAndThenEndsIt() {
        handle(0, check(true), FIRST);
        assertEquals(10 * SECOND, agent.nextTimeout());
        timeout(10 * SECOND);
        assertEquals(IceState.DISCONNECTED, agent.state());
        assertEquals(30 * SECOND, agent.nextTimeout());
        timeout(30 * SECOND);
        assertEquals(IceState.FAILED, agent.state());
        assertEquals(Long.MAX_VALUE, agent.nextTimeout());
        assertNull(agent.selectedPair());
        assertFalse(agent.isValidated(FIRST));
        assertEquals(Handled.NOT_OURS, handle(31 * SECOND, check(true), FIRST));
    }

    @Test
    void aCheckOfTheSelectedPairBringsItBack() {
        handle(0, check(true), FIRST);
        timeout(10 * SECOND);
        handle(20 * SECOND, check(false), SECOND_ADDRESS);
        assertEquals(IceState.DISCONNECTED, agent.state(), "another pair is not consent to this one");
        handle(21 * SECOND, check(false), FIRST);
        assertEquals(IceState.CONNECTED, agent.state());
        timeout(50 * SECOND);
        assertEquals(IceState.DISCONNECTED, agent.state());
        timeout(51 * SECOND);
        assertEquals(IceState.FAILED, agent.state());
    }

    @Test
    void forgedChecksDoNotKeepItAlive() {
        handle(0, check(true), FIRST);
        var forged = new IceCredentials(Checks.LOCAL.ufrag(), "wrongwrongwrongwrongwrong");
        handle(29 * SECOND, Checks.check(forged, true), FIRST);
        timeout(30 * SECOND);
        assertEquals(IceState.FAILED, agent.state());
    }

    @Test
    void withoutAnyCheckItEndsToo() {
        agent.setRemote(0, Checks.REMOTE, false);
        timeout(30 * SECOND);
        assertEquals(IceState.FAILED, agent.state());
    }

    @Test
    void afterARestartTheOldPairWorksUntilTheNewGenerationNominates() {
        handle(0, check(true), FIRST);
        agent.restart(SECOND, RENEWED);
        assertEquals(IceState.CHECKING, agent.state());
        assertEquals(RENEWED, agent.localCredentials());
        assertEquals(FIRST, remote());
        assertEquals(Handled.TAKEN, handle(2 * SECOND, check(true), FIRST), "old credentials");
        handle(3 * SECOND, Checks.check(RENEWED, false), SECOND_ADDRESS);
        assertEquals(FIRST, remote());
        assertEquals(IceState.CHECKING, agent.state());
        handle(4 * SECOND, Checks.check(RENEWED, true), SECOND_ADDRESS);
        assertEquals(SECOND_ADDRESS, remote());
        assertEquals(IceState.CONNECTED, agent.state());
        assertTrue(events.contains(new IceEvent.Restarted(RENEWED)));
        assertEquals(Handled.NOT_OURS, handle(5 * SECOND, check(true), FIRST), "old credentials are void");
    }

    @Test
    void aRestartOverTheSamePairIsARestart() {
        handle(0, check(true), FIRST);
        agent.restart(SECOND, RENEWED);
        handle(2 * SECOND, Checks.check(RENEWED, true), FIRST);
        assertEquals(IceState.CONNECTED, agent.state());
        assertEquals(
                1,
                events.stream().filter(IceEvent.PairSelected.class::isInstance).count());
        assertTrue(events.contains(new IceEvent.Restarted(RENEWED)));
    }

    @Test
    void twoRestartsInARowKeepTheGenerationThatWorked() {
        handle(0, check(true), FIRST);
        agent.restart(SECOND, new IceCredentials("skip", "skipskipskipskipskipskip"));
        agent.restart(SECOND, RENEWED);
        assertEquals(Handled.TAKEN, handle(2 * SECOND, check(false), FIRST));
        handle(3 * SECOND, Checks.check(RENEWED, true), FIRST);
        assertEquals(IceState.CONNECTED, agent.state());
    }

    @Test
    void aFailedAgentComesBackByARestart() {
        handle(0, check(true), FIRST);
        timeout(30 * SECOND);
        agent.restart(40 * SECOND, RENEWED);
        handle(41 * SECOND, Checks.check(RENEWED, true), FIRST);
        assertEquals(IceState.CONNECTED, agent.state());
    }

    @Test
    void validatedAddressesAreBounded() {
        handle(0, check(true), FIRST);
        for (int port = 2000; port < 2100; port++) {
            handle(1, check(false), FIRST.withPort(port));
            agent.pollTransmit(out);
        }
        assertEquals(LiteIceAgent.MAX_VALIDATED, agent.validatedRemotes().size());
        assertTrue(agent.isValidated(FIRST), "the selected one is kept");
        assertTrue(agent.isValidated(FIRST.withPort(2099)));
        assertFalse(agent.isValidated(FIRST.withPort(2000)));
    }

    @Test
    void anAddressThatIsSilentForLongIsNoLongerValidated() {
        handle(0, check(false), SECOND_ADDRESS);
        handle(0, check(true), FIRST);
        handle(30 * SECOND - 1, check(true), FIRST);
        assertTrue(agent.isValidated(SECOND_ADDRESS));
        handle(30 * SECOND, check(true), FIRST);
        assertFalse(agent.isValidated(SECOND_ADDRESS));
    }

    @Test
    void answersThatNobodyPollsAreBounded() {
        for (int i = 0; i < 1000; i++) {
            handle(i, check(false), FIRST);
        }
        int polled = 0;
        while (agent.pollTransmit(out) != null) {
            polled++;
        }
        assertEquals(Outbox.CAPACITY, polled);
        assertEquals(1000 - Outbox.CAPACITY, agent.statistics().droppedTransmits());
    }

    @Test
    void aClosedAgentIsSilent() {
        handle(0, check(true), FIRST);
        agent.close();
        assertNull(agent.pollTransmit(out));
        assertEquals(Handled.NOT_OURS, handle(1, check(true), FIRST));
        assertEquals(Long.MAX_VALUE, agent.nextTimeout());
        assertThrows(IllegalStateException.class, () -> agent.restart(2, RENEWED));
    }

    @Test
    void twoLiteAgentsAreAFaultOfTheCaller() {
        assertThrows(IllegalArgumentException.class, () -> agent.setRemote(0, Checks.REMOTE, true));
    }

    @Test
    void theUfragOfACheckIsReadWithoutItsKey() {
        in.set(check(true));
        assertEquals("serv", IceAgent.localUfrag(in));
        for (int length = 0; length < 40; length++) {
            in.setLength(length);
            var ufrag = IceAgent.localUfrag(in);
            assertTrue(ufrag == null || ufrag.equals("serv"), "cut to " + length);
        }
        in.set(new byte[] {0, 1, 0, 0});
        assertNull(IceAgent.localUfrag(in));
        Checks.request(in, ":peer");
        assertNull(IceAgent.localUfrag(in));
        Checks.request(in, "nocolon");
        assertNull(IceAgent.localUfrag(in));
        Checks.request(in, "x".repeat(300) + ":y");
        assertNull(IceAgent.localUfrag(in));
    }

    private static byte[] check(boolean useCandidate) {
        return Checks.check(Checks.LOCAL, useCandidate);
    }

    private Handled handle(long nowNanos, byte[] bytes, TransportAddress from) {
        in.set(bytes);
        var handled = agent.handle(nowNanos, in, BASE, from);
        drainEvents();
        return handled;
    }

    private void timeout(long nowNanos) {
        agent.handleTimeout(nowNanos);
        drainEvents();
    }

    private void drainEvents() {
        for (var event = agent.pollEvent(); event != null; event = agent.pollEvent()) {
            events.add(event);
        }
    }

    private TransportAddress remote() {
        var pair = agent.selectedPair();
        assertNotNull(pair);
        return pair.remoteAddress();
    }
}
