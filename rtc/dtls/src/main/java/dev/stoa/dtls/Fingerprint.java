package dev.stoa.dtls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a certificate as {@code a=fingerprint} tells it (RFC 8122, 5). Two of the same certificate and hash are equal
 * however they were written.
 *
 * @param hash {@code sha-256}, {@code sha-384} or {@code sha-512}; the older ones are weak and not accepted
 * @param value pairs of upper-case hexadecimal digits with colons between them
 */
public record Fingerprint(String hash, String value) {
    /** Names of the hash functions in SDP and in the JDK. */
    private static final Map<String, String> ALGORITHMS =
            Map.of("sha-256", "SHA-256", "sha-384", "SHA-384", "sha-512", "SHA-512");

    private static final Map<String, Integer> DIGEST_LENGTHS = Map.of("sha-256", 32, "sha-384", 48, "sha-512", 64);
    private static final Pattern VALUE = Pattern.compile("[0-9A-F]{2}(:[0-9A-F]{2})*");

    /** The longest text: that of sha-512. */
    private static final int MAX_LENGTH = 8 + 3 * 64;

    public Fingerprint {
        var length = DIGEST_LENGTHS.get(hash);
        if (length == null
                || value.length() != 3 * length - 1
                || !VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a fingerprint: " + hash + " " + value);
        }
    }

    /**
     * Reads the value of an {@code a=fingerprint} line. Null when it is malformed or its hash function is not known here; such
     * a line is to be passed over (RFC 8122, 5.1).
     */
    public static @Nullable Fingerprint parse(String text) {
        int space = text.indexOf(' ');
        if (space < 0 || text.length() > MAX_LENGTH) {
            return null;
        }
        var hash = text.substring(0, space).toLowerCase(Locale.ROOT);
        var value = text.substring(space + 1).toUpperCase(Locale.ROOT);
        var length = DIGEST_LENGTHS.get(hash);
        if (length == null
                || value.length() != 3 * length - 1
                || !VALUE.matcher(value).matches()) {
            return null;
        }
        return new Fingerprint(hash, value);
    }

    /**
     * @param hash its name in SDP
     * @param certificate DER
     */
    public static Fingerprint of(String hash, byte[] certificate) {
        var algorithm = ALGORITHMS.get(hash);
        if (algorithm == null) {
            throw new IllegalArgumentException("not a hash function of fingerprints: " + hash);
        }
        try {
            var digest = MessageDigest.getInstance(algorithm).digest(certificate);
            return new Fingerprint(
                    hash, HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no " + algorithm, e);
        }
    }

    /** Whether it is that of this certificate, in DER. */
    public boolean matches(byte[] certificate) {
        return equals(of(hash, certificate));
    }

    /** As in the SDP line. */
    @Override
    public String toString() {
        return hash + " " + value;
    }
}
