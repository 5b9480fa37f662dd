package dev.stoa.app;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The effective configuration as a file that could be used as {@code stoa.yaml}, with the source of each value. */
final class EffectiveYaml {
    static final String MASK = "********";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._/-]*");
    private static final int COMMENT_COLUMN = 40;

    private EffectiveYaml() {}

    static String of(List<Key<?>> table, Configuration configuration) {
        return table.stream().map(key -> line(key, configuration) + "\n").collect(Collectors.joining());
    }

    private static <T> String line(Key<T> key, Configuration configuration) {
        boolean hides = key.secret() && !key.write(configuration.get(key)).isEmpty();
        var value = hides ? quoted(MASK) : value(key, configuration.get(key));
        var text = key.name() + ": " + value;
        var padding = " ".repeat(Math.max(2, COMMENT_COLUMN - text.length()));
        return text + padding + "# " + configuration.source(key).where();
    }

    private static <T> String value(Key<T> key, T value) {
        var texts = key.write(value).stream().map(EffectiveYaml::quoted).toList();
        return key.type().repeatable() ? "[" + String.join(", ", texts) + "]" : texts.getFirst();
    }

    private static String quoted(String text) {
        return PLAIN.matcher(text).matches()
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
