package dev.stoa.turn;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces that need no memory: each says when it was made and proves by a MAC that it was made here, for this address. So one
 * that comes back shows that its sender is where it says.
 *
 * <pre>
 *  "obMatJos2" and 4 digits of the security features (RFC 8489, 9.2), then in base64: seconds (32 bits), MAC (64 bits)
 * </pre>
 */
final class Nonces {
    enum Age {
        FRESH,
        /** Made here, and too long ago. */
        STALE,
        FOREIGN
    }

    /** RFC 8489, 18.1: bits of the security features. */
    static final int PASSWORD_ALGORITHMS = 1;

    static final int USERNAME_ANONYMITY = 2;

    private static final String COOKIE = "obMatJos2";
    private static final int FEATURE_DIGITS = 4;
    private static final int BODY_BYTES = 12;
    private static final int LENGTH = COOKIE.length() + FEATURE_DIGITS + BODY_BYTES / 3 * 4;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final String prefix;
    private final long lifetimeSeconds;
    private final Mac mac;
    private final byte[] input = new byte[24];
    private final byte[] output = new byte[32];

    Nonces(byte[] key, int features, long lifetimeSeconds) {
        var bits = new byte[] {(byte) (features >>> 16), (byte) (features >>> 8), (byte) features};
        this.prefix = COOKIE + Base64.getEncoder().encodeToString(bits);
        this.lifetimeSeconds = lifetimeSeconds;
        try {
            this.mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    String make(long nowNanos, long high, long low, int port) {
        int seconds = (int) (nowNanos / NANOS_PER_SECOND);
        var body = ByteBuffer.allocate(BODY_BYTES).putInt(seconds).put(sign(seconds, high, low, port), 0, Long.BYTES);
        return prefix + Base64.getEncoder().encodeToString(body.array());
    }

    Age check(long nowNanos, byte[] nonce, long high, long low, int port) {
        if (nonce.length != LENGTH || !new String(nonce, StandardCharsets.ISO_8859_1).startsWith(prefix)) {
            return Age.FOREIGN;
        }
        byte[] body;
        try {
            body = Base64.getDecoder().decode(Arrays.copyOfRange(nonce, prefix.length(), LENGTH));
        } catch (IllegalArgumentException e) {
            return Age.FOREIGN;
        }
        if (body.length != BODY_BYTES) {
            return Age.FOREIGN; // padding in place of bytes
        }
        int seconds = ByteBuffer.wrap(body).getInt();
        var signature = sign(seconds, high, low, port);
        int difference = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            difference |= signature[i] ^ body[Integer.BYTES + i];
        }
        if (difference != 0) {
            return Age.FOREIGN;
        }
        return nowNanos / NANOS_PER_SECOND - seconds > lifetimeSeconds ? Age.STALE : Age.FRESH;
    }

    private byte[] sign(int seconds, long high, long low, int port) {
        ByteBuffer.wrap(input).putInt(seconds).putInt(port).putLong(high).putLong(low);
        mac.update(input);
        try {
            mac.doFinal(output, 0);
        } catch (ShortBufferException e) {
            throw new AssertionError("32 bytes hold the digest", e);
        }
        return output;
    }
}
