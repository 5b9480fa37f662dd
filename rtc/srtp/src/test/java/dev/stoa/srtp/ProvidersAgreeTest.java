package dev.stoa.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.stoa.wire.Datagram;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one source of ciphers protects is what the other would, and the other unprotects it. */
@EnabledIf("hasLibcrypto")
class ProvidersAgreeTest {
    private static final long SEED = 20261124;

    private final SrtpCrypto libcrypto = SrtpCrypto.libcryptoOrJdk();
    private final SrtpCrypto jdk = SrtpCrypto.jdk();

    static boolean hasLibcrypto() {
        return SrtpCrypto.libcrypto() != null;
    }

    @ParameterizedTest
    @EnumSource
    void onRtpOfEveryLength(ProtectionProfile profile) {
        var random = new Random(SEED);
        var fromLibcrypto = Datagram.allocate(2048);
        var fromJdk = Datagram.allocate(2048);
        var plain = Datagram.allocate(2048);
        try (var one = TestPackets.sender(profile, libcrypto);
                var other = TestPackets.sender(profile, jdk);
                var oneReceiver = TestPackets.receiver(profile, libcrypto);
                var otherReceiver = TestPackets.receiver(profile, jdk)) {
            for (int length = 0; length <= 1500; length++) {
                var packet = TestPackets.rtp(random, random.nextInt(16), random.nextInt(5) - 1, length);
                packet.put16(2, length);
                packet.put32(8, 77);
                one.protectRtp(packet, fromLibcrypto);
                other.protectRtp(packet, fromJdk);
                assertArrayEquals(fromLibcrypto.toArray(), fromJdk.toArray(), "length " + length);
                assertNull(oneReceiver.unprotectRtp(fromJdk, plain));
                assertArrayEquals(packet.toArray(), plain.toArray());
                assertNull(otherReceiver.unprotectRtp(fromLibcrypto, plain));
                assertArrayEquals(packet.toArray(), plain.toArray());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onRtcpOfEveryLength(ProtectionProfile profile) {
        var fromLibcrypto = Datagram.allocate(2048);
        var fromJdk = Datagram.allocate(2048);
        var plain = Datagram.allocate(2048);
        try (var one = TestPackets.sender(profile, libcrypto);
                var other = TestPackets.sender(profile, jdk);
                var oneReceiver = TestPackets.receiver(profile, libcrypto);
                var otherReceiver = TestPackets.receiver(profile, jdk)) {
            for (int length = 8; length <= 1500; length += 4) {
                var packet = TestPackets.rtcp(length, length);
                packet.put32(4, 1);
                one.protectRtcp(packet, fromLibcrypto);
                other.protectRtcp(packet, fromJdk);
                assertArrayEquals(fromLibcrypto.toArray(), fromJdk.toArray(), "length " + length);
                assertNull(oneReceiver.unprotectRtcp(fromJdk, plain));
                assertArrayEquals(packet.toArray(), plain.toArray());
                assertNull(otherReceiver.unprotectRtcp(fromLibcrypto, plain));
                assertArrayEquals(packet.toArray(), plain.toArray());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereverThePayloadComesFrom(ProtectionProfile profile) {
        var random = new Random(SEED);
        var area = Datagram.allocate(4096);
        var inPlace = Datagram.allocate(4096);
        for (int round = 0; round < 500; round++) {
            var packet = TestPackets.rtp(random, random.nextInt(3), random.nextInt(4) - 1, random.nextInt(200));
            int header = RtpHeader.length(packet.memory(), 0, packet.length());
            int standing = header + random.nextInt(packet.length() - header + 1);
            int at = random.nextInt(1000);
            area.put(at, packet, 0, standing);
            inPlace.put(at, packet, 0, packet.length());
            for (var crypto : TestPackets.cryptos()) {
                area.put(at, packet, 0, standing);
                inPlace.put(at, packet, 0, packet.length());
                try (var sender = TestPackets.sender(profile, crypto)) {
                    int count = packet.length() - standing;
                    int length = sender.protectRtp(area, at, standing, packet, standing, count);
                    assertEquals(packet.length() + profile.rtpOverhead(), length);
                    assertEquals(length, sender.protectRtp(inPlace, at, packet.length()));
                    area.setLength(at + length);
                    inPlace.setLength(at + length);
                    assertArrayEquals(area.toArray(at, length), inPlace.toArray(at, length), crypto.name());
                    try (var receiver = TestPackets.receiver(profile, jdk)) {
                        assertNull(receiver.unprotectRtp(area, at, length, inPlace));
                        assertArrayEquals(packet.toArray(), inPlace.toArray());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onWhatIsNotAuthentic(ProtectionProfile profile) {
        var random = new Random(SEED);
        var plain = TestPackets.empty();
        try (var sender = TestPackets.sender(profile, jdk);
                var one = TestPackets.receiver(profile, libcrypto);
                var other = TestPackets.receiver(profile, jdk)) {
            for (int i = 0; i < 2000; i++) {
                var packet = TestPackets.empty();
                sender.protectRtp(TestPackets.rtp(5, i, 50), packet);
                int bit = random.nextInt(8 * packet.length());
                packet.put8(bit / 8, packet.u8(bit / 8) ^ (1 << bit % 8));
                var refused = one.unprotectRtp(packet, plain);
                assertNotNull(refused, "bit " + bit);
                assertEquals(refused, other.unprotectRtp(packet, plain));
            }
        }
    }
}
