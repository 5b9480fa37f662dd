package dev.stoa.app;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * One thing that can be configured. Its names in yaml, in the environment and as a flag all come from {@code name}.
 *
 * @param name lower case, words joined by dashes, groups by dots: {@code max-rooms}, {@code dialects.anonymous}
 * @param fallback the value when nobody wrote one; may look at the environment
 * @param secret never shown
 */
record Key<T>(
        String name, ValueType<T> type, Function<Map<String, String>, T> fallback, String description, boolean secret) {

    static final String ENVIRONMENT_PREFIX = "STOA_";

    static <T> Key<T> of(String name, ValueType<T> type, T fallback, String description) {
        return new Key<>(name, type, environment -> fallback, description, false);
    }

    String flag() {
        return "--" + name;
    }

    String environmentName() {
        return ENVIRONMENT_PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The value as text, one element for each value of a list. */
    List<String> write(T value) {
        return type.writer().apply(value);
    }
}
