package dev.stoa.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.StunMethod;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Floods of requests that nobody has signed: what comes out is bounded, and nothing stays. */
class FloodTest {
    private static final long SEED = 8489;
    private static final long MILLI = 1_000_000;
    private static final byte[] BINDING = TurnClient.unsigned(StunMethod.BINDING, _ -> {});
    private static final byte[] ALLOCATE = TurnClient.unsigned(StunMethod.ALLOCATE, TurnClient.transport());

    private final TurnNet net = new TurnNet();
    private final Random random = new Random(SEED);

    @Test
    void oneSourceGetsTwentyAnswersThenFiveASecondThenSilence() {
        for (var request : List.of(BINDING, ALLOCATE)) {
            var source = TransportAddress.of("11.1.1." + request.length, 9);
            assertEquals(20, flood(source, request, 1000, 0));
            net.now += 1_000 * MILLI;
            assertEquals(5, flood(source, request, 1000, 0));
            net.now += 60_000 * MILLI;
            assertEquals(20, flood(source, request, 1000, 0));
        }
        assertTrue(net.count(TurnCounters.Kind.SILENCED) > 5000);
    }

    @Test
    void overTenSecondsOfFloodNoMoreBytesGoOutThanComeIn() {
        var source = TransportAddress.of("11.1.1.1", 9);
        for (var request : List.of(BINDING, ALLOCATE)) {
            net.sent.clear();
            flood(source, request, 10_000, MILLI);
            long out =
                    net.sent.stream().mapToLong(packet -> packet.bytes().length).sum();
            assertTrue(out <= 10_000L * request.length, out + " bytes out");
            net.now += 60_000 * MILLI;
        }
    }

    /** An IPv4 address is one source whatever its port, an IPv6 /64 whatever is behind it. */
    @Test
    void portsAndInterfacesOfOneSourceShareItsBudget() {
        int answers = 0;
        int answersIpv6 = 0;
        for (int i = 1; i <= 500; i++) {
            answers += flood(TransportAddress.of("11.1.1.1", i), BINDING, 1, 0);
            answersIpv6 += flood(TransportAddress.of("2a0e:5700:0:7::" + Integer.toHexString(i), 9), BINDING, 1, 0);
        }
        assertEquals(20, answers);
        assertEquals(20, answersIpv6);
        assertEquals(1, flood(TransportAddress.of("2a0e:5700:0:8::1", 9), BINDING, 1, 0));
    }

    @Test
    void forgedSourcesGetNoMoreThanTheirBudgetEachAndLeaveNothingBehind() {
        var victims = new ArrayList<TransportAddress>();
        for (int i = 0; i < 200; i++) {
            victims.add(TransportAddress.ofIpv4(random.nextInt(), 9));
        }
        var answers = new HashMap<TransportAddress, Integer>();
        for (int i = 0; i < 400_000; i++) {
            // Half of them from anywhere, so that the table is full all the time.
            boolean isVictim = i % 2 == 0;
            var source = isVictim
                    ? victims.get(random.nextInt(victims.size()))
                    : TransportAddress.ofIpv4(random.nextInt(), random.nextInt(1 << 16));
            int got = flood(source, ALLOCATE, 1, 2_500);
            if (isVictim) {
                answers.merge(source, got, Integer::sum);
            }
        }
        // A second has passed: a burst, and five.
        answers.values().forEach(count -> assertTrue(count <= 26, count + " answers, seed " + SEED));
        assertTrue(net.server.allocations().isEmpty());
        assertEquals(0, net.server.allocations().users());
        assertEquals(TurnServer.NEVER, net.server.nextTimeout());
        assertTrue(net.open.isEmpty());
    }

    @Test
    void aFloodFromElsewhereKeepsNobodyOut() {
        for (int i = 0; i < 20_000; i++) {
            flood(TransportAddress.ofIpv4(random.nextInt(), 9), ALLOCATE, 1, 10_000);
        }
        new TurnClient(net, "11.1.1.1", 1).allocate();
        assertEquals(1, net.open.size());
    }

    /** A school behind one address: each of them has proved who he is, and takes nothing from the others. */
    @Test
    void manyUsersBehindOneAddressAllGetIn() {
        for (int port = 1; port <= 300; port++) {
            new TurnClient(net, "11.1.1.1", port).allocate();
        }
        assertEquals(300, net.open.size());
    }

    @Test
    void wrongPasswordsAreAnsweredFromTheBudgetToo() {
        var guesser = new TurnClient(net, "11.1.1.1", 1).challenge().as(TurnNet.USER, "guess");
        int answers = 0;
        for (int i = 0; i < 1000; i++) {
            answers += net.fromClient(guesser.address, guesser.signed(StunMethod.ALLOCATE, TurnClient.transport()))
                    .size();
        }
        assertEquals(19, answers);
    }

    private int flood(TransportAddress source, byte[] request, int times, long nanosBetween) {
        int answers = 0;
        for (int i = 0; i < times; i++) {
            answers += net.fromClient(source, request).size();
            net.now += nanosBetween;
        }
        return answers;
    }
}
