package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.List;

/** The small grammar that all lines share (RFC 8866, 9): tokens, numbers, words. */
final class Lines {
    /** How much of the text a reason may quote. */
    private static final int QUOTE = 32;

    /** What a token has not (RFC 8866, 9). */
    private static final String SEPARATORS = "\"(),/:;<=>?@[\\]";

    private Lines() {}

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F || SEPARATORS.indexOf(c) >= 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Nothing that could end a line or upset a terminal. */
    static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** A number in digits, or {@code otherwise} when it is none or above {@code max}. */
    static int numberOr(String text, int max, int otherwise) {
        return (int) numberOr(text, (long) max, otherwise);
    }

    /** A number in digits, or {@code otherwise} when it is none or above {@code max}. */
    static long numberOr(String text, long max, long otherwise) {
        if (text.isEmpty() || text.length() > 19 || !isDigits(text)) {
            return otherwise;
        }
        // Nineteen digits may pass 2^63 and come out negative.
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            number = number * 10 + (text.charAt(i) - '0');
        }
        return number < 0 || number > max ? otherwise : number;
    }

    static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    static int number(String text, int max, String what) throws SdpSyntaxException {
        return (int) number(text, (long) max, what);
    }

    static long number(String text, long max, String what) throws SdpSyntaxException {
        long number = numberOr(text, max, -1);
        if (number < 0) {
            throw SdpSyntaxException.badValue(what + " is not a number from 0 to " + max + ": " + quote(text));
        }
        return number;
    }

    static String token(String text, String what) throws SdpSyntaxException {
        if (!isToken(text)) {
            throw SdpSyntaxException.badValue(what + " is not a token: " + quote(text));
        }
        return text;
    }

    /** The words between spaces; several spaces are one. */
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf(' ', from);
            end = end < 0 ? text.length() : end;
            if (end > from) {
                words.add(text.substring(from, end));
            }
            from = end + 1;
        }
        return words;
    }

    /** The parts between {@code separator}, empty ones too. */
    static List<String> parts(String text, char separator) {
        var parts = new ArrayList<String>();
        int from = 0;
        while (true) {
            int end = text.indexOf(separator, from);
            if (end < 0) {
                parts.add(text.substring(from));
                return parts;
            }
            parts.add(text.substring(from, end));
            from = end + 1;
        }
    }

    /** What stands before the first {@code separator}, or all. */
    static String head(String text, char separator) {
        int at = text.indexOf(separator);
        return at < 0 ? text : text.substring(0, at);
    }

    /** What stands after the first {@code separator}, or nothing. */
    static String tail(String text, char separator) {
        int at = text.indexOf(separator);
        return at < 0 ? "" : text.substring(at + 1);
    }

    /** A piece of the text for a reason: short, and without anything that is not plain. */
    static String quote(String text) {
        var shown = text.length() <= QUOTE ? text : text.substring(0, QUOTE) + "…";
        return "\"" + shown.replaceAll("[^\\x20-\\x7E…]", "?") + "\"";
    }
}
