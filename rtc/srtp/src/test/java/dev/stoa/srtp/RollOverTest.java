package dev.stoa.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 200 000 packets, three roll-overs, over a network that loses, duplicates and reorders. */
class RollOverTest {
    private static final int PACKETS = 200_000;
    private static final int PAYLOAD_LENGTH = 4;

    /** The longest delay in packets; with it a packet stays within the replay window. */
    private static final int LONGEST_DELAY = 500;

    private static final ProtectionProfile PROFILE = ProtectionProfile.AEAD_AES_128_GCM;

    private final SrtpCrypto crypto = SrtpCrypto.libcryptoOrJdk();
    private final Datagram plainOut = TestPackets.empty();
    private final Datagram wire = TestPackets.empty();
    private final Datagram plainIn = TestPackets.empty();
    private final BitSet accepted = new BitSet();
    private int replays;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingValidIsRefusedAndNothingIsAcceptedTwice(long seed) {
        var random = new Random(seed);
        var arrivals = new ArrayList<ArrayDeque<InFlight>>();
        for (int i = 0; i <= LONGEST_DELAY; i++) {
            arrivals.add(new ArrayDeque<>());
        }
        int start = random.nextInt(0x8000);
        int lostUntil = 0;
        try (var sender = TestPackets.sender(PROFILE, crypto);
                var receiver = TestPackets.receiver(PROFILE, crypto)) {
            for (int i = 0; i < PACKETS + LONGEST_DELAY; i++) {
                if (i < PACKETS) {
                    if (random.nextInt(20_000) == 0) {
                        lostUntil = i + random.nextInt(20_000);
                    }
                    var packet = protect(sender, start + i);
                    if (i >= lostUntil && random.nextInt(10) != 0) {
                        int delay = random.nextInt(4) == 0 ? random.nextInt(LONGEST_DELAY) : 0;
                        arrivals.get((i + delay) % arrivals.size()).add(packet);
                    }
                    if (random.nextInt(10) == 0) {
                        // A retransmission, whether or not the first one was lost.
                        int older = Math.max(0, i - random.nextInt(400));
                        int delay = random.nextInt(100);
                        arrivals.get((i + delay) % arrivals.size()).add(protect(sender, start + older));
                    }
                }
                var due = arrivals.get(i % arrivals.size());
                while (!due.isEmpty()) {
                    receive(receiver, due.remove(), seed);
                }
            }
        }
        assertTrue(accepted.cardinality() > PACKETS / 2, "seed " + seed);
        assertTrue(replays > 1000, "seed " + seed);
    }

    private InFlight protect(SrtpSender sender, int index) {
        TestPackets.write(plainOut, 7, index & 0xFFFF, PAYLOAD_LENGTH);
        plainOut.put32(12, index);
        sender.protectRtp(plainOut, wire);
        return new InFlight(index, wire.toArray());
    }

    private void receive(SrtpReceiver receiver, InFlight packet, long seed) {
        wire.set(packet.bytes);
        var refused = receiver.unprotectRtp(wire, plainIn);
        if (accepted.get(packet.index)) {
            assertEquals(Malformation.REPLAYED, refused, "seed " + seed + ", packet " + packet.index);
            replays++;
        } else {
            assertNull(refused, "seed " + seed + ", packet " + packet.index);
            assertEquals(packet.index, plainIn.i32(12));
            accepted.set(packet.index);
        }
    }

    /** A protected packet on its way, and which one it is. */
    private static final class InFlight {
        private final int index;
        private final byte[] bytes;

        InFlight(int index, byte[] bytes) {
            this.index = index;
            this.bytes = bytes;
        }
    }
}
