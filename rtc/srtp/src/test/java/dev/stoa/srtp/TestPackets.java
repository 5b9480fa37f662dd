package dev.stoa.srtp;

import dev.stoa.wire.Datagram;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.provider.Arguments;

/** Packets, keys and the cipher sources that the tests of SRTP share. */
final class TestPackets {
    private TestPackets() {}

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /** All cipher sources there are on this machine. */
    static List<SrtpCrypto> cryptos() {
        var libcrypto = SrtpCrypto.libcrypto();
        return libcrypto == null ? List.of(SrtpCrypto.jdk()) : List.of(libcrypto, SrtpCrypto.jdk());
    }

    static List<Arguments> cryptosAndProfiles() {
        return cryptos().stream()
                .flatMap(crypto -> Arrays.stream(ProtectionProfile.values()).map(p -> Arguments.of(crypto, p)))
                .toList();
    }

    static byte[] key(ProtectionProfile profile) {
        return bytes(1, profile.keyLength());
    }

    static byte[] salt(ProtectionProfile profile) {
        return bytes(2, profile.saltLength());
    }

    static SrtpSender sender(ProtectionProfile profile, SrtpCrypto crypto) {
        return new SrtpSender(profile, key(profile), salt(profile), crypto);
    }

    static SrtpReceiver receiver(ProtectionProfile profile, SrtpCrypto crypto) {
        return new SrtpReceiver(profile, key(profile), salt(profile), crypto);
    }

    static byte[] bytes(long seed, int count) {
        var bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A packet with a header of 12 bytes and a payload that depends on the number. */
    static Datagram rtp(int ssrc, int sequenceNumber, int payloadLength) {
        var packet = Datagram.allocate(RtpHeader.FIXED_LENGTH + payloadLength + 64);
        write(packet, ssrc, sequenceNumber, payloadLength);
        return packet;
    }

    static void write(Datagram packet, int ssrc, int sequenceNumber, int payloadLength) {
        packet.setLength(RtpHeader.FIXED_LENGTH + payloadLength);
        packet.put16(0, 0x8060);
        packet.put16(2, sequenceNumber);
        packet.put32(4, sequenceNumber * 3000);
        packet.put32(8, ssrc);
        packet.fill(RtpHeader.FIXED_LENGTH, payloadLength, sequenceNumber);
    }

    /** With {@code csrcs} CSRCs and, unless it is negative, an extension of that many words. */
    static Datagram rtp(Random random, int csrcs, int extensionWords, int payloadLength) {
        int header = 12 + 4 * csrcs + (extensionWords < 0 ? 0 : 4 + 4 * extensionWords);
        var bytes = new byte[header + payloadLength];
        random.nextBytes(bytes);
        var packet = Datagram.allocate(bytes.length + 64);
        packet.set(bytes);
        packet.put8(0, 0x80 | (extensionWords < 0 ? 0 : 0x10) | csrcs);
        if (extensionWords >= 0) {
            packet.put16(12 + 4 * csrcs + 2, extensionWords);
        }
        return packet;
    }

    static Datagram rtcp(int ssrc, int length) {
        var packet = Datagram.allocate(length + 64);
        packet.setLength(length);
        packet.put16(0, 0x80C9);
        packet.put16(2, length / 4 - 1);
        packet.put32(4, ssrc);
        packet.fill(8, length - 8, 0x5A);
        return packet;
    }

    static Datagram empty() {
        return Datagram.allocate(2048);
    }
}
