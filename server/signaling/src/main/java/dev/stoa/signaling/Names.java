package dev.stoa.signaling;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * Names that people choose, of any script: trimmed, in Unicode normalisation form C, 1 to {@value #MAX_CODE_POINTS} code
 * points, without control characters, line separators or directional overrides (which would let one name pose as
 * another).
 */
public final class Names {
    public static final int MAX_CODE_POINTS = 64;

    /** Longest input that is looked at: no name of 64 code points is longer, even before normalisation. */
    private static final int MAX_CHARS = MAX_CODE_POINTS * 8;

    private Names() {}

    /** Returns the normal form, or null when {@code name} is not a valid name. */
    public static @Nullable String normalise(String name) {
        if (name.length() > MAX_CHARS) {
            return null;
        }
        var normal = isAscii(name) ? name.strip() : Normalizer.normalize(name.strip(), Normalizer.Form.NFC);
        if (normal.isEmpty()
                || normal.codePointCount(0, normal.length()) > MAX_CODE_POINTS
                || !normal.codePoints().allMatch(Names::isAllowed)
                || normal.codePoints().allMatch(Names::isInvisible)) {
            return null;
        }
        return normal;
    }

    private static boolean isAllowed(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            // Joiners belong to scripts and emoji; embeddings, overrides and isolates do not belong into a name.
            case Character.FORMAT -> !isBetween(codePoint, 0x202A, 0x202E) && !isBetween(codePoint, 0x2066, 0x2069);
            default -> true;
        };
    }

    private static boolean isBetween(int codePoint, int first, int last) {
        return codePoint >= first && codePoint <= last;
    }

    private static boolean isInvisible(int codePoint) {
        return Character.getType(codePoint) == Character.FORMAT || Character.isSpaceChar(codePoint);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }
}
