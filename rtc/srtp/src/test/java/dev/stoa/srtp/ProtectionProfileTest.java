package dev.stoa.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProtectionProfileTest {
    @Test
    void prefersTheCheapestAead() {
        assertEquals(
                List.of(
                        ProtectionProfile.AEAD_AES_128_GCM,
                        ProtectionProfile.AEAD_AES_256_GCM,
                        ProtectionProfile.AES128_CM_HMAC_SHA1_80),
                ProtectionProfile.preferred());
    }

    @Test
    void hasTheNumbersAndLengthsOfTheRegistry() {
        for (var profile : ProtectionProfile.values()) {
            assertEquals(profile, ProtectionProfile.ofId(profile.id()));
        }
        assertEquals(7, ProtectionProfile.AEAD_AES_128_GCM.id());
        assertEquals(
                44, ProtectionProfile.AEAD_AES_256_GCM.keyLength() + ProtectionProfile.AEAD_AES_256_GCM.saltLength());
        assertEquals(14, ProtectionProfile.AES128_CM_HMAC_SHA1_80.rtcpOverhead());
        assertNull(ProtectionProfile.ofId(2));
    }
}
