package dev.stoa.srtp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A DTLS-SRTP protection profile (RFC 5764, 4.1.2; RFC 7714, 14.2): what DTLS negotiates and SRTP then uses. They are declared
 * in the order in which they are preferred: AES-GCM costs half of what AES-CM with HMAC-SHA1 costs.
 */
public enum ProtectionProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 16),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 10);

    private static final List<ProtectionProfile> PREFERRED = List.of(values());

    private final int id;
    private final int keyLength;
    private final int saltLength;
    private final int tagLength;

    ProtectionProfile(int id, int keyLength, int saltLength, int tagLength) {
        this.id = id;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.tagLength = tagLength;
    }

    /** The profile with this number in use_srtp, or null for one that is not offered here. */
    public static @Nullable ProtectionProfile ofId(int id) {
        for (var profile : PREFERRED) {
            if (profile.id == id) {
                return profile;
            }
        }
        return null;
    }

    /** All of them, the best first. */
    public static List<ProtectionProfile> preferred() {
        return PREFERRED;
    }

    /** The number in use_srtp, 16 bits. */
    public int id() {
        return id;
    }

    /** Bytes of the master key, and of a session key. */
    public int keyLength() {
        return keyLength;
    }

    /** Bytes of the master salt, and of a session salt. */
    public int saltLength() {
        return saltLength;
    }

    /** Bytes of the authentication tag of an SRTP packet. */
    public int rtpTagLength() {
        return tagLength;
    }

    /** Bytes of the authentication tag of an SRTCP packet. */
    public int rtcpTagLength() {
        return tagLength;
    }

    /** How many bytes an RTP packet grows. */
    public int rtpOverhead() {
        return tagLength;
    }

    /** How many bytes an RTCP packet grows. */
    public int rtcpOverhead() {
        return tagLength + SrtcpIndex.LENGTH;
    }

    boolean isAead() {
        return this != AES128_CM_HMAC_SHA1_80;
    }

    /** Where E flag and index stand in an SRTCP packet: at its end (RFC 7714, 9.1) or before the tag (RFC 3711, 3.4). */
    int indexWordAt(int packetLength) {
        return packetLength - (isAead() ? SrtcpIndex.LENGTH : SrtcpIndex.LENGTH + tagLength);
    }
}
