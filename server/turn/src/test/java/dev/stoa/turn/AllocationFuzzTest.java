package dev.stoa.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMethod;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of what clients, peers and time do, with what must hold after each step: nothing is relayed without a
 * permission, quotas hold, and every port comes back.
 */
class AllocationFuzzTest {
    private static final int STEPS = 4_000;
    private static final int ALLOCATIONS = 12;
    private static final int PER_USER = 5;
    private static final int MIN_PORT = 50_000;
    private static final int MAX_PORT = 50_031;
    private static final long PERMISSION_SECONDS = 300;

    private static final List<TransportAddress> PEERS = List.of(
            TransportAddress.of("11.9.9.1", 1000),
            TransportAddress.of("11.9.9.1", 1001),
            TransportAddress.of("11.9.9.2", 1000),
            TransportAddress.of("2a0e:5700::9", 1000),
            TransportAddress.of("127.0.0.1", 1000),
            TransportAddress.of("10.0.0.1", 1000),
            TransportAddress.of("64:ff9b::7f00:1", 1000));

    private final TurnNet net = new TurnNet(TurnNet.limits(MIN_PORT, MAX_PORT, ALLOCATIONS, PER_USER));
    private final List<TurnClient> clients = new ArrayList<>();
    /** What each client may reach, and until when, as the answers said: the fuzzer's own book. */
    private final Map<TurnClient, Map<TransportAddress, Long>> permitted = new HashMap<>();

    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensTheInvariantsHold(long seed) {
        random = new Random(seed);
        net.foreign.add(MIN_PORT + 5);
        for (int i = 0; i < 16; i++) {
            var client = new TurnClient(net, "11.1.1." + (1 + i / 4), 1 + i);
            clients.add(i % 3 == 0 ? client.as("bob", "builder") : client);
        }
        int relayed = 0;
        for (int step = 0; step < STEPS; step++) {
            // So that nobody's budget of challenges runs out: that is another test's.
            net.now += TurnNet.SECOND / 4;
            relayed += step();
            check(seed, step);
        }
        assertTrue(relayed > STEPS / 50, "the fuzz relays: " + relayed + ", seed " + seed);
        assertTrue(net.count(TurnCounters.Kind.REFUSED_ALLOCATIONS) > 0, "the fuzz reaches the quotas, seed " + seed);
        net.advance(4_000);
        assertEquals(Map.of(), net.open, "all ports are returned, seed " + seed);
        assertEquals(0, net.server.allocations().ports().open());
        assertEquals(0, net.server.allocations().users());
        assertEquals(TurnServer.NEVER, net.server.nextTimeout());
    }

    /** Does something; how many packets were relayed. */
    private int step() {
        var client = clients.get(random.nextInt(clients.size()));
        // Most often one that may be reached.
        var peer = PEERS.get(random.nextInt(random.nextInt(4) == 0 ? PEERS.size() : 3));
        switch (random.nextInt(12)) {
            case 0, 1 -> allocate(client);
            case 2 -> {
                if (client.permit(peer) == 0) {
                    permit(client, peer);
                }
            }
            case 3 -> {
                if (client.bind(0x4000 + random.nextInt(4), peer) == 0) {
                    permit(client, peer);
                }
            }
            case 4 -> {
                boolean ends = random.nextInt(3) == 0;
                var answer = client.refresh(ends ? 0 : 600);
                if (ends && TurnClient.code(answer) == 0) {
                    permitted.remove(client);
                }
            }
            case 5 -> net.advance(random.nextInt(20));
            case 6 -> net.advance(random.nextInt(40) == 0 ? 700 : 1);
            case 7, 8 -> {
                return expectPermitted(client, client.send(peer, new byte[20]));
            }
            case 9 -> {
                return expectPermitted(client, client.sendByChannel(0x4000 + random.nextInt(4), new byte[20]));
            }
            case 10 -> {
                return fromPeer(peer);
            }
            default -> client.challenge();
        }
        return 0;
    }

    private void allocate(TurnClient client) {
        var answer = client.allocateWith(writer -> {
            switch (random.nextInt(5)) {
                case 0 -> writer.u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, 2L << 24);
                case 1 -> writer.u32(StunAttribute.ADDITIONAL_ADDRESS_FAMILY, 2L << 24);
                case 2 -> writer.bytes(StunAttribute.EVEN_PORT, new byte[] {-128});
                case 3 -> writer.i64(StunAttribute.RESERVATION_TOKEN, random.nextLong());
                default -> {
                    // An ordinary one.
                }
            }
        });
        if (answer.is(StunClass.SUCCESS, StunMethod.ALLOCATE)) {
            permitted.put(client, new HashMap<>());
        }
    }

    private void permit(TurnClient client, TransportAddress peer) {
        permitted
                .computeIfAbsent(client, _ -> new HashMap<>())
                .put(peer.withPort(0), net.now + PERMISSION_SECONDS * TurnNet.SECOND);
    }

    private int expectPermitted(TurnClient client, List<TurnNet.Packet> packets) {
        for (var packet : packets) {
            assertPermitted(client, packet.to());
        }
        return packets.size();
    }

    private void assertPermitted(TurnClient client, TransportAddress peer) {
        long until = permitted.getOrDefault(client, Map.of()).getOrDefault(peer.withPort(0), 0L);
        assertTrue(until > net.now, "relayed to or from " + peer + " without permission");
        assertTrue(PEERS.indexOf(peer) < 4, "a peer that nobody may reach: " + peer);
    }

    private int fromPeer(TransportAddress peer) {
        int relayed = 0;
        for (var address : List.copyOf(net.open.values())) {
            for (var packet : net.fromPeer(peer, address, new byte[20])) {
                var client = clients.stream()
                        .filter(each -> each.address.equals(packet.to()))
                        .findFirst()
                        .orElseThrow();
                assertPermitted(client, peer);
                relayed++;
            }
        }
        return relayed;
    }

    private void check(long seed, int step) {
        var where = "seed " + seed + ", step " + step;
        var allocations = net.server.allocations();
        assertTrue(allocations.size() <= ALLOCATIONS, where);
        var perUser = new HashMap<String, Integer>();
        var sockets = new HashSet<Integer>();
        for (var allocation : allocations.all()) {
            perUser.merge(allocation.owner.user().name, 1, Integer::sum);
            assertTrue(!allocation.relays().isEmpty(), where);
            for (var relay : allocation.relays()) {
                assertTrue(sockets.add(relay.socket()), where + ": a socket of two allocations");
                assertEquals(relay.address().local().withPort(relay.port()), net.open.get(relay.socket()), where);
            }
        }
        perUser.values().forEach(count -> assertTrue(count <= PER_USER, where));
        assertEquals(perUser.size(), allocations.users(), where);
        assertEquals(sockets.size() + allocations.reservations(), net.open.size(), where);
        assertEquals(net.open.size(), allocations.ports().open(), where);
        net.open.values().forEach(local -> assertTrue(local.port() >= MIN_PORT && local.port() <= MAX_PORT, where));
    }
}
