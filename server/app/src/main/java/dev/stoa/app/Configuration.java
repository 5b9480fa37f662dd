package dev.stoa.app;

import java.util.List;
import java.util.Map;

/** The effective value of every key, and where each was written. */
final class Configuration {
    private record Entry(Object value, Source source) {}

    private final Map<Key<?>, Entry> entries;

    private Configuration(Map<Key<?>, Entry> entries) {
        this.entries = entries;
    }

    static Builder builder(List<Key<?>> table, Map<String, String> environment) {
        return new Builder(table, environment);
    }

    <T> T get(Key<T> key) {
        // Builder.put is the only way in, and it takes the value from the key's own type.
        @SuppressWarnings("unchecked")
        var value = (T) entry(key).value();
        return value;
    }

    Source source(Key<?> key) {
        return entry(key).source();
    }

    boolean isDefault(Key<?> key) {
        return source(key).isDefault();
    }

    private Entry entry(Key<?> key) {
        var entry = entries.get(key);
        if (entry == null) {
            throw new IllegalArgumentException(key.name() + " is not in the table of keys");
        }
        return entry;
    }

    /** Begins with the defaults. */
    static final class Builder {
        private final Map<Key<?>, Entry> entries = new java.util.LinkedHashMap<>();

        private Builder(List<Key<?>> table, Map<String, String> environment) {
            for (var key : table) {
                entries.put(key, new Entry(key.fallback().apply(environment), Source.DEFAULT));
            }
        }

        <T> Builder put(Key<T> key, T value, Source source) {
            entries.put(key, new Entry(value, source));
            return this;
        }

        Configuration build() {
            return new Configuration(Map.copyOf(entries));
        }
    }
}
