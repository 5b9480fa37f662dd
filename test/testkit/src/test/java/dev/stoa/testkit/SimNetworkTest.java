package dev.stoa.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private static final TransportAddress A = TransportAddress.of("198.51.100.1", 1000);
    private static final TransportAddress B = TransportAddress.of("198.51.100.2", 2000);
    private static final TransportAddress C = TransportAddress.of("198.51.100.3", 3000);
    private static final TransportAddress INSIDE = TransportAddress.of("10.0.0.1", 1000);

    private record Arrival(long atNanos, TransportAddress from, int content) {}

    private final SimNetwork network = new SimNetwork(new SimClock(), 1);
    private final List<Arrival> atA = new ArrayList<>();
    private final List<Arrival> atB = new ArrayList<>();
    private final List<Arrival> inside = new ArrayList<>();

    SimNetworkTest() {
        network.attach(A, into(atA));
        network.attach(B, into(atB));
    }

    @Test
    void deliversAfterTheDelay() {
        network.send(A, B, new byte[] {7});
        network.runFor(1_000_000_000);
        assertEquals(List.of(new Arrival(10_000_000, A, 7)), atB);
        assertEquals(1_000_000_000, network.clock().nowNanos());
    }

    @Test
    void oneSeedGivesOneRun() {
        assertEquals(lossyRun(5), lossyRun(5));
        assertNotEquals(lossyRun(5), lossyRun(6));
    }

    @Test
    void losesDoublesAndReorders() {
        var arrivals = lossyRun(7);
        long distinct = arrivals.stream().mapToInt(Arrival::content).distinct().count();
        assertTrue(distinct > 60 && distinct < 95, "of 100 arrived " + distinct);
        assertTrue(arrivals.size() > distinct, "some twice");
        var sorted = new ArrayList<>(arrivals);
        sorted.sort((x, y) -> Integer.compare(x.content, y.content));
        assertNotEquals(sorted, arrivals);
    }

    @Test
    void aLinkOfItsOwnCountsInOneDirection() {
        network.setLink(A, B, Link.DOWN);
        network.send(A, B, new byte[] {1});
        network.send(B, A, new byte[] {2});
        network.runFor(1_000_000_000);
        assertEquals(List.of(), atB);
        assertEquals(List.of(new Arrival(10_000_000, B, 2)), atA);
    }

    @Test
    void aConeKeepsItsPortAndASymmetricNatDoesNot() {
        assertEquals(1, portsSeen(Nat.Mapping.ENDPOINT_INDEPENDENT));
        assertEquals(2, portsSeen(Nat.Mapping.ADDRESS_AND_PORT_DEPENDENT));
    }

    @Test
    void aPrivateAddressIsNotReachedFromOutside() {
        behind(Nat.Filtering.ENDPOINT_INDEPENDENT);
        network.send(A, INSIDE, new byte[] {1});
        network.runFor(1_000_000_000);
        assertEquals(List.of(), inside);
    }

    @Test
    void filteringLetsInOnlyWhoWasSentTo() {
        assertEquals(List.of(1, 2, 3), passed(Nat.Filtering.ENDPOINT_INDEPENDENT));
        assertEquals(List.of(1, 2), passed(Nat.Filtering.ADDRESS_DEPENDENT));
        assertEquals(List.of(1), passed(Nat.Filtering.ADDRESS_AND_PORT_DEPENDENT));
    }

    @Test
    void callsActorsWhenTheyWantIt() {
        var calls = new ArrayList<Long>();
        network.addActor(new SimNetwork.Actor() {
            @Override
            public long nextTimeout() {
                return calls.size() < 3 ? (calls.size() + 1) * 100L : Long.MAX_VALUE;
            }

            @Override
            public void handleTimeout(long nowNanos) {
                calls.add(nowNanos);
            }
        });
        network.runUntil(1000);
        assertEquals(List.of(100L, 200L, 300L), calls);
    }

    @Test
    void anActorThatStandsStillIsAnError() {
        network.addActor(new SimNetwork.Actor() {
            @Override
            public long nextTimeout() {
                return 5;
            }

            @Override
            public void handleTimeout(long nowNanos) {}
        });
        assertThrows(IllegalStateException.class, () -> network.runUntil(1000));
    }

    @Test
    void timeDoesNotGoBack() {
        var clock = new SimClock(5);
        clock.advance(5);
        assertEquals(10, clock.nowNanos());
        assertThrows(IllegalArgumentException.class, () -> clock.advanceTo(9));
        assertFalse(network.runUntil(() -> false, 100));
    }

    private List<Arrival> lossyRun(long seed) {
        var lossy = new SimNetwork(new SimClock(), seed);
        lossy.setLink(new Link(0.2, 0.1, 1_000_000, 20_000_000));
        var arrivals = new ArrayList<Arrival>();
        lossy.attach(A, (from, bytes) -> {});
        lossy.attach(B, (from, bytes) -> arrivals.add(new Arrival(lossy.clock().nowNanos(), from, bytes[0])));
        for (int i = 0; i < 100; i++) {
            lossy.send(A, B, new byte[] {(byte) i});
            lossy.runFor(1_000_000);
        }
        lossy.runFor(1_000_000_000);
        return arrivals;
    }

    private long portsSeen(Nat.Mapping mapping) {
        var nat = network.addNat("203.0.113.1", mapping, Nat.Filtering.ENDPOINT_INDEPENDENT);
        network.attach(INSIDE, nat, into(inside));
        network.send(INSIDE, A, new byte[] {1});
        network.send(INSIDE, B, new byte[] {1});
        network.runFor(1_000_000_000);
        long ports = List.of(atA.getLast().from, atB.getLast().from).stream()
                .distinct()
                .count();
        atA.clear();
        atB.clear();
        return ports;
    }

    private void behind(Nat.Filtering filtering) {
        var nat = network.addNat("203.0.113.9", Nat.Mapping.ENDPOINT_INDEPENDENT, filtering);
        network.attach(INSIDE, nat, into(inside));
    }

    /** Sent to A; then A, another port of A's host, and another host answer. */
    private List<Integer> passed(Nat.Filtering filtering) {
        inside.clear();
        atA.clear();
        var network = new SimNetwork(new SimClock(), 1);
        var nat = network.addNat("203.0.113.9", Nat.Mapping.ENDPOINT_INDEPENDENT, filtering);
        network.attach(INSIDE, nat, (from, bytes) -> inside.add(new Arrival(0, from, bytes[0])));
        network.attach(A, (from, bytes) -> atA.add(new Arrival(0, from, bytes[0])));
        network.attach(A.withPort(9), (from, bytes) -> {});
        network.attach(C, (from, bytes) -> {});
        network.send(INSIDE, A, new byte[] {0});
        network.runFor(1_000_000_000);
        var outside = atA.getLast().from;
        network.send(A, outside, new byte[] {1});
        network.send(A.withPort(9), outside, new byte[] {2});
        network.send(C, outside, new byte[] {3});
        network.runFor(1_000_000_000);
        return inside.stream().map(Arrival::content).toList();
    }

    private SimNetwork.Receiver into(List<Arrival> arrivals) {
        return (from, bytes) -> arrivals.add(new Arrival(network.clock().nowNanos(), from, bytes[0]));
    }
}
