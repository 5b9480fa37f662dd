package dev.stoa.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A coturn configuration file ({@code turnserver.conf}) as settings of ours.
 *
 * @param settings in our words
 * @param ignored the keys that have no effect here
 */
record CoturnConfig(List<Setting> settings, Set<String> ignored) {
    /** Keys whose values mean the same here. */
    private static final Map<String, Key<?>> SAME = Map.ofEntries(
            Map.entry("listening-port", Keys.TURN_PORT),
            Map.entry("tls-listening-port", Keys.TURNS_PORT),
            Map.entry("listening-ip", Keys.BIND),
            Map.entry("realm", Keys.TURN_REALM),
            Map.entry("static-auth-secret", Keys.TURN_SECRET),
            Map.entry("user", Keys.TURN_USER),
            Map.entry("min-port", Keys.TURN_MIN_PORT),
            Map.entry("max-port", Keys.TURN_MAX_PORT),
            Map.entry("denied-peer-ip", Keys.TURN_DENY_PEER),
            Map.entry("allowed-peer-ip", Keys.TURN_ALLOW_PEER),
            Map.entry("cert", Keys.TLS_CERT),
            Map.entry("pkey", Keys.TLS_KEY),
            Map.entry("total-quota", Keys.TURN_MAX_ALLOCATIONS),
            Map.entry("user-quota", Keys.TURN_MAX_ALLOCATIONS_PER_USER),
            Map.entry("max-allocate-lifetime", Keys.TURN_MAX_LIFETIME_SECONDS));

    /** What is always so here. */
    private static final Set<String> ALWAYS = Set.of(
            "lt-cred-mech",
            "use-auth-secret",
            "stale-nonce",
            "no-multicast-peers",
            "no-loopback-peers",
            "no-cli",
            "no-dtls",
            "no-tcp-relay",
            "no-software-attribute",
            "no-rfc5780",
            "no-tlsv1",
            "no-tlsv1_1");

    static CoturnConfig read(Path file) throws UserError {
        try {
            return parse(Files.readAllLines(file));
        } catch (IOException e) {
            throw UserError.usage(
                            "the file " + file + " cannot be read: " + e.getMessage(),
                            "name coturn's turnserver.conf with --coturn-config")
                    .causedBy(e);
        }
    }

    static CoturnConfig parse(List<String> lines) {
        var values = new LinkedHashMap<Key<?>, List<String>>();
        var transports = new LinkedHashSet<>(List.of("udp", "tcp"));
        var ignored = new LinkedHashSet<String>();
        for (var line : lines) {
            var text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int equals = text.indexOf('=');
            var name = (equals < 0 ? text : text.substring(0, equals)).strip();
            var value = equals < 0 ? "" : unquoted(text.substring(equals + 1).strip());
            var same = SAME.get(name);
            if (same != null) {
                if (isMeant(name, value)) {
                    values.computeIfAbsent(same, _ -> new ArrayList<>()).add(value);
                }
                continue;
            }
            switch (name) {
                case "external-ip" ->
                    // outer/inner: which inner one it is shown for follows from the order.
                    values.computeIfAbsent(Keys.HOST, _ -> new ArrayList<>())
                            .add(value.contains("/") ? value.substring(0, value.indexOf('/')) : value);
                case "no-udp" -> transports.remove("udp");
                case "no-tcp" -> transports.remove("tcp");
                case "no-tls" -> values.put(Keys.TURNS_PORT, new ArrayList<>(List.of("off")));
                case "allow-loopback-peers" ->
                    values.computeIfAbsent(Keys.TURN_ALLOW_PEER, _ -> new ArrayList<>())
                            .addAll(List.of("127.0.0.0/8", "::1"));
                case "max-bps" -> addRate(values, Keys.TURN_MAX_KBPS_PER_USER, value, name, ignored);
                case "bps-capacity" -> addRate(values, Keys.TURN_MAX_KBPS, value, name, ignored);
                default -> {
                    if (!ALWAYS.contains(name)) {
                        ignored.add(name);
                    }
                }
            }
        }
        values.put(Keys.TURN_TRANSPORTS, List.copyOf(transports));
        var settings = values.entrySet().stream()
                .map(entry -> setting(entry.getKey(), entry.getValue()))
                .toList();
        return new CoturnConfig(settings, ignored);
    }

    /** A quota of 0 is none, and an address of all is what is listened on anyway. */
    private static boolean isMeant(String name, String value) {
        return !(name.endsWith("-quota") && value.equals("0"))
                && !(name.equals("listening-ip") && (value.equals("0.0.0.0") || value.equals("::")));
    }

    /** Of what may be there once, coturn takes the last. */
    private static Setting setting(Key<?> key, List<String> texts) {
        var given = key.type().repeatable() ? List.copyOf(texts) : List.of(texts.getLast());
        return new Setting(key.name(), given, new Source(Source.Layer.FLAG, Arguments.COTURN_CONFIG));
    }

    /** In coturn bytes a second. */
    private static void addRate(
            Map<Key<?>, List<String>> values, Key<Integer> key, String value, String name, Set<String> ignored) {
        var bytes = Numbers.parse(value, 0, Integer.MAX_VALUE);
        if (bytes.isEmpty()) {
            ignored.add(name);
        } else {
            values.put(key, List.of(Long.toString((bytes.get() * 8L + 999) / 1000)));
        }
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
