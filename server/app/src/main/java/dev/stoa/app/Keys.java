package dev.stoa.app;

import dev.stoa.turn.AddressRange;
import dev.stoa.turn.TurnSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The table of everything that can be configured; flags, yaml keys, environment names and help are made from it. */
final class Keys {
    static final Key<List<Port>> HTTP_PORT = Key.of(
            "http-port", ValueType.listOf(ValueType.port()), List.of(new Port(8080)), "Port for HTTP; may be repeated");
    static final Key<Port> HTTPS_PORT = Key.of("https-port", ValueType.port(), new Port(8443), "Port for HTTPS");
    static final Key<List<String>> HOST = Key.of(
            "host",
            ValueType.listOf(ValueType.host()),
            List.of(),
            "Name or address at which others reach this machine; may be repeated (default: found out)");
    static final Key<Port> MEDIA_PORT =
            Key.of("media-port", ValueType.port(), new Port(7881), "Port for media through the server, UDP and TCP");
    static final Key<String> BIND =
            Key.of("bind", ValueType.host(), "all", "Address to listen on; \"all\" is every address, IPv4 and IPv6");
    static final Key<Optional<Path>> TLS_CERT = Key.of(
            "tls-cert",
            ValueType.optionalPath(),
            Optional.empty(),
            "Certificate chain for HTTPS, a PEM file (default: made by a local CA)");
    static final Key<Optional<Path>> TLS_KEY =
            Key.of("tls-key", ValueType.optionalPath(), Optional.empty(), "Private key of the certificate, a PEM file");
    static final Key<Path> DATA_DIR = new Key<>(
            "data-dir", ValueType.path(), Keys::defaultDataDirectory, "Folder for keys and certificates", false);
    static final Key<Boolean> OPEN =
            Key.of("open", ValueType.bool(), false, "Let everybody in who reaches this machine, without a token");
    static final Key<List<String>> ALLOWED_ORIGINS = Key.of(
            "allowed-origins",
            ValueType.listOf(ValueType.origin()),
            List.of(),
            "Other origins whose pages may use this server; may be repeated (default: its own only)");
    static final Key<Boolean> DIALECTS_ANONYMOUS = Key.of(
            "dialects.anonymous",
            ValueType.bool(),
            false,
            "Let clients of dialects that carry no token in from the network");
    static final Key<Boolean> METRICS_PUBLIC = Key.of(
            "metrics.public", ValueType.bool(), false, "Serve /metrics to the network, not only to this machine");
    static final Key<Integer> MAX_MESSAGE_BYTES = Key.of(
            "max-message-bytes", ValueType.whole(4096, 1_048_576), 65_536, "Longest signaling message, in bytes");
    static final Key<Integer> MAX_CONNECTIONS =
            Key.of("max-connections", ValueType.whole(1, 1_000_000), 20_000, "Most signaling connections at once");
    static final Key<Integer> MAX_ROOMS =
            Key.of("max-rooms", ValueType.whole(1, 1_000_000), 10_000, "Most rooms at once");
    static final Key<Integer> MAX_PARTICIPANTS =
            Key.of("max-participants", ValueType.whole(1, 10_000), 100, "Most participants in one room");
    static final Key<Integer> JOINS_PER_SECOND = Key.of(
            "joins-per-second", ValueType.whole(0, 100_000), 20, "Joins a second from one address; 0 is no limit");
    static final Key<Integer> JOINS_BURST =
            Key.of("joins-burst", ValueType.whole(1, 1_000_000), 100, "Joins from one address that may come at once");
    static final Key<Integer> MESSAGES_PER_SECOND = Key.of(
            "messages-per-second",
            ValueType.whole(0, 100_000),
            100,
            "Messages a second from one participant; 0 is no limit");
    static final Key<Integer> MESSAGES_BURST = Key.of(
            "messages-burst",
            ValueType.whole(1, 1_000_000),
            2_000,
            "Messages from one participant that may come at once; whoever joins a large mesh sends many");
    static final Key<Integer> RESUME_SECONDS =
            Key.of("resume-seconds", ValueType.whole(5, 600), 30, "How long a lost connection may be taken up again");
    static final Key<Integer> SHUTDOWN_TIMEOUT_SECONDS =
            Key.of("shutdown-timeout-seconds", ValueType.whole(0, 600), 10, "Longest time a clean stop may take");
    static final Key<Integer> SIGNALING_LOOPS = Key.of(
            "signaling-loops",
            ValueType.whole(0, 1024),
            0,
            "Threads for HTTP and signaling; 0 is one for each 4 cores, at least 1");
    static final Key<Integer> MEDIA_LOOPS = Key.of(
            "media-loops", ValueType.whole(0, 256), 0, "Threads for media; 0 is one for each core but one, at least 1");
    static final Key<String> LOG_LEVEL = Key.of(
            "log-level",
            ValueType.choice("error", "warn", "info", "debug", "trace"),
            "info",
            "How much is logged to standard error: error, warn, info, debug or trace");
    static final Key<Port> TURN_PORT =
            Key.of("turn-port", ValueType.port(), new Port(3478), "Port for STUN and TURN, UDP and TCP");
    static final Key<Port> TURNS_PORT =
            Key.of("turns-port", ValueType.port(), new Port(5349), "Port for TURN over TLS");
    static final Key<List<String>> TURN_TRANSPORTS = Key.of(
            "turn-transports",
            ValueType.listOf(ValueType.choice("udp", "tcp")),
            List.of("udp", "tcp"),
            "How clients may come to turn-port: udp, tcp or both");
    static final Key<String> TURN_REALM =
            Key.of("turn-realm", ValueType.text(TurnSettings.MAX_REALM_BYTES), "stoa", "Realm of TURN's users");
    static final Key<List<String>> TURN_SECRET = secret(
            "turn-secret",
            ValueType.listOf(ValueType.text(256)),
            "Secret of time-limited TURN credentials; may be repeated, the first one is for new ones (default: made)");
    static final Key<List<TurnUser>> TURN_USER =
            secret("turn-user", ValueType.listOf(ValueType.turnUser()), "User of TURN; may be repeated");
    static final Key<List<AddressRange>> TURN_ALLOW_PEER = Key.of(
            "turn-allow-peer",
            ValueType.listOf(ValueType.addressRange()),
            List.of(),
            "Peers that TURN may reach though they are not public; may be repeated");
    static final Key<List<AddressRange>> TURN_DENY_PEER = Key.of(
            "turn-deny-peer",
            ValueType.listOf(ValueType.addressRange()),
            List.of(),
            "Peers that TURN may not reach though they are public; may be repeated");
    static final Key<Integer> TURN_MIN_PORT =
            Key.of("turn-min-port", ValueType.whole(1024, 65_535), 49_152, "First port of relayed addresses");
    static final Key<Integer> TURN_MAX_PORT =
            Key.of("turn-max-port", ValueType.whole(1024, 65_535), 65_535, "Last port of relayed addresses");
    static final Key<Integer> TURN_MAX_ALLOCATIONS =
            Key.of("turn-max-allocations", ValueType.whole(1, 60_000), 4_000, "Most relayed addresses at once");
    static final Key<Integer> TURN_MAX_ALLOCATIONS_PER_USER = Key.of(
            "turn-max-allocations-per-user",
            ValueType.whole(1, 60_000),
            1_000,
            "Most relayed addresses of one user at once");
    static final Key<Integer> TURN_MAX_KBPS = Key.of(
            "turn-max-kbps", ValueType.whole(0, 100_000_000), 0, "Most that TURN relays, in kbit/s; 0 is no limit");
    static final Key<Integer> TURN_MAX_KBPS_PER_USER = Key.of(
            "turn-max-kbps-per-user",
            ValueType.whole(0, 100_000_000),
            0,
            "Most that TURN relays for one user, in kbit/s; 0 is no limit");
    static final Key<Integer> TURN_MAX_LIFETIME_SECONDS = Key.of(
            "turn-max-lifetime-seconds",
            ValueType.whole(60, 86_400),
            3_600,
            "Longest time that a relayed address lives without a refresh");
    static final Key<Port> MQTT_PORT = reserved("mqtt-port", "MQTT");
    static final Key<Port> RTMP_PORT = reserved("rtmp-port", "RTMP");

    /** In the order in which help and {@code stoa config} show them. */
    static final List<Key<?>> ALL = List.of(
            HTTP_PORT,
            HTTPS_PORT,
            MEDIA_PORT,
            TURN_PORT,
            TURNS_PORT,
            HOST,
            BIND,
            TLS_CERT,
            TLS_KEY,
            DATA_DIR,
            OPEN,
            ALLOWED_ORIGINS,
            DIALECTS_ANONYMOUS,
            METRICS_PUBLIC,
            MAX_MESSAGE_BYTES,
            MAX_CONNECTIONS,
            MAX_ROOMS,
            MAX_PARTICIPANTS,
            JOINS_PER_SECOND,
            JOINS_BURST,
            MESSAGES_PER_SECOND,
            MESSAGES_BURST,
            RESUME_SECONDS,
            SHUTDOWN_TIMEOUT_SECONDS,
            SIGNALING_LOOPS,
            MEDIA_LOOPS,
            TURN_TRANSPORTS,
            TURN_REALM,
            TURN_SECRET,
            TURN_USER,
            TURN_ALLOW_PEER,
            TURN_DENY_PEER,
            TURN_MIN_PORT,
            TURN_MAX_PORT,
            TURN_MAX_ALLOCATIONS,
            TURN_MAX_ALLOCATIONS_PER_USER,
            TURN_MAX_KBPS,
            TURN_MAX_KBPS_PER_USER,
            TURN_MAX_LIFETIME_SECONDS,
            LOG_LEVEL,
            MQTT_PORT,
            RTMP_PORT);

    /** Ports of servers that this version does not have: accepted, so that one stoa.yaml serves several versions. */
    static final Map<Key<Port>, String> RESERVED_PORTS = Map.of(
            MQTT_PORT, "MQTT server",
            RTMP_PORT, "RTMP server");

    private Keys() {}

    private static <T> Key<List<T>> secret(String name, ValueType<List<T>> type, String description) {
        return new Key<>(name, type, environment -> List.of(), description, true);
    }

    private static Key<Port> reserved(String name, String what) {
        return Key.of(
                name, ValueType.port(), Port.OFF, "Port for " + what + "; reserved, this version has no such server");
    }

    private static Path defaultDataDirectory(Map<String, String> environment) {
        var dataHome = environment.getOrDefault("XDG_DATA_HOME", "");
        // The XDG base directory specification: a relative path is to be ignored.
        return Path.of(dataHome).isAbsolute()
                ? Path.of(dataHome, "stoa")
                : Path.of(Objects.requireNonNullElse(System.getProperty("user.home"), "."), ".local", "share", "stoa");
    }
}
