package dev.stoa.stun;

import dev.stoa.wire.Datagram;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key of MESSAGE-INTEGRITY, prepared once: checks come in thousands per second. Passwords are taken as they are in
 * UTF-8; whoever has one with compatibility characters applies OpaqueString (RFC 8265) first.
 *
 * <p>Calling contract: it keeps the state of a computation and is used by one thread at a time.
 */
public final class IntegrityKey {
    private static final int SHA1_LENGTH = 20;
    private static final int SHA256_LENGTH = 32;

    private final SecretKeySpec key;
    private final Mac sha1;
    private @Nullable Mac sha256;
    private byte[] input = new byte[256];
    private final byte[] output = new byte[SHA256_LENGTH];
    private final byte[] expected = new byte[SHA256_LENGTH];

    private IntegrityKey(byte[] key) {
        // HMAC pads a key with zero bytes (RFC 2104), so one zero byte is the empty key, which the JDK does not take.
        this.key = new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA1");
        this.sha1 = mac("HmacSHA1", this.key);
    }

    /** Of a short-term credential (RFC 8489, 9.1.1), as ICE has. */
    public static IntegrityKey shortTerm(String password) {
        return new IntegrityKey(password.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a long-term credential, MD5 (RFC 8489, 9.2.2 and 18.5.1.1), as TURN has. */
    public static IntegrityKey longTerm(String username, String realm, String password) {
        return new IntegrityKey(digest("MD5", username, realm, password));
    }

    /** Of a long-term credential, SHA-256 (RFC 8489, 18.5.1.2). */
    public static IntegrityKey longTermSha256(String username, String realm, String password) {
        return new IntegrityKey(digest("SHA-256", username, realm, password));
    }

    boolean matchesSha1(Datagram datagram, int valueAt) {
        compute(sha1, datagram, valueAt, SHA1_LENGTH);
        return matches(datagram, valueAt, SHA1_LENGTH);
    }

    boolean matchesSha256(Datagram datagram, int valueAt, int length) {
        compute(sha256(), datagram, valueAt, length);
        return matches(datagram, valueAt, length);
    }

    void writeSha1(Datagram datagram, int valueAt) {
        compute(sha1, datagram, valueAt, SHA1_LENGTH);
        datagram.put(valueAt, output, 0, SHA1_LENGTH);
    }

    void writeSha256(Datagram datagram, int valueAt) {
        compute(sha256(), datagram, valueAt, SHA256_LENGTH);
        datagram.put(valueAt, output, 0, SHA256_LENGTH);
    }

    /** Over all before the attribute, the header's length field ending with the attribute (RFC 8489, 14.5). */
    private void compute(Mac mac, Datagram datagram, int valueAt, int valueLength) {
        int length = valueAt - 4;
        if (input.length < length) {
            input = new byte[Math.max(length, 2 * input.length)];
        }
        datagram.get(0, input, 0, length);
        int announced = valueAt + valueLength - StunMessage.HEADER_LENGTH;
        input[2] = (byte) (announced >>> 8);
        input[3] = (byte) announced;
        mac.update(input, 0, length);
        try {
            mac.doFinal(output, 0);
        } catch (ShortBufferException e) {
            throw new AssertionError("32 bytes hold both digests", e);
        }
    }

    private boolean matches(Datagram datagram, int valueAt, int length) {
        datagram.get(valueAt, expected, 0, length);
        // Constant time: where the first wrong byte is must not show.
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= expected[i] ^ output[i];
        }
        return difference == 0;
    }

    private Mac sha256() {
        var mac = sha256;
        if (mac == null) {
            mac = mac("HmacSHA256", key);
            sha256 = mac;
        }
        return mac;
    }

    private static Mac mac(String algorithm, SecretKeySpec key) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    private static byte[] digest(String algorithm, String username, String realm, String password) {
        try {
            return MessageDigest.getInstance(algorithm)
                    .digest((username + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
