package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients join, chat, lose their connections, reload, return and leave in random order, through restarts of the
 * server. After every step: each connected client sees exactly who is in the room, and nobody has a chat twice.
 */
class SignalingSimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private final Tokens tokens = new Tokens(new byte[32], () -> Instant.EPOCH);
    private final CountingMeter meter = new CountingMeter();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everybodySeesWhoIsThere(long seed) {
        var random = new Random(seed);
        var limits = new SignalingLimits(10, 100, 65_536, 30, 0, 0);
        long now = SECOND;
        int epoch = 0;
        var loop = new SignalingLoop("epoch 0", now, limits, tokens, random, meter);
        var clients = new ArrayList<SimulatedClient>();
        for (int step = 0; step < 3_000; step++) {
            now += random.nextLong(SECOND);
            loop.expire(now);
            var client = clients.isEmpty() ? null : clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    if (clients.size() < 8) {
                        var newcomer = new SimulatedClient(loop, "agora", "client " + step);
                        newcomer.connect(now, true);
                        clients.add(newcomer);
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
                        client.instance = "i-" + step;
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
                        loop = new SignalingLoop("epoch " + ++epoch, now, limits, tokens, random, meter);
                        for (var each : clients) {
                            each.serverRestarted(loop);
                        }
                    }
                }
                default -> {
                    if (client != null) {
                        client.say(now, new ClientMessage.Chat("c-" + step, "hello"));
                    }
                }
            }
            check(seed, step, clients);
        }
    }

    private static void check(long seed, int step, List<SimulatedClient> clients) {
        var online =
                clients.stream().filter(client -> client.connection != null).toList();
        for (var viewer : online) {
            for (var other : online) {
                if (viewer != other) {
                    var seen = viewer.roster.get(other.id());
                    assertEquals(
                            seen == null
                                    ? null
                                    : new Participant(seen.id(), seen.name(), other.instance, seen.media(), true),
                            seen,
                            () -> "seed " + seed + ", step " + step);
                    assertEquals(true, seen != null, () -> "seed " + seed + ", step " + step + ": not seen");
                }
            }
            assertEquals(
                    viewer.chats.size(),
                    new HashSet<>(viewer.chats).size(),
                    () -> "seed " + seed + ", step " + step + ": a chat twice");
        }
    }
}
