package dev.stoa.sdp;

import java.util.HexFormat;
import java.util.Locale;

/**
 * The hash of a certificate that the DTLS handshake must show (RFC 8122, 5).
 *
 * @param algorithm in lower case: {@code sha-256}
 * @param value bytes in upper case hexadecimal with colons between
 */
public record Fingerprint(String algorithm, String value) {
    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

    /** @throws IllegalArgumentException when the value is not bytes in hexadecimal with colons between */
    public Fingerprint {
        algorithm = algorithm.toLowerCase(Locale.ROOT);
        value = value.toUpperCase(Locale.ROOT);
        int length = HEX.parseHex(value).length;
        int expected = hashLength(algorithm);
        if (length == 0 || (expected != 0 && length != expected)) {
            throw new IllegalArgumentException(algorithm + " has not " + length + " bytes");
        }
    }

    public static Fingerprint of(String algorithm, byte[] hash) {
        return new Fingerprint(algorithm, HEX.formatHex(hash));
    }

    /** The hash itself. */
    public byte[] bytes() {
        return HEX.parseHex(value);
    }

    /** Whether the hash is one that still proves something: RFC 8122, 5 names MD2, MD5 and SHA-1 as too weak. */
    public boolean isStrong() {
        return hashLength(algorithm) >= 32;
    }

    private static int hashLength(String algorithm) {
        return switch (algorithm) {
            case "md2", "md5" -> 16;
            case "sha-1" -> 20;
            case "sha-224" -> 28;
            case "sha-256" -> 32;
            case "sha-384" -> 48;
            case "sha-512" -> 64;
            default -> 0;
        };
    }
}
