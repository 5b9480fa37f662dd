package dev.stoa.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The session keys of one direction for RTP or for RTCP, derived from the master key once: the key derivation rate is zero,
 * as DTLS-SRTP has it (RFC 3711, 4.3; RFC 5764, 4.1.2).
 */
final class SessionKeys {
    private static final int AUTHENTICATION_KEY_LENGTH = 20;

    /** Labels of RFC 3711, 4.3.1 and 4.3.2; RTCP's are three higher. */
    private static final int LABEL_ENCRYPTION = 0;

    private static final int LABEL_AUTHENTICATION = 1;
    private static final int LABEL_SALT = 2;
    private static final int LABELS_OF_RTCP = 3;

    private final byte[] key;
    private final byte[] salt;
    private final byte[] authenticationKey;

    private SessionKeys(byte[] key, byte[] salt, byte[] authenticationKey) {
        this.key = key;
        this.salt = salt;
        this.authenticationKey = authenticationKey;
    }

    /** Session keys that are known already: those of the RFCs' examples. */
    static SessionKeys of(byte[] key, byte[] salt, byte[] authenticationKey) {
        return new SessionKeys(key.clone(), salt.clone(), authenticationKey.clone());
    }

    static SessionKeys derive(ProtectionProfile profile, byte[] masterKey, byte[] masterSalt, boolean rtcp) {
        if (masterKey.length != profile.keyLength() || masterSalt.length != profile.saltLength()) {
            throw new IllegalArgumentException(profile + " takes a key of " + profile.keyLength() + " and a salt of "
                    + profile.saltLength() + " bytes, not " + masterKey.length + " and " + masterSalt.length);
        }
        int first = rtcp ? LABELS_OF_RTCP : 0;
        return new SessionKeys(
                generate(masterKey, masterSalt, first + LABEL_ENCRYPTION, profile.keyLength()),
                generate(masterKey, masterSalt, first + LABEL_SALT, profile.saltLength()),
                profile.isAead()
                        ? new byte[0]
                        : generate(masterKey, masterSalt, first + LABEL_AUTHENTICATION, AUTHENTICATION_KEY_LENGTH));
    }

    /** The AES counter mode generator of RFC 3711, 4.3.3, which AES-GCM uses too (RFC 7714, 11). */
    private static byte[] generate(byte[] masterKey, byte[] masterSalt, int label, int count) {
        // Key id = label || 48 bits of zero, right-aligned with a salt of 112 bits; one of 96 bits is padded on its
        // right.
        var counter = Arrays.copyOf(masterSalt, 16);
        counter[7] ^= (byte) label;
        try {
            var cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"), new IvParameterSpec(counter));
            return cipher.doFinal(new byte[count]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no AES", e);
        }
    }

    byte[] key() {
        return key;
    }

    byte[] salt() {
        return salt;
    }

    /** Empty with AES-GCM. */
    byte[] authenticationKey() {
        return authenticationKey;
    }

    /** Overwrites the keys, when a cipher has taken them over. */
    void erase() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(salt, (byte) 0);
        Arrays.fill(authenticationKey, (byte) 0);
    }
}
