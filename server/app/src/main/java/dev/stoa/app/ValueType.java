package dev.stoa.app;

import dev.stoa.turn.AddressRange;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * How values of one type are read and written. Yaml, environment and flags all come as text and are read here, so that
 * a value means the same wherever it was written.
 *
 * @param allowed what may be written, for people
 * @param label stands for the value in help
 * @param repeatable more than one value may be given
 * @param isSwitch a flag without a value means {@code true}
 * @param parser empty when the text is not allowed
 */
record ValueType<T>(
        String allowed,
        String label,
        boolean repeatable,
        boolean isSwitch,
        Function<List<String>, Optional<T>> parser,
        Function<T, List<String>> writer) {

    static ValueType<Boolean> bool() {
        return new ValueType<>(
                "true or false",
                "true|false",
                false,
                true,
                single(ValueType::parseBoolean),
                value -> List.of(value.toString()));
    }

    static ValueType<Integer> whole(int min, int max) {
        return one(min + " to " + max, "N", text -> Numbers.parse(text, min, max), Object::toString);
    }

    static ValueType<Port> port() {
        return one(Port.ALLOWED, "PORT", Port::parse, Port::toString);
    }

    static ValueType<String> choice(String... choices) {
        return one(
                String.join(", ", choices),
                "LEVEL",
                text -> Optional.of(text.toLowerCase(Locale.ROOT)).filter(List.of(choices)::contains),
                Function.identity());
    }

    static ValueType<String> host() {
        return one("a host name or an IP address", "ADDRESS", ValueType::parseHost, Function.identity());
    }

    static ValueType<String> origin() {
        return one(
                "an origin such as https://example.org:8443, or * for all",
                "ORIGIN",
                ValueType::parseOrigin,
                Function.identity());
    }

    static ValueType<String> text(int maxBytes) {
        return one(
                "1 to " + maxBytes + " bytes of text, without control characters",
                "TEXT",
                text -> Optional.of(text)
                        .filter(value -> !value.isEmpty() && value.getBytes(StandardCharsets.UTF_8).length <= maxBytes)
                        .filter(value -> value.codePoints().noneMatch(Character::isISOControl)),
                Function.identity());
    }

    static ValueType<AddressRange> addressRange() {
        return one(
                "an address, a network such as 10.0.0.0/8, or a range such as 10.0.0.1-10.0.0.9",
                "CIDR",
                AddressRange::parse,
                AddressRange::toString);
    }

    static ValueType<TurnUser> turnUser() {
        return one("NAME:PASSWORD", "NAME:PASSWORD", TurnUser::parse, TurnUser::toString);
    }

    static ValueType<Path> path() {
        return one("a path", "PATH", ValueType::parsePath, Path::toString);
    }

    /** A path, or nothing: the empty text. */
    static ValueType<Optional<Path>> optionalPath() {
        return one(
                "a path",
                "PATH",
                ValueType::parseOptionalPath,
                value -> value.map(Path::toString).orElse(""));
    }

    static <T> ValueType<List<T>> listOf(ValueType<T> element) {
        return new ValueType<>(
                element.allowed + "; or a list of such",
                element.label,
                true,
                false,
                texts -> parseAll(texts, element),
                values -> values.stream()
                        .flatMap(value -> element.writer.apply(value).stream())
                        .toList());
    }

    private static <T> ValueType<T> one(
            String allowed, String label, Function<String, Optional<T>> parse, Function<T, String> write) {
        return new ValueType<>(allowed, label, false, false, single(parse), value -> List.of(write.apply(value)));
    }

    private static <T> Function<List<String>, Optional<T>> single(Function<String, Optional<T>> parse) {
        return texts -> texts.size() == 1 ? parse.apply(texts.getFirst().strip()) : Optional.empty();
    }

    private static <T> Optional<List<T>> parseAll(List<String> texts, ValueType<T> element) {
        var values = new ArrayList<T>();
        for (var text : texts) {
            for (var part : text.split(",", -1)) {
                if (part.isBlank()) {
                    continue;
                }
                var value = element.parser.apply(List.of(part));
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                values.add(value.get());
            }
        }
        return Optional.of(List.copyOf(values));
    }

    private static Optional<Boolean> parseBoolean(String text) {
        var word = text.toLowerCase(Locale.ROOT);
        if (Set.of("true", "yes", "on", "1").contains(word)) {
            return Optional.of(true);
        }
        return Set.of("false", "no", "off", "0").contains(word) ? Optional.of(false) : Optional.empty();
    }

    private static Optional<String> parseHost(String text) {
        var host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        var allowed = host.indexOf(':') >= 0 ? "[0-9A-Fa-f:.%A-Za-z]+" : "[\\p{L}\\p{N}._-]+";
        return host.length() <= 253 && host.matches(allowed) ? Optional.of(host) : Optional.empty();
    }

    private static Optional<String> parseOrigin(String text) {
        if (text.equals("*")) {
            return Optional.of(text);
        }
        try {
            var uri = new URI(text);
            boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean isBare = uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawFragment() == null;
            return isWeb && isBare && uri.getHost() != null && uri.getRawUserInfo() == null
                    ? Optional.of(text.toLowerCase(Locale.ROOT))
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<Optional<Path>> parseOptionalPath(String text) {
        if (text.isEmpty()) {
            return Optional.of(Optional.empty());
        }
        var path = parsePath(text);
        return path.isPresent() ? Optional.of(path) : Optional.empty();
    }

    private static Optional<Path> parsePath(String text) {
        try {
            // In yaml and in the environment there is no shell that would do it.
            var expanded = text.startsWith("~/") ? System.getProperty("user.home") + text.substring(1) : text;
            return expanded.isEmpty() ? Optional.empty() : Optional.of(Path.of(expanded));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
