package dev.stoa.dtls;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The SRTP master keys that both sides of an association have in common (RFC 5764, 4.2).
 *
 * @param profile the protection profile's number in use_srtp
 * @param clientKey protects what the DTLS client sends
 * @param serverKey protects what the DTLS server sends
 */
@SuppressWarnings("ArrayRecordComponent")
public record DtlsSrtpKeys(int profile, byte[] clientKey, byte[] clientSalt, byte[] serverKey, byte[] serverSalt) {
    /** The exporter's label. */
    static final String LABEL = "EXTRACTOR-dtls_srtp";

    /** Bytes of key and salt. */
    private record Lengths(int key, int salt) {}

    /** Whether this is one of the profiles known here: 0x0007, 0x0008 (RFC 7714, 14.2) and 0x0001 (RFC 5764, 4.1.2). */
    static boolean isKnown(int profile) {
        return lengths(profile) != null;
    }

    /** How many bytes are to be exported for it. */
    static int exportedLength(int profile) {
        var lengths = known(profile);
        return 2 * (lengths.key + lengths.salt);
    }

    /** Client key, server key, client salt, server salt, in this order. */
    static DtlsSrtpKeys of(int profile, byte[] exported) {
        var lengths = known(profile);
        int salts = 2 * lengths.key;
        return new DtlsSrtpKeys(
                profile,
                Arrays.copyOfRange(exported, 0, lengths.key),
                Arrays.copyOfRange(exported, salts, salts + lengths.salt),
                Arrays.copyOfRange(exported, lengths.key, salts),
                Arrays.copyOfRange(exported, salts + lengths.salt, salts + 2 * lengths.salt));
    }

    private static Lengths known(int profile) {
        var lengths = lengths(profile);
        if (lengths == null) {
            throw new IllegalArgumentException("not a profile: " + profile);
        }
        return lengths;
    }

    private static @Nullable Lengths lengths(int profile) {
        return switch (profile) {
            case 0x0001 -> new Lengths(16, 14);
            case 0x0007 -> new Lengths(16, 12);
            case 0x0008 -> new Lengths(32, 12);
            default -> null;
        };
    }

    /** Without the keys, so that no log gets them. */
    @Override
    public String toString() {
        return "DtlsSrtpKeys[profile=" + profile + "]";
    }
}
