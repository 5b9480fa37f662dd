package dev.stoa.stun;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a server offers to make a key of a long-term password (RFC 8489, 14.11, 14.12 and 18.5): MD5 and SHA-256. */
public final class PasswordAlgorithms {
    public static final int MD5 = 1;
    public static final int SHA256 = 2;

    /** PASSWORD-ALGORITHMS: number and length of parameters of each, the preferred one first. */
    private static final byte[] OFFERED = {0, SHA256, 0, 0, 0, MD5, 0, 0};

    private PasswordAlgorithms() {}

    public static byte[] offered() {
        return OFFERED.clone();
    }

    /**
     * The algorithm that a request chose (RFC 8489, 9.2.4): MD5 when it says nothing of algorithms.
     *
     * @return null when it chose none of those offered, or did not give the offer back as it was
     */
    public static @Nullable Integer chosenBy(StunMessage request) {
        var offer = request.bytes(StunAttribute.PASSWORD_ALGORITHMS);
        var chosen = request.u32(StunAttribute.PASSWORD_ALGORITHM);
        if (offer == null && chosen < 0) {
            return MD5;
        }
        if (offer == null || chosen < 0 || !Arrays.equals(offer, OFFERED)) {
            return null;
        }
        int number = (int) (chosen >>> 16);
        return number == MD5 || number == SHA256 ? Integer.valueOf(number) : null;
    }
}
