package dev.stoa.srtp;

import static dev.stoa.srtp.TestPackets.empty;
import static dev.stoa.srtp.TestPackets.receiver;
import static dev.stoa.srtp.TestPackets.rtcp;
import static dev.stoa.srtp.TestPackets.rtp;
import static dev.stoa.srtp.TestPackets.sender;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpReceiverTest {
    private static final ProtectionProfile GCM = ProtectionProfile.AEAD_AES_128_GCM;

    private final SrtpCrypto crypto = SrtpCrypto.libcryptoOrJdk();
    private final Datagram plain = empty();

    static List<Arguments> cryptosAndProfiles() {
        return TestPackets.cryptosAndProfiles();
    }

    private static Datagram protectedRtp(SrtpSender sender, int ssrc, int sequenceNumber) {
        var packet = empty();
        sender.protectRtp(rtp(ssrc, sequenceNumber, 40), packet);
        return packet;
    }

    private static Datagram protectedRtcp(SrtpSender sender, int ssrc) {
        var packet = empty();
        sender.protectRtcp(rtcp(ssrc, 28), packet);
        return packet;
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void acceptsAPacketOnce(SrtpCrypto crypto, ProtectionProfile profile) {
        try (var sender = sender(profile, crypto);
                var receiver = receiver(profile, crypto)) {
            var media = protectedRtp(sender, 1, 500);
            var control = protectedRtcp(sender, 1);
            assertNull(receiver.unprotectRtp(media, plain));
            assertEquals(Malformation.REPLAYED, receiver.unprotectRtp(media, plain));
            assertNull(receiver.unprotectRtcp(control, plain));
            assertEquals(Malformation.REPLAYED, receiver.unprotectRtcp(control, plain));
        }
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void unprotectsInPlaceToo(SrtpCrypto crypto, ProtectionProfile profile) {
        try (var sender = sender(profile, crypto);
                var receiver = receiver(profile, crypto)) {
            var media = protectedRtp(sender, 1, 500);
            assertNull(receiver.unprotectRtp(media, media));
            assertArrayEquals(rtp(1, 500, 40).toArray(), media.toArray());
            var control = protectedRtcp(sender, 1);
            assertNull(receiver.unprotectRtcp(control, control));
            assertArrayEquals(rtcp(1, 28).toArray(), control.toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void aWrongTagChangesNothing(SrtpCrypto crypto, ProtectionProfile profile) {
        try (var sender = sender(profile, crypto);
                var receiver = receiver(profile, crypto)) {
            var first = protectedRtp(sender, 1, 10);
            var forged = Datagram.copyOf(first.toArray());
            forged.put8(forged.length() - 1, forged.u8(forged.length() - 1) ^ 1);
            plain.setLength(3);
            assertEquals(Malformation.BAD_CHECK, receiver.unprotectRtp(forged, plain));
            assertEquals(3, plain.length());
            assertEquals(0, receiver.ssrcCount());
            assertNull(receiver.unprotectRtp(first, plain));

            // A forged number far ahead moves neither window nor roll-over counter.
            var ahead = Datagram.copyOf(protectedRtp(sender, 1, 11).toArray());
            ahead.put16(2, 30_000);
            assertEquals(Malformation.BAD_CHECK, receiver.unprotectRtp(ahead, plain));
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 1, 9), plain));
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 1, 11), plain));
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 1, 12), plain));
        }
    }

    @Test
    void theHeaderExtensionIsAuthenticated() {
        try (var sender = sender(GCM, crypto);
                var receiver = receiver(GCM, crypto)) {
            var packet = empty();
            packet.set(TestPackets.hex("90600001 00000000 00000001 BEDE0001 10AA0000 0102030405"));
            var wire = empty();
            sender.protectRtp(packet, wire);
            assertArrayEquals(packet.toArray(0, 20), wire.toArray(0, 20));
            wire.put8(17, 0xAB);
            assertEquals(Malformation.BAD_CHECK, receiver.unprotectRtp(wire, plain));
            wire.put8(17, 0xAA);
            assertNull(receiver.unprotectRtp(wire, plain));
        }
    }

    @Test
    void takesALatePacketUpToTheWindow() {
        try (var sender = sender(GCM, crypto);
                var receiver = receiver(GCM, crypto)) {
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 1, 2000), plain));
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 1, 2000 - 1023), plain));
            assertEquals(Malformation.REPLAYED, receiver.unprotectRtp(protectedRtp(sender, 1, 2000 - 1024), plain));
        }
    }

    @Test
    void takesLateRtcpUpToTheWindow() {
        try (var sender = sender(GCM, crypto);
                var receiver = receiver(GCM, crypto)) {
            var first = protectedRtcp(sender, 1);
            var second = protectedRtcp(sender, 1);
            for (int i = 2; i < 128; i++) {
                protectedRtcp(sender, 1);
            }
            assertNull(receiver.unprotectRtcp(protectedRtcp(sender, 1), plain));
            assertEquals(Malformation.REPLAYED, receiver.unprotectRtcp(first, plain));
            assertNull(receiver.unprotectRtcp(second, plain));
        }
    }

    @Test
    void aPacketFromBeforeTheFirstRollOverIsRefused() {
        try (var sender = sender(GCM, crypto);
                var other = sender(GCM, crypto);
                var receiver = receiver(GCM, crypto)) {
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 1, 3), plain));
            assertEquals(Malformation.REPLAYED, receiver.unprotectRtp(protectedRtp(other, 1, 65_000), plain));
        }
    }

    @Test
    void hearsNoMoreSsrcsThanTheCap() {
        try (var sender = sender(GCM, crypto);
                var receiver = new SrtpReceiver(GCM, TestPackets.key(GCM), TestPackets.salt(GCM), crypto, 3)) {
            for (int ssrc = 1; ssrc <= 3; ssrc++) {
                assertNull(receiver.unprotectRtp(protectedRtp(sender, ssrc, 1), plain));
                assertNull(receiver.unprotectRtcp(protectedRtcp(sender, ssrc), plain));
            }
            assertEquals(Malformation.TOO_MANY, receiver.unprotectRtp(protectedRtp(sender, 4, 1), plain));
            assertEquals(Malformation.TOO_MANY, receiver.unprotectRtcp(protectedRtcp(sender, 4), plain));
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 2, 2), plain));
            assertEquals(3, receiver.ssrcCount());
        }
    }

    @Test
    void forgedSsrcsTakeNoPlaces() {
        try (var sender = sender(GCM, crypto);
                var receiver = new SrtpReceiver(GCM, TestPackets.key(GCM), TestPackets.salt(GCM), crypto, 3)) {
            for (int ssrc = 1; ssrc <= 100; ssrc++) {
                var forged = protectedRtp(sender, ssrc, 1);
                forged.put32(8, ssrc + 1000);
                assertEquals(Malformation.BAD_CHECK, receiver.unprotectRtp(forged, plain));
            }
            assertEquals(0, receiver.ssrcCount());
            assertNull(receiver.unprotectRtp(protectedRtp(sender, 7, 2), plain));
        }
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void refusesAPacketCutAnywhere(SrtpCrypto crypto, ProtectionProfile profile) {
        try (var sender = sender(profile, crypto);
                var receiver = receiver(profile, crypto)) {
            var media = protectedRtp(sender, 1, 10);
            for (int length = media.length() - 1; length >= 0; length--) {
                media.setLength(length);
                var expected = length < 12 + profile.rtpOverhead() ? Malformation.TRUNCATED : Malformation.BAD_CHECK;
                assertEquals(expected, receiver.unprotectRtp(media, plain), "length " + length);
            }
            var control = protectedRtcp(sender, 1);
            for (int length = control.length() - 1; length >= 8 + profile.rtcpOverhead(); length--) {
                control.setLength(length);
                var refused = receiver.unprotectRtcp(control, plain);
                // Which of the two depends on the bit that now stands where the E flag is.
                assertEquals(true, refused == Malformation.BAD_CHECK || refused == Malformation.BAD_VALUE);
            }
            control.setLength(8 + profile.rtcpOverhead() - 1);
            assertEquals(Malformation.TRUNCATED, receiver.unprotectRtcp(control, plain));
        }
    }

    @Test
    void refusesAHeaderLongerThanThePacket() {
        try (var sender = sender(GCM, crypto);
                var receiver = receiver(GCM, crypto)) {
            var packet = protectedRtp(sender, 1, 10);
            packet.put8(0, 0x8F);
            assertEquals(Malformation.TRUNCATED, receiver.unprotectRtp(packet, plain));
            packet.put8(0, 0x90);
            packet.put16(14, 0xFFFF);
            assertEquals(Malformation.TRUNCATED, receiver.unprotectRtp(packet, plain));
            packet.put8(0, 0x40);
            assertEquals(Malformation.BAD_MAGIC, receiver.unprotectRtp(packet, plain));
        }
    }

    @Test
    void refusesAPacketThatDoesNotFitItsPlace() {
        try (var sender = sender(GCM, crypto);
                var receiver = receiver(GCM, crypto)) {
            var packet = protectedRtp(sender, 1, 10);
            assertEquals(Malformation.BAD_LENGTH, receiver.unprotectRtp(packet, Datagram.allocate(51)));
            assertNull(receiver.unprotectRtp(packet, Datagram.allocate(52)));
        }
    }

    /** The tagged but not encrypted packet of RFC 7714, 17.3. */
    @Test
    void refusesRtcpThatIsNotEncrypted() {
        var key = TestPackets.hex("000102030405060708090a0b0c0d0e0f");
        var salt = TestPackets.hex("517569642070726f2071756f");
        var packet = TestPackets.hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
                + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef841dd9683dd78ec92ae58790125f62b3000005d4");
        try (var receiver = new SrtpReceiver(
                GCM, SessionKeys.of(key, salt, new byte[0]), SessionKeys.of(key, salt, new byte[0]), crypto, 1)) {
            assertEquals(Malformation.BAD_VALUE, receiver.unprotectRtcp(Datagram.copyOf(packet), plain));
        }
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void aClosedOneIsOfNoUse(SrtpCrypto crypto, ProtectionProfile profile) {
        try (var sender = sender(profile, crypto)) {
            var receiver = receiver(profile, crypto);
            var media = protectedRtp(sender, 1, 10);
            var control = protectedRtcp(sender, 1);
            receiver.close();
            receiver.close();
            assertThrows(IllegalStateException.class, () -> receiver.unprotectRtp(media, plain));
            assertThrows(IllegalStateException.class, () -> receiver.unprotectRtcp(control, plain));
        }
    }
}
