package dev.stoa.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Puts the layers together: defaults, then the file, then the environment, then flags. Anything unknown is an error. */
final class ConfigurationLoader {
    /** The file's own name cannot stand in the file, so it is no key of the table. */
    static final String CONFIG_FLAG = "--config";

    static final String CONFIG_ENVIRONMENT = Key.ENVIRONMENT_PREFIX + "CONFIG";

    /**
     * Names that begin like ours and are not: Kubernetes adds STOA_SERVICE_HOST, STOA_PORT_8080_TCP and the like to every
     * container beside a service called stoa.
     */
    private static final Pattern FOREIGN_ENVIRONMENT = Pattern.compile("STOA_(SERVICE_(HOST|PORT(_.+)?)|PORT(_.+)?)");

    private final List<Key<?>> table;
    private final Path workingDirectory;

    ConfigurationLoader(List<Key<?>> table, Path workingDirectory) {
        this.table = table;
        this.workingDirectory = workingDirectory;
    }

    /**
     * @param configFile what {@code --config} named
     * @param flags in the order given; keys are the table's names
     */
    Configuration load(Optional<String> configFile, Map<String, String> environment, List<Setting> flags)
            throws UserError {
        var settings = new ArrayList<Setting>();
        var file = configFile(configFile, environment);
        if (file.isPresent()) {
            settings.addAll(YamlFile.read(file.get()));
        }
        settings.addAll(fromEnvironment(environment));
        settings.addAll(flags);

        var builder = Configuration.builder(table, environment);
        for (var setting : settings) {
            apply(find(setting), setting, builder);
        }
        var configuration = builder.build();
        checkTogether(configuration);
        return configuration;
    }

    private Optional<Path> configFile(Optional<String> flag, Map<String, String> environment) throws UserError {
        var named = flag.or(() -> Optional.ofNullable(environment.get(CONFIG_ENVIRONMENT)))
                .filter(name -> !name.isEmpty());
        if (named.isEmpty()) {
            return Optional.of(workingDirectory.resolve("stoa.yaml"))
                    .filter(Files::exists)
                    .map(ConfigurationLoader::shortened);
        }
        if (!Files.exists(workingDirectory.resolve(named.get()))) {
            var source = flag.isPresent() ? CONFIG_FLAG : CONFIG_ENVIRONMENT;
            throw UserError.usage(
                    "the configuration file " + named.get() + " named by " + source + " does not exist",
                    "check the path, or leave it out to use stoa.yaml or the defaults");
        }
        return Optional.of(workingDirectory.resolve(named.get())).map(ConfigurationLoader::shortened);
    }

    /** {@code ./stoa.yaml} reads better in messages than its absolute path. */
    private static Path shortened(Path file) {
        var here = Path.of("").toAbsolutePath();
        var absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(here) ? here.relativize(absolute) : absolute;
    }

    private List<Setting> fromEnvironment(Map<String, String> environment) throws UserError {
        var settings = new ArrayList<Setting>();
        for (var entry : new java.util.TreeMap<>(environment).entrySet()) {
            var name = entry.getKey();
            if (!name.startsWith(Key.ENVIRONMENT_PREFIX)
                    || name.equals(CONFIG_ENVIRONMENT)
                    || FOREIGN_ENVIRONMENT.matcher(name).matches()) {
                continue;
            }
            var key = table.stream()
                    .filter(candidate -> candidate.environmentName().equals(name))
                    .findFirst();
            if (key.isEmpty()) {
                throw UserError.usage(
                        "unknown environment variable " + name,
                        NearestName.hint(name, names(Key::environmentName), "`stoa serve --help` lists what there is"));
            }
            // An empty variable is how a compose file says "not set".
            if (!entry.getValue().isEmpty()) {
                var source = new Source(Source.Layer.ENVIRONMENT, name);
                settings.add(new Setting(key.get().name(), List.of(entry.getValue()), source));
            }
        }
        return settings;
    }

    private Key<?> find(Setting setting) throws UserError {
        for (var key : table) {
            if (key.name().equals(setting.key())) {
                return key;
            }
        }
        throw UserError.usage(
                setting.source().where() + ": unknown key " + setting.key(),
                NearestName.hint(setting.key(), names(Key::name), "`stoa config` lists what there is"));
    }

    private static <T> void apply(Key<T> key, Setting setting, Configuration.Builder builder) throws UserError {
        var parser = key.type().parser();
        var value = parser.apply(setting.texts());
        if (value.isEmpty()) {
            // Of a list, only what is wrong in it.
            var culprit = setting.texts().stream()
                    .filter(text -> parser.apply(List.of(text)).isEmpty())
                    .findFirst()
                    .orElse(String.join(", ", setting.texts()));
            throw UserError.usage(
                    setting.source().where() + ": \"" + (key.secret() ? EffectiveYaml.MASK : culprit)
                            + "\" is no value for " + key.name(),
                    "allowed: " + key.type().allowed());
        }
        builder.put(key, value.get(), setting.source());
    }

    private static void checkTogether(Configuration configuration) throws UserError {
        if (configuration.get(Keys.TLS_CERT).isPresent()
                != configuration.get(Keys.TLS_KEY).isPresent()) {
            boolean hasCertificate = configuration.get(Keys.TLS_CERT).isPresent();
            throw UserError.usage(
                    (hasCertificate ? "tls-cert" : "tls-key") + " is given without "
                            + (hasCertificate ? "tls-key" : "tls-cert"),
                    "give both, or neither: then a local CA makes a certificate");
        }
    }

    private List<String> names(Function<Key<?>, String> name) {
        return table.stream().map(name).toList();
    }
}
