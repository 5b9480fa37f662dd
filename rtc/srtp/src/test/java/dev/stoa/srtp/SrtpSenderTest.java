package dev.stoa.srtp;

import static dev.stoa.srtp.TestPackets.empty;
import static dev.stoa.srtp.TestPackets.receiver;
import static dev.stoa.srtp.TestPackets.rtcp;
import static dev.stoa.srtp.TestPackets.rtp;
import static dev.stoa.srtp.TestPackets.sender;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.wire.Datagram;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpSenderTest {
    private static final ProtectionProfile GCM = ProtectionProfile.AEAD_AES_128_GCM;

    private final SrtpCrypto crypto = SrtpCrypto.libcryptoOrJdk();

    static List<Arguments> cryptosAndProfiles() {
        return TestPackets.cryptosAndProfiles();
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void writesPacketsOneBehindTheOtherAndNothingBesides(SrtpCrypto crypto, ProtectionProfile profile) {
        var area = Datagram.allocate(1000);
        area.fill(0, 1000, 0xEE);
        var payload = rtp(9, 0, 100);
        try (var sender = sender(profile, crypto);
                var receiver = receiver(profile, crypto)) {
            int at = 10;
            for (int i = 0; i < 5; i++) {
                area.put(at, rtp(9, i, 0), 0, 12);
                at += sender.protectRtp(area, at, 12, payload, 12, 100);
            }
            assertEquals(0, area.length());
            assertEquals(10 + 5 * (112 + profile.rtpOverhead()), at);
            area.setLength(1000);
            for (int i = 0; i < 1000; i++) {
                if (i < 10 || i >= at) {
                    assertEquals(0xEE, area.u8(i), "byte " + i);
                }
            }
            var plain = empty();
            for (int i = 0; i < 5; i++) {
                int length = 112 + profile.rtpOverhead();
                assertNull(receiver.unprotectRtp(area, 10 + i * length, length, plain));
                assertEquals(i, plain.u16(2));
                assertArrayEquals(payload.toArray(12, 100), plain.toArray(12, 100));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void aRetransmissionFromBeforeTheRollOverIsTheSamePacket(SrtpCrypto crypto, ProtectionProfile profile) {
        var first = empty();
        var again = empty();
        try (var sender = sender(profile, crypto)) {
            sender.protectRtp(rtp(9, 65530, 40), first);
            for (int i = 65531; i < 65600; i++) {
                sender.protectRtp(rtp(9, i & 0xFFFF, 40), again);
            }
            sender.protectRtp(rtp(9, 65530, 40), again);
            assertArrayEquals(first.toArray(), again.toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void protectsThePreviousPacketAgain(SrtpCrypto crypto, ProtectionProfile profile) {
        var first = empty();
        var again = empty();
        try (var sender = sender(profile, crypto)) {
            sender.protectRtp(rtp(9, 1, 40), first);
            sender.protectRtp(rtp(9, 1, 40), again);
            assertArrayEquals(first.toArray(), again.toArray());
        }
    }

    @Test
    void aNumberReturnsAfterARollOverWithAnotherKeyStream() {
        var first = empty();
        var later = empty();
        try (var sender = sender(GCM, crypto)) {
            sender.protectRtp(rtp(9, 100, 40), first);
            for (int i = 101; i <= 65536 + 100; i++) {
                sender.protectRtp(rtp(9, i & 0xFFFF, 40), later);
            }
            assertArrayEquals(first.toArray(0, 12), later.toArray(0, 12));
            assertNotEquals(first.i64(12), later.i64(12));
        }
    }

    @Test
    void aPacketFromBeforeTheFirstRollOverHasNoIndex() {
        try (var sender = sender(GCM, crypto)) {
            sender.protectRtp(rtp(9, 3, 40), empty());
            assertEquals(0, sender.protectRtp(rtp(9, 65000, 40), empty()));
            assertEquals(68, sender.protectRtp(rtp(9, 2, 40), empty()));
        }
    }

    @Test
    void eachSsrcHasItsOwnRollOverCounter() {
        try (var sender = sender(GCM, crypto);
                var receiver = receiver(GCM, crypto)) {
            var packet = empty();
            for (int i = 0; i < 70_000; i++) {
                sender.protectRtp(rtp(1, i & 0xFFFF, 0), packet);
                assertNull(receiver.unprotectRtp(packet, empty()));
            }
            sender.protectRtp(rtp(2, 5, 0), packet);
            assertNull(receiver.unprotectRtp(packet, empty()));
        }
    }

    @Test
    void rtcpCountsPerSsrcFromZero() {
        var packet = empty();
        try (var sender = sender(GCM, crypto)) {
            sender.protectRtcp(rtcp(1, 28), packet);
            assertEquals(0x8000_0000L, packet.u32(packet.length() - 4));
            sender.protectRtcp(rtcp(1, 28), packet);
            assertEquals(0x8000_0001L, packet.u32(packet.length() - 4));
            sender.protectRtcp(rtcp(2, 28), packet);
            assertEquals(0x8000_0000L, packet.u32(packet.length() - 4));
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        var payload = rtp(9, 0, 100);
        var area = Datagram.allocate(200);
        area.put(0, payload, 0, 112);
        try (var sender = sender(GCM, crypto)) {
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtp(area, 100, 12, payload, 12, 100));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtp(area, 0, 12, payload, 12, 101));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtp(area, -1, 12, payload, 12, 10));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.protectRtp(area, 0, 12, payload, 12, -1));
            assertThrows(IllegalArgumentException.class, () -> sender.protectRtp(area, 0, 11, payload, 12, 10));
            area.put8(0, 0x8F);
            assertThrows(IllegalArgumentException.class, () -> sender.protectRtp(area, 0, 12, payload, 12, 10));
            assertThrows(IllegalArgumentException.class, () -> sender.protectRtcp(Datagram.copyOf(new byte[7]), area));
        }
    }

    @ParameterizedTest
    @MethodSource("cryptosAndProfiles")
    void aClosedOneIsOfNoUse(SrtpCrypto crypto, ProtectionProfile profile) {
        var sender = sender(profile, crypto);
        sender.protectRtp(rtp(9, 1, 40), empty());
        sender.close();
        sender.close();
        assertThrows(IllegalStateException.class, () -> sender.protectRtp(rtp(9, 2, 40), empty()));
        assertThrows(IllegalStateException.class, () -> sender.protectRtcp(rtcp(9, 28), empty()));
    }

    @Test
    void refusesKeysOfTheWrongLength() {
        assertThrows(IllegalArgumentException.class, () -> new SrtpSender(GCM, new byte[15], new byte[12], crypto));
        assertThrows(IllegalArgumentException.class, () -> new SrtpSender(GCM, new byte[16], new byte[14], crypto));
    }
}
