package dev.stoa.ice;

import java.util.random.RandomGenerator;

/**
 * The short-term credentials of one generation (RFC 8445, 5.3; RFC 8839, 5.4).
 *
 * @param ufrag 4 to 256 ice-chars
 * @param pwd 22 to 256 ice-chars
 */
public record IceCredentials(String ufrag, String pwd) {
    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int MAX_LENGTH = 256;

    public IceCredentials {
        if (!isValid(ufrag, pwd)) {
            throw new IllegalArgumentException("an ICE ufrag has 4 to 256 and a pwd 22 to 256 letters, digits, + or /");
        }
    }

    /** Whether these, from a session description, may be credentials. */
    public static boolean isValid(String ufrag, String pwd) {
        return isIceChars(ufrag, 4, MAX_LENGTH) && isIceChars(pwd, 22, MAX_LENGTH);
    }

    /** Eight and 24 characters: 48 and 144 bits. */
    public static IceCredentials generate(RandomGenerator random) {
        return new IceCredentials(iceChars(random, 8), iceChars(random, 24));
    }

    static boolean isIceChars(String text, int minLength, int maxLength) {
        return text.length() >= minLength
                && text.length() <= maxLength
                && text.chars().allMatch(c -> ICE_CHARS.indexOf(c) >= 0);
    }

    private static String iceChars(RandomGenerator random, int length) {
        var chars = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            chars.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return chars.toString();
    }

    /** Without the password: this goes to logs. */
    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + "]";
    }
}
