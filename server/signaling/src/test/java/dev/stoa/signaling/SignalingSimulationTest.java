package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many clients join, chat, lose their connections, reload, return, leave and go through the server's media in random order,
 * through restarts of the server. After every step: each connected client sees exactly who is in the room, nobody has a
 * chat twice, all know the topology that the rules ask for, and media has PeerConnections of nobody else than of the pages
 * that are there.
 */
class SignalingSimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String ROOM = "agora";
    private final Tokens tokens = new Tokens(new byte[32], () -> Instant.EPOCH);
    private final CountingMeter meter = new CountingMeter();
    private final List<SimulatedClient> clients = new ArrayList<>();

    /** By participant: what each client that ever was in the room asked for last. */
    private final Map<String, TopologyWish> wishes = new HashMap<>();

    private final Map<Topology, Integer> steps = new EnumMap<>(Topology.class);
    private InMemoryMediaServer media = new InMemoryMediaServer("m-0");
    private String where = "";

    /** Since when two at most have been in the room who leave the topology open; null: they are not. */
    private @Nullable Long fewSinceNanos;

    private int slotsSeen;

    @ParameterizedTest(name = "seed {0}, at most {1}")
    @CsvSource({"1, 8", "2, 8", "3, 7", "4, 5", "5, 4", "6, 3", "7, 3", "8, 3"})
    void everybodySeesWhoIsThere(long seed, int most) {
        var random = new Random(seed);
        var limits = new SignalingLimits(10, 100, 65_536, 30, 0, 0);
        long now = SECOND;
        int epoch = 0;
        var loop = new SignalingLoop("epoch 0", now, limits, tokens, random, meter, media);
        for (int step = 0; step < 3_000; step++) {
            where = "seed " + seed + ", step " + step;
            now += random.nextLong(SECOND);
            loop.expire(now);
            var client = clients.isEmpty() ? null : clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(16)) {
                case 0, 1 -> {
                    if (clients.size() < most) {
                        var newcomer = new SimulatedClient(loop, ROOM, "client " + step);
                        newcomer.wish = wish(random);
                        newcomer.connect(now, true);
                        if (newcomer.connection != null) {
                            clients.add(newcomer);
                        }
                    }
                }
                case 2, 3 -> {
                    if (client != null) {
                        client.disconnect(now);
                    }
                }
                case 4, 5, 6 -> {
                    if (client != null && client.connection == null) {
                        client.connect(now, true);
                    }
                }
                case 7 -> {
                    if (client != null) {
                        client.disconnect(now);
                        client.instance = "i-" + step;
                        client.wish = wish(random);
                        client.connect(now, true);
                    }
                }
                case 8 -> {
                    if (client != null && client.connection != null) {
                        client.say(now, new ClientMessage.Leave());
                        client.disconnect(now);
                        clients.remove(client);
                    }
                }
                case 9 -> {
                    if (random.nextInt(40) == 0) {
                        media = new InMemoryMediaServer("m-" + ++epoch);
                        loop = new SignalingLoop("epoch " + epoch, now, limits, tokens, random, meter, media);
                        fewSinceNanos = null;
                        for (var each : clients) {
                            each.serverRestarted(loop);
                        }
                    }
                }
                case 10, 11 -> {
                    if (client != null && client.connection != null) {
                        var sdp = InMemoryMediaServer.sdp(client.instance, 3, 1 + random.nextInt(4));
                        client.offerToServer(now, sdp);
                    }
                }
                case 12 -> {
                    if (client != null && client.connection != null) {
                        client.setMedia(now, new Media(random.nextBoolean(), random.nextBoolean(), false));
                    }
                }
                default -> {
                    if (client != null) {
                        client.say(now, new ClientMessage.Chat("c-" + step, "hello"));
                    }
                }
            }
            media.deliver(random.nextInt(4), loop::handleMedia);
            checkRoster();
            checkTopology(now);
            checkMedia();
        }
        // That every check had something to check.
        assertTrue(steps.getOrDefault(Topology.SFU, 0) > 50, () -> where + ": " + steps);
        assertTrue(steps.getOrDefault(Topology.MESH, 0) > 50, () -> where + ": " + steps);
        assertTrue(slotsSeen > 100, () -> where + ": " + slotsSeen + " slots");
    }

    private static TopologyWish wish(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> TopologyWish.MESH;
            case 1 -> TopologyWish.SFU;
            default -> TopologyWish.AUTO;
        };
    }

    private void checkRoster() {
        for (var viewer : online()) {
            for (var other : online()) {
                if (viewer != other) {
                    var seen = viewer.roster.get(other.id());
                    assertEquals(
                            seen == null
                                    ? null
                                    : new Participant(seen.id(), seen.name(), other.instance, other.media, true),
                            seen,
                            where);
                    assertEquals(true, seen != null, () -> where + ": not seen");
                }
            }
            assertEquals(viewer.chats.size(), new HashSet<>(viewer.chats).size(), () -> where + ": a chat twice");
        }
    }

    /** The rules of docs/PROTOCOL.md, as the clients can follow them. */
    private void checkTopology(long nowNanos) {
        var online = online();
        online.forEach(each -> wishes.put(each.id(), each.wish));
        if (online.isEmpty()) {
            fewSinceNanos = null;
            return;
        }
        var viewer = online.getFirst();
        var members = new HashSet<>(viewer.roster.keySet());
        members.add(viewer.id());
        var asked = members.stream().map(wishes::get).toList();
        online.forEach(each -> assertEquals(viewer.topology, each.topology, () -> where + ": not of one mind"));
        steps.merge(viewer.topology, 1, Integer::sum);
        boolean few = false;
        if (asked.contains(TopologyWish.MESH)) {
            assertEquals(Topology.MESH, viewer.topology, where);
            assertTrue(members.size() <= Room.MESH_PLACES, where);
        } else if (asked.contains(TopologyWish.SFU) || members.size() >= 3) {
            assertEquals(Topology.SFU, viewer.topology, where);
        } else {
            few = true;
            if (fewSinceNanos != null && nowNanos - fewSinceNanos >= 10 * SECOND) {
                assertEquals(Topology.MESH, viewer.topology, where);
            }
        }
        fewSinceNanos = few ? (fewSinceNanos == null ? nowNanos : fewSinceNanos) : null;
    }

    private void checkMedia() {
        for (var viewer : online()) {
            var page = media.pageOf(ROOM, viewer.id());
            assertEquals(viewer.throughServer ? viewer.instance : null, page, where);
            for (var participant : media.participants(ROOM)) {
                assertTrue(
                        participant.equals(viewer.id()) || viewer.roster.containsKey(participant),
                        () -> where + ": a PeerConnection of somebody who is gone");
            }
            if (viewer.throughServer && media.isQuiet()) {
                assertEquals(media.slotsOf(viewer.id()), viewer.slots, where);
                slotsSeen += media.slotsOf(viewer.id()).size();
            }
        }
    }

    private List<SimulatedClient> online() {
        return clients.stream().filter(client -> client.connection != null).toList();
    }
}
