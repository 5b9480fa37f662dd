package dev.stoa.sdp;

/**
 * One stream of an m-section that carries several (RFC 8851).
 *
 * @param sends whether it is a stream sent, not one received, by whose description it is
 * @param restrictions what follows the direction: {@code pt=96;max-width=320}; mostly empty
 */
public record Rid(String id, boolean sends, FormatParameters restrictions) {
    static final int MAX_LENGTH = 255;

    static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        return text.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_');
    }
}
