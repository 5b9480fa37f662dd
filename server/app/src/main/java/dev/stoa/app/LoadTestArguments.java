package dev.stoa.app;

import dev.stoa.load.LoadSettings;
import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * What {@code stoa load-test} is asked for.
 *
 * @param controlled whether it is told by lines on its standard input when to measure, see {@link LoadTestCommand}
 */
record LoadTestArguments(LoadSettings settings, int seconds, boolean controlled) {
    private static final String CONTROLLED = "--controlled";
    private static final int DISCARD_PORT = 9;

    private static final Map<String, ProtectionProfile> PROFILES = Map.of(
            "aes-128-gcm", ProtectionProfile.AEAD_AES_128_GCM,
            "aes-256-gcm", ProtectionProfile.AEAD_AES_256_GCM,
            "aes-128-sha1-80", ProtectionProfile.AES128_CM_HMAC_SHA1_80);

    private static final Map<String, LoadSettings.Dialect> DIALECTS =
            Map.of("stoa", LoadSettings.Dialect.STOA, "janus", LoadSettings.Dialect.JANUS);

    static CommandSpec command() {
        var spec = CommandSpec.create().name(Arguments.LOAD_TEST);
        spec.usageMessage()
                .description("Send media through a server from many peers of one process, and measure what arrives.")
                .sortOptions(false)
                .width(110)
                .abbreviateSynopsis(true);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("URL")
                .arity("1")
                .type(URI.class)
                .description("The server, for example http://localhost:8080")
                .build());
        spec.addOption(OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Show this")
                .build());
        spec.addOption(number("--rooms", 1, "Rooms; the numbers below are for each"));
        spec.addOption(number("--publishers", 1, "Those who send a camera and a microphone"));
        spec.addOption(number("--subscribers", 10, "Those who receive all of that"));
        spec.addOption(number("--bitrate", 1_500_000, "Bits per second of each camera"));
        spec.addOption(number("--seconds", 10, "How long to measure"));
        spec.addOption(number("--burst-ms", 40, "How far publishers send ahead of their rate; 0: packet by packet"));
        spec.addOption(text("--token", "", "A join token, which the server may want from the network"));
        spec.addOption(text("--profile", "aes-128-gcm", "SRTP: aes-128-gcm, aes-256-gcm or aes-128-sha1-80"));
        spec.addOption(
                text("--server", "stoa", "What speaks at the URL: stoa, or janus (its VideoRoom, by WebSocket)"));
        spec.addOption(OptionSpec.builder(CONTROLLED)
                .type(boolean.class)
                .hidden(true)
                .description("Measure when a line on standard input says so")
                .build());
        return spec;
    }

    private static OptionSpec number(String name, int fallback, String description) {
        return OptionSpec.builder(name)
                .type(int.class)
                .paramLabel("N")
                .defaultValue(String.valueOf(fallback))
                .description(description + " (default: " + fallback + ")")
                .build();
    }

    private static OptionSpec text(String name, String fallback, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel("TEXT")
                .defaultValue(fallback)
                .description(description + (fallback.isEmpty() ? "" : " (default: " + fallback + ")"))
                .build();
    }

    static LoadTestArguments of(ParseResult parsed) throws UserError {
        var options = parsed.commandSpec();
        URI url = options.positionalParameters().getFirst().getValue();
        String name = options.findOption("--profile").getValue();
        var profile = PROFILES.get(name);
        if (profile == null) {
            throw UserError.usage(
                    "unknown profile " + name, NearestName.hint(name, PROFILES.keySet(), "try aes-128-gcm"));
        }
        String server = options.findOption("--server").getValue();
        var dialect = DIALECTS.get(server);
        if (dialect == null) {
            throw UserError.usage(
                    "unknown server " + server, NearestName.hint(server, DIALECTS.keySet(), "stoa or janus"));
        }
        try {
            var settings = new LoadSettings(
                    url,
                    dialect,
                    addressTowards(url),
                    options.findOption("--token").getValue(),
                    options.findOption("--rooms").getValue(),
                    options.findOption("--publishers").getValue(),
                    options.findOption("--subscribers").getValue(),
                    options.findOption("--bitrate").getValue(),
                    1_000_000L * options.findOption("--burst-ms").<Integer>getValue(),
                    profile);
            return new LoadTestArguments(
                    settings, options.findOption("--seconds").getValue(), parsed.hasMatchedOption(CONTROLLED));
        } catch (IllegalArgumentException e) {
            throw UserError.usage(String.valueOf(e.getMessage()), "`stoa load-test --help` tells how it is used")
                    .causedBy(e);
        }
    }

    /** The own address that the system would use to reach the server; nothing is sent. */
    private static TransportAddress addressTowards(URI url) throws UserError {
        var host = url.getHost();
        if (host == null) {
            throw UserError.usage(url + " is no address of a server", "it begins with http:// or https://");
        }
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), DISCARD_PORT));
            return TransportAddress.of(socket.getLocalAddress(), 0);
        } catch (IOException e) {
            throw UserError.runtime("no way to " + host + ": " + e.getMessage(), "is the server's name right?")
                    .causedBy(e);
        }
    }
}
