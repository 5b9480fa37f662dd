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

    /** The value of a parameter; names do not differ by case. */
    public Optional<String> get(String name) {
        for (var entry : values().entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }

    /** Names and values in their order; a part without "=" has an empty value. */
    public Map<String, String> values() {
        var values = new LinkedHashMap<String, String>();
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf(';', from);
            end = end < 0 ? text.length() : end;
            var part = text.substring(from, end).strip();
            int equals = part.indexOf('=');
            if (equals >= 0) {
                values.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            } else if (!part.isEmpty()) {
                values.put(part, "");
            }
            from = end + 1;
        }
        return values;
    }
}
