package dev.stoa.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line's grammar, made from the table of keys. */
final class Arguments {
    static final String SERVE = "serve";
    static final String CONFIG = "config";
    static final String TOKEN = "token";
    static final String DOCTOR = "doctor";
    static final String TURN = "turn";
    static final String COTURN_CONFIG = "--coturn-config";
    static final String VERSION = "version";
    static final String REHEARSE = "rehearse";
    static final String LOAD_TEST = "load-test";
    static final String ROOM = "--room";
    static final String TTL = "--ttl";
    static final String URL = "--url";
    static final String JSON = "--json";

    private static final String HELP = "--help";

    /** What {@code stoa --help} shows of the many; {@code stoa serve --help} shows all. */
    private static final Set<Key<?>> FOR_BEGINNERS = Set.of(Keys.HTTP_PORT, Keys.HTTPS_PORT, Keys.HOST, Keys.OPEN);

    private static final Set<Key<?>> FOR_TOKENS =
            Set.of(Keys.DATA_DIR, Keys.HOST, Keys.HTTPS_PORT, Keys.HTTP_PORT, Keys.BIND);

    private static final Set<Key<?>> FOR_TURN = Set.of(
            Keys.TURN_PORT,
            Keys.TURNS_PORT,
            Keys.TURN_TRANSPORTS,
            Keys.TURN_REALM,
            Keys.TURN_SECRET,
            Keys.TURN_USER,
            Keys.TURN_ALLOW_PEER,
            Keys.TURN_DENY_PEER,
            Keys.TURN_MIN_PORT,
            Keys.TURN_MAX_PORT,
            Keys.TURN_MAX_ALLOCATIONS,
            Keys.TURN_MAX_ALLOCATIONS_PER_USER,
            Keys.TURN_MAX_KBPS,
            Keys.TURN_MAX_KBPS_PER_USER,
            Keys.TURN_MAX_LIFETIME_SECONDS,
            Keys.HOST,
            Keys.BIND,
            Keys.TLS_CERT,
            Keys.TLS_KEY,
            Keys.DATA_DIR,
            Keys.LOG_LEVEL);

    private final List<Key<?>> table;
    private final CommandLine commandLine;

    /**
     * What was asked for.
     *
     * @param help what to print instead of doing anything
     * @param flags values of keys
     * @param loadTest what {@code load-test} is to do
     * @param target of the doctor: a server to look at from here
     * @param server of the doctor: where this machine's own server is
     */
    record Request(
            String command,
            Optional<String> help,
            Optional<String> configFile,
            List<Setting> flags,
            Optional<String> room,
            Optional<String> ttl,
            boolean url,
            Optional<String> target,
            Optional<String> server,
            boolean json,
            Optional<String> coturnConfig,
            Optional<LoadTestArguments> loadTest) {}

    Arguments(List<Key<?>> table, boolean colour) {
        this.table = table;
        var root = command("stoa", Set.copyOf(FOR_BEGINNERS), "Real-time audio, video and data for the JVM.");
        root.usageMessage()
                .footer(
                        "",
                        "Without a command Stoa serves. `stoa serve --help` lists every option; each can also stand in",
                        "stoa.yaml (max-rooms: 50) or in the environment (STOA_MAX_ROOMS=50). Flags win.");
        root.addSubcommand(SERVE, command(SERVE, Set.copyOf(table), "Serve the page and its calls (the default)."));
        root.addSubcommand(
                CONFIG,
                command(CONFIG, Set.copyOf(table), "Print the effective configuration and where it comes from."));
        root.addSubcommand(TOKEN, tokenCommand());
        root.addSubcommand(LOAD_TEST, LoadTestArguments.command());
        root.addSubcommand(DOCTOR, doctorCommand());
        root.addSubcommand(TURN, turnCommand());
        root.addSubcommand(VERSION, command(VERSION, Set.of(), "Print the version."));
        var rehearse = command(REHEARSE, Set.of(), "Go through a start once, for the JVM's cache of classes.");
        rehearse.usageMessage().hidden(true);
        root.addSubcommand(REHEARSE, rehearse);
        this.commandLine = new CommandLine(root)
                .setExpandAtFiles(false)
                .setColorScheme(Help.defaultColorScheme(colour ? Help.Ansi.ON : Help.Ansi.OFF));
    }

    Request parse(String... arguments) throws UserError {
        ParseResult result;
        try {
            result = commandLine.parseArgs(arguments);
        } catch (UnmatchedArgumentException e) {
            throw unknown(e);
        } catch (ParameterException e) {
            throw UserError.usage(
                            String.valueOf(e.getMessage()),
                            "`" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help` tells how it is used")
                    .causedBy(e);
        }
        var last = result.hasSubcommand() ? result.subcommand() : result;
        var levels = result.hasSubcommand() ? List.of(result, last) : List.of(result);
        boolean wantsHelp = levels.stream().anyMatch(level -> level.hasMatchedOption(HELP));
        return new Request(
                result.hasSubcommand() ? last.commandSpec().name() : SERVE,
                wantsHelp ? Optional.of(last.commandSpec().commandLine().getUsageMessage()) : Optional.empty(),
                values(levels, ConfigurationLoader.CONFIG_FLAG).stream().reduce((first, second) -> second),
                flags(levels),
                values(levels, ROOM).stream().findFirst(),
                values(levels, TTL).stream().findFirst(),
                last.hasMatchedOption(URL),
                last.matchedPositionals().stream()
                        .flatMap(positional -> positional.stringValues().stream())
                        .findFirst(),
                isDoctor(last) ? values(levels, URL).stream().findFirst() : Optional.empty(),
                last.hasMatchedOption(JSON),
                values(levels, COTURN_CONFIG).stream().findFirst(),
                result.hasSubcommand() && last.commandSpec().name().equals(LOAD_TEST) && !wantsHelp
                        ? Optional.of(LoadTestArguments.of(last))
                        : Optional.empty());
    }

    private static boolean isDoctor(ParseResult result) {
        return result.commandSpec().name().equals(DOCTOR);
    }

    private List<Setting> flags(List<ParseResult> levels) {
        var settings = new ArrayList<Setting>();
        for (var key : table) {
            var texts = values(levels, key.flag());
            if (!texts.isEmpty()) {
                settings.add(new Setting(key.name(), texts, new Source(Source.Layer.FLAG, key.flag())));
            }
        }
        return settings;
    }

    private static List<String> values(List<ParseResult> levels, String flag) {
        var texts = new ArrayList<String>();
        for (var level : levels) {
            if (level.hasMatchedOption(flag)) {
                texts.addAll(level.matchedOption(flag).stringValues());
            }
        }
        return texts;
    }

    private UserError unknown(UnmatchedArgumentException e) {
        var name = e.getUnmatched().getFirst();
        var spec = e.getCommandLine().getCommandSpec();
        var help = "`" + spec.qualifiedName() + " --help` lists what there is";
        if (name.startsWith("-")) {
            var flag = name.contains("=") ? name.substring(0, name.indexOf('=')) : name;
            var flags = spec.options().stream().map(OptionSpec::longestName).toList();
            return UserError.usage("unknown option " + flag, NearestName.hint(flag, flags, help));
        }
        return UserError.usage(
                "unknown command " + name,
                NearestName.hint(name, spec.subcommands().keySet(), help));
    }

    private CommandSpec tokenCommand() {
        var spec = command(TOKEN, FOR_TOKENS, "Print a join token, which lets its holder in from the network.");
        spec.addOption(text(ROOM, "NAME", "Only for this room (default: for any)"));
        spec.addOption(text(TTL, "TIME", "How long it is worth something: 30s, 15m, 24h, 7d (default: 24h)"));
        spec.addOption(OptionSpec.builder(URL)
                .type(boolean.class)
                .description("Print the whole link instead of the token alone")
                .build());
        return spec;
    }

    private CommandSpec doctorCommand() {
        var spec = command(
                DOCTOR,
                FOR_TOKENS,
                "Find out what keeps calls from coming about: of the server on this machine, or with its URL, of one"
                        + " elsewhere as it is seen from here.");
        spec.addPositional(PositionalParamSpec.builder()
                .type(String.class)
                .arity("0..1")
                .paramLabel("URL")
                .description("A server elsewhere, as a browser opens it; a link with a token where it wants one")
                .build());
        spec.addOption(text(URL, "URL", "Where this machine's own server is (default: its HTTP port on loopback)"));
        spec.addOption(OptionSpec.builder(JSON)
                .type(boolean.class)
                .description("Print the findings as JSON")
                .build());
        return spec;
    }

    private CommandSpec turnCommand() {
        var spec = command(TURN, FOR_TURN, "Serve STUN and TURN alone.");
        spec.addOption(text(COTURN_CONFIG, "FILE", "coturn's turnserver.conf: what its keys say holds here too"));
        return spec;
    }

    /** Every command but version takes every key, so that flags may stand anywhere; it shows those that matter. */
    private CommandSpec command(String name, Set<Key<?>> shown, String description) {
        var spec = CommandSpec.create().name(name);
        spec.usageMessage()
                .description(description)
                .sortOptions(false)
                .width(110)
                .abbreviateSynopsis(true);
        spec.addOption(OptionSpec.builder("-h", HELP)
                .type(boolean.class)
                .usageHelp(true)
                .description("Show this")
                .build());
        if (name.equals(VERSION) || name.equals(REHEARSE)) {
            return spec;
        }
        spec.addOption(text(
                ConfigurationLoader.CONFIG_FLAG, "FILE", "Configuration file (default: ./stoa.yaml if there is one)"));
        for (var key : table) {
            spec.addOption(option(key, shown.contains(key)));
        }
        return spec;
    }

    private static OptionSpec text(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static <T> OptionSpec option(Key<T> key, boolean shown) {
        // As a list of texts, whatever the type: values are read in one place, the key's type.
        var option = OptionSpec.builder(key.flag())
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(key.type().label())
                .hidden(!shown)
                .description(description(key));
        return key.type().isSwitch()
                ? option.arity("0..1").fallbackValue("true").build()
                : option.arity("1").build();
    }

    private static <T> String description(Key<T> key) {
        var fallback = String.join(", ", key.write(key.fallback().apply(System.getenv())));
        boolean saysItself =
                key.type().isSwitch() || fallback.isEmpty() || key.description().contains("(default");
        // A percent sign would be a format for picocli.
        return (key.description() + (saysItself ? "" : " (default: " + fallback + ")")).replace("%", "%%");
    }
}
