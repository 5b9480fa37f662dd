package dev.stoa.srtp;

import static dev.stoa.srtp.TestPackets.empty;
import static dev.stoa.srtp.TestPackets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.stoa.wire.Datagram;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 3711, appendix B; RFC 7714, 16 and 17; the reference packets of libsrtp's srtp_driver.c (from master key to tag). */
class VectorTest {
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_256 = KEY_128 + "101112131415161718191a1b1c1d1e1f";
    private static final String SALT = "517569642070726f2071756f";
    private static final String RTP =
            "8040f17b8041f8d35501a0b2" + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private static final String RTCP = "81c8000d4d617273"
            + "4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

    /** The index of the packets in RFC 7714, 17. */
    private static final int RTCP_INDEX = 0x5d4;

    private static final String LIBSRTP_RTP = "800f1234decafbadcafebabe" + "ab".repeat(16);
    private static final String LIBSRTP_RTCP = "81c8000bcafebabe" + "ab".repeat(16);

    static List<SrtpCrypto> cryptos() {
        return TestPackets.cryptos();
    }

    @Test
    void derivesTheSessionKeysOfRfc3711B3() {
        var keys = SessionKeys.derive(
                ProtectionProfile.AES128_CM_HMAC_SHA1_80,
                hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
                hex("0EC675AD498AFEEBB6960B3AABE6"),
                false);
        assertArrayEquals(hex("C61E7A93744F39EE10734AFE3FF7A087"), keys.key());
        assertArrayEquals(hex("30CBBC08863D8C85D49DB34A9AE1"), keys.salt());
        assertArrayEquals(hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"), keys.authenticationKey());
    }

    @ParameterizedTest
    @MethodSource("cryptos")
    void makesTheKeyStreamOfRfc3711B2(SrtpCrypto crypto) {
        var keys = SessionKeys.of(
                hex("2B7E151628AED2A6ABF7158809CF4F3C"), hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"), new byte[20]);
        try (var cipher = crypto.cipher(ProtectionProfile.AES128_CM_HMAC_SHA1_80, keys, false, true)) {
            var packet = Datagram.allocate(100);
            packet.setLength(60);
            cipher.seal(0, 0, packet, 0, 12, 60, packet, 0, 0);
            assertArrayEquals(
                    hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"
                            + "41E95B3BB0A2E8DD477901E4FCA894C0"),
                    packet.toArray(12, 48));
        }
    }

    @ParameterizedTest
    @MethodSource("cryptos")
    void protectsAndUnprotectsRtpOfRfc7714Section16With128Bits(SrtpCrypto crypto) {
        checkAeadRtp(
                crypto,
                ProtectionProfile.AEAD_AES_128_GCM,
                KEY_128,
                "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                        + "899d7f27beb16a9152cf765ee4390cce");
    }

    @ParameterizedTest
    @MethodSource("cryptos")
    void protectsAndUnprotectsRtpOfRfc7714Section16With256Bits(SrtpCrypto crypto) {
        checkAeadRtp(
                crypto,
                ProtectionProfile.AEAD_AES_256_GCM,
                KEY_256,
                "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                        + "7aa3db36dfffd6b0f9bb7878d7a76c13");
    }

    private static void checkAeadRtp(SrtpCrypto crypto, ProtectionProfile profile, String key, String text) {
        var expected = hex(RTP.substring(0, 24) + text);
        var target = empty();
        try (var sender = new SrtpSender(profile, session(key), session(key), crypto)) {
            assertEquals(expected.length, sender.protectRtp(Datagram.copyOf(hex(RTP)), target));
            assertArrayEquals(expected, target.toArray());
        }
        try (var receiver = new SrtpReceiver(profile, session(key), session(key), crypto, 1)) {
            assertNull(receiver.unprotectRtp(Datagram.copyOf(expected), target));
            assertArrayEquals(hex(RTP), target.toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("cryptos")
    void protectsAndUnprotectsRtcpOfRfc7714Section17With128Bits(SrtpCrypto crypto) {
        checkAeadRtcp(
                crypto,
                ProtectionProfile.AEAD_AES_128_GCM,
                KEY_128,
                "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b"
                        + "c84aa45896cf4d2fc5abf87245d9eade");
    }

    @ParameterizedTest
    @MethodSource("cryptos")
    void protectsAndUnprotectsRtcpOfRfc7714Section17With256Bits(SrtpCrypto crypto) {
        checkAeadRtcp(
                crypto,
                ProtectionProfile.AEAD_AES_256_GCM,
                KEY_256,
                "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad"
                        + "1d1eb30c4446839f57ff6f6cb26ac3be");
    }

    private static void checkAeadRtcp(SrtpCrypto crypto, ProtectionProfile profile, String key, String text) {
        var expected = hex(RTCP.substring(0, 16) + text + "800005d4");
        var target = empty();
        try (var sender = new SrtpSender(profile, session(key), session(key), crypto)) {
            for (int i = 0; i <= RTCP_INDEX; i++) {
                assertEquals(expected.length, sender.protectRtcp(Datagram.copyOf(hex(RTCP)), target));
            }
            assertArrayEquals(expected, target.toArray());
        }
        try (var receiver = new SrtpReceiver(profile, session(key), session(key), crypto, 1)) {
            assertNull(receiver.unprotectRtcp(Datagram.copyOf(expected), target));
            assertArrayEquals(hex(RTCP), target.toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("cryptos")
    void agreesWithLibsrtpOnCounterMode(SrtpCrypto crypto) {
        checkLibsrtp(
                crypto,
                ProtectionProfile.AES128_CM_HMAC_SHA1_80,
                "e1f97a0d3e018be0d64fa32c06de4139",
                "0ec675ad498afeebb6960b3aabe6",
                "4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
                "7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798");
    }

    @ParameterizedTest
    @MethodSource("cryptos")
    void agreesWithLibsrtpOnGcm(SrtpCrypto crypto) {
        checkLibsrtp(
                crypto,
                ProtectionProfile.AEAD_AES_128_GCM,
                KEY_128,
                "a0a1a2a3a4a5a6a7a8a9aaab",
                "c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
                "c98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001");
    }

    /** Here the SRTCP index is 1: libsrtp counts before it sends. */
    private static void checkLibsrtp(
            SrtpCrypto crypto, ProtectionProfile profile, String key, String salt, String rtp, String rtcp) {
        var expectedRtp = hex(LIBSRTP_RTP.substring(0, 24) + rtp);
        var expectedRtcp = hex(LIBSRTP_RTCP.substring(0, 16) + rtcp);
        var target = empty();
        try (var sender = new SrtpSender(profile, hex(key), hex(salt), crypto)) {
            sender.protectRtp(Datagram.copyOf(hex(LIBSRTP_RTP)), target);
            assertArrayEquals(expectedRtp, target.toArray());
            sender.protectRtcp(Datagram.copyOf(hex(LIBSRTP_RTCP)), target);
            sender.protectRtcp(Datagram.copyOf(hex(LIBSRTP_RTCP)), target);
            assertArrayEquals(expectedRtcp, target.toArray());
        }
        try (var receiver = new SrtpReceiver(profile, hex(key), hex(salt), crypto)) {
            assertNull(receiver.unprotectRtp(Datagram.copyOf(expectedRtp), target));
            assertArrayEquals(hex(LIBSRTP_RTP), target.toArray());
            assertNull(receiver.unprotectRtcp(Datagram.copyOf(expectedRtcp), target));
            assertArrayEquals(hex(LIBSRTP_RTCP), target.toArray());
        }
    }

    private static SessionKeys session(String key) {
        return SessionKeys.of(hex(key), hex(SALT), new byte[0]);
    }
}
