package dev.stoa.sdp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of one payload type, kept as written: {@code minptime=10;useinbandfec=1}, but also {@code 111/111} of RED
 * and {@code 0-15} of telephone events (RFC 8866, 6.15).
 */
public record FormatParameters(String text) {
    public static final FormatParameters NONE = new FormatParameters("");

    public static FormatParameters of(Map<String, String> values) {
        var text = new StringBuilder();
        values.forEach((name, value) -> {
            text.append(text.isEmpty() ? "" : ";").append(name);
            if (!value.isEmpty()) {
                text.append('=').append(value);
            }
        });
        return new FormatParameters(text.toString());
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** The value of a parameter, the first of that name; names do not differ by case. */
    public Optional<String> get(String name) {
        int from = 0;
        while (from < text.length()) {
            int end = end(from);
            while (from < end && text.charAt(from) == ' ') {
                from++;
            }
            if (text.regionMatches(true, from, name, 0, name.length())) {
                var rest =
                        text.substring(Math.min(end, from + name.length()), end).strip();
                if (rest.isEmpty() || rest.charAt(0) == '=') {
                    return Optional.of(rest.isEmpty() ? "" : rest.substring(1).strip());
                }
            }
            from = end + 1;
        }
        return Optional.empty();
    }

    /** Names and values in their order; a part without "=" has an empty value. */
    public Map<String, String> values() {
        var values = new LinkedHashMap<String, String>();
        int from = 0;
        while (from < text.length()) {
            int end = end(from);
            var part = text.substring(from, end).strip();
            int equals = part.indexOf('=');
            if (equals >= 0) {
                values.putIfAbsent(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            } else if (!part.isEmpty()) {
                values.putIfAbsent(part, "");
            }
            from = end + 1;
        }
        return values;
    }

    private int end(int from) {
        int end = text.indexOf(';', from);
        return end < 0 ? text.length() : end;
    }
}
