package dev.stoa.ice;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.StunAttribute;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sequences of calls and datagrams, valid, mutated and replayed, in any order: nothing is thrown and nothing grows. */
class IceFuzzTest {
    private static final int STEPS = 12_000;
    private static final LocalBase BASE = LocalBase.udp(TransportAddress.of("198.51.100.1", 1000));

    private final Datagram in = Datagram.allocate(2048);
    private final Datagram out = Datagram.allocate(IceAgent.TRANSMIT_CAPACITY);

    @Test
    void aFullAgentSurvivesAnySequence() {
        for (long seed = 1; seed <= 3; seed++) {
            var random = new Random(seed);
            var agent = new FullIceAgent(0, IceRole.CONTROLLING, Checks.LOCAL, random);
            agent.addLocalCandidate(0, Candidate.host(BASE.address(), 1), BASE);
            run(agent, random, seed);
        }
    }

    @Test
    void aLiteAgentSurvivesAnySequence() {
        for (long seed = 1; seed <= 3; seed++) {
            run(new LiteIceAgent(0, Checks.LOCAL, List.of()), new Random(seed), seed);
        }
    }

    private void run(IceAgent agent, Random random, long seed) {
        var replay = new ArrayList<byte[]>();
        long now = 0;
        boolean known = false;
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(10) == 0 ? random.nextLong(2_000_000_000L) : random.nextLong(20_000_000);
            switch (random.nextInt(40)) {
                case 0 -> {
                    agent.restart(now, new IceCredentials("serv" + step, Checks.LOCAL.pwd()));
                    known = false;
                }
                case 1 -> {
                    if (!known) {
                        agent.setRemote(now, Checks.REMOTE, false);
                        known = true;
                    }
                }
                case 2 -> agent.addRemoteCandidate(now, Candidate.host(address(random), random.nextInt(65536)));
                case 3 -> agent.endRemoteCandidates(now);
                case 4 -> agent.handleBaseClosed(now, LocalBase.udp(address(random)));
                default -> {
                    in.set(datagram(agent, random, replay));
                    agent.handle(now, in, BASE, address(random));
                    IceAgent.localUfrag(in);
                }
            }
            if (agent.nextTimeout() <= now) {
                agent.handleTimeout(now);
                assertTrue(agent.nextTimeout() > now, "its timer moves on, seed " + seed + " step " + step);
            }
            drain(agent, random, replay);
            assertBounded(agent, seed, step);
        }
    }

    private static void assertBounded(IceAgent agent, long seed, int step) {
        var where = "seed " + seed + " step " + step;
        switch (agent) {
            case FullIceAgent full -> {
                assertTrue(full.sizes()[0] <= FullIceAgent.MAX_REMOTE_CANDIDATES, where);
                assertTrue(full.sizes()[1] <= CheckList.MAX_PAIRS, where);
                assertTrue(full.sizes()[2] <= Transactions.MAX, where);
            }
            case LiteIceAgent lite -> assertTrue(lite.validatedRemotes().size() <= LiteIceAgent.MAX_VALIDATED, where);
        }
    }

    private byte[] datagram(IceAgent agent, Random random, List<byte[]> replay) {
        var bytes = switch (random.nextInt(4)) {
            case 0 ->
                replay.isEmpty()
                        ? new byte[20]
                        : replay.get(random.nextInt(replay.size())).clone();
            case 1 -> answer(random, replay);
            default ->
                Checks.check(
                        random.nextInt(8) == 0 ? Checks.LOCAL : agent.localCredentials(),
                        random.nextInt(6) == 0 ? StunAttribute.ICE_CONTROLLED : StunAttribute.ICE_CONTROLLING,
                        random.nextBoolean(),
                        random.nextInt(10) == 0 ? 0x7000 + random.nextInt(16) : 0);
        };
        if (random.nextInt(3) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    /** A good answer to something the agent asked: success, or one of the errors. */
    private static byte[] answer(Random random, List<byte[]> replay) {
        if (replay.isEmpty()) {
            return new byte[20];
        }
        var question = Datagram.copyOf(replay.get(random.nextInt(replay.size())));
        return Checks.answer(
                question, address(random), random.nextInt(4) == 0 ? 487 : random.nextInt(8) == 0 ? 400 : 0);
    }

    private void drain(IceAgent agent, Random random, List<byte[]> replay) {
        while (agent.pollTransmit(out) != null) {
            if (replay.size() < 50) {
                replay.add(out.toArray());
            } else {
                replay.set(random.nextInt(replay.size()), out.toArray());
            }
        }
        while (agent.pollEvent() != null) {
            // Only to be taken.
        }
    }

    private static TransportAddress address(Random random) {
        return TransportAddress.of(
                "192.0.2." + (1 + random.nextInt(3)), 1 + random.nextInt(random.nextBoolean() ? 3 : 300));
    }
}
