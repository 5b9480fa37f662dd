package dev.stoa.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random bytes and mutated packets: no throwable, no state, and what is authentic is still heard afterwards. */
class FuzzTest {
    private static final long SEED = 7714;
    private static final int INPUTS = 20_000;

    static List<Arguments> cryptosAndProfiles() {
        return TestPackets.cryptosAndProfiles();
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void inputThatIsNotAuthenticChangesNothing(SrtpCrypto crypto, ProtectionProfile profile) {
        var random = new Random(SEED);
        var input = Datagram.allocate(256);
        var plain = Datagram.allocate(128);
        try (var sender = TestPackets.sender(profile, crypto);
                var receiver = TestPackets.receiver(profile, crypto)) {
            var media = TestPackets.empty();
            var control = TestPackets.empty();
            sender.protectRtp(TestPackets.rtp(random, 2, 2, 40), media);
            sender.protectRtcp(TestPackets.rtcp(3, 48), control);
            for (int i = 0; i < INPUTS; i++) {
                var original = i % 2 == 0 ? media.toArray() : control.toArray();
                input.set(mutate(random, original));
                assertNotNull(receiver.unprotectRtp(input, plain), "seed " + SEED + ", input " + i);
                assertNotNull(receiver.unprotectRtcp(input, plain), "seed " + SEED + ", input " + i);
            }
            assertEquals(0, receiver.ssrcCount());
            assertNull(receiver.unprotectRtp(media, plain));
            assertNull(receiver.unprotectRtcp(control, plain));
            assertTrue(plain.length() > 0);
        }
    }

    /** Never the original itself. */
    private static byte[] mutate(Random random, byte[] original) {
        return switch (random.nextInt(4)) {
            case 0 -> TestPackets.bytes(random.nextLong(), random.nextInt(200));
            case 1 -> Arrays.copyOf(original, random.nextInt(original.length));
            case 2 -> Arrays.copyOf(original, original.length + 1 + random.nextInt(20));
            default -> {
                var bytes = original.clone();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
                yield bytes;
            }
        };
    }
}
