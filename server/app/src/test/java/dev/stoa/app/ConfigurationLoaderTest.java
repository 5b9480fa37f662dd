package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationLoaderTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws Exception {
        write("max-rooms: 1\nmax-participants: 1\nmax-connections: 1\n");
        var environment = Map.of("STOA_MAX_ROOMS", "2", "STOA_MAX_PARTICIPANTS", "2");

        var configuration = load(environment, flag(Keys.MAX_ROOMS, "3"));

        assertEquals(3, configuration.get(Keys.MAX_ROOMS));
        assertEquals("--max-rooms", configuration.source(Keys.MAX_ROOMS).where());
        assertEquals(2, configuration.get(Keys.MAX_PARTICIPANTS));
        assertEquals(
                "STOA_MAX_PARTICIPANTS",
                configuration.source(Keys.MAX_PARTICIPANTS).where());
        assertEquals(1, configuration.get(Keys.MAX_CONNECTIONS));
        assertTrue(configuration.source(Keys.MAX_CONNECTIONS).where().endsWith("stoa.yaml:3"));
        assertTrue(configuration.isDefault(Keys.RESUME_SECONDS));
    }

    @Test
    void nestedMapsAndDottedNamesMeanTheSame() throws Exception {
        write("dialects:\n  anonymous: true\nmetrics.public: true\n");
        var configuration = load(Map.of());
        assertTrue(configuration.get(Keys.DIALECTS_ANONYMOUS));
        assertTrue(configuration.get(Keys.METRICS_PUBLIC));
        assertTrue(load(Map.of("STOA_DIALECTS_ANONYMOUS", "true")).get(Keys.DIALECTS_ANONYMOUS));
    }

    @Test
    void listsComeAsYamlListsCommasOrRepeatedFlags() throws Exception {
        var expected = List.of(new Port(8080), new Port(0));
        write("http-port: [8080, 0]\n");
        assertEquals(expected, load(Map.of()).get(Keys.HTTP_PORT));
        assertEquals(expected, load(Map.of("STOA_HTTP_PORT", "8080, 0")).get(Keys.HTTP_PORT));
        assertEquals(expected, load(Map.of(), flag(Keys.HTTP_PORT, "8080", "0")).get(Keys.HTTP_PORT));
    }

    @Test
    void offIsNoPort() throws Exception {
        write("https-port: off\n");
        assertTrue(load(Map.of()).get(Keys.HTTPS_PORT).isOff());
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndTheNearestOne() throws Exception {
        write("max-rooms: 5\ndialects:\n  anonymos: true\n");
        var error = assertThrows(UserError.class, () -> load(Map.of()));
        assertTrue(error.getMessage().endsWith("stoa.yaml:3: unknown key dialects.anonymos"), error.getMessage());
        assertEquals("did you mean dialects.anonymous?", error.hint());
        assertEquals(Exit.USAGE, error.exitCode());
    }

    @Test
    void anUnknownVariableIsNamedWithTheNearestOne() {
        var error = assertThrows(UserError.class, () -> load(Map.of("STOA_HTTP_PROT", "1")));
        assertEquals("unknown environment variable STOA_HTTP_PROT", error.getMessage());
        assertEquals("did you mean STOA_HTTP_PORT?", error.hint());
    }

    @Test
    void variablesThatKubernetesAddsForAServiceAreNotOurs() throws Exception {
        var environment = Map.of(
                "STOA_SERVICE_HOST", "10.0.0.1",
                "STOA_SERVICE_PORT_HTTP", "8080",
                "STOA_PORT", "tcp://10.0.0.1:8080",
                "STOA_PORT_8080_TCP_ADDR", "10.0.0.1");
        assertTrue(load(environment).isDefault(Keys.HTTP_PORT));
    }

    @Test
    void anEmptyVariableIsNotSet() throws Exception {
        assertTrue(load(Map.of("STOA_MAX_ROOMS", "")).isDefault(Keys.MAX_ROOMS));
    }

    @Test
    void aWrongValueIsNamedWithItsSourceAndWhatIsAllowed() throws Exception {
        write("resume-seconds: 601\n");
        var error = assertThrows(UserError.class, () -> load(Map.of()));
        assertTrue(
                error.getMessage().endsWith("stoa.yaml:1: \"601\" is no value for resume-seconds"), error.getMessage());
        assertEquals("allowed: 5 to 600", error.hint());
    }

    @Test
    void ofAListOnlyTheWrongElementIsNamed() {
        var error = assertThrows(UserError.class, () -> load(Map.of(), flag(Keys.HTTP_PORT, "8080", "99999")));
        assertEquals("--http-port: \"99999\" is no value for http-port", error.getMessage());
    }

    @Test
    void everyKeyRefusesNonsense() {
        for (var key : Keys.ALL) {
            if (key.type().label().equals("PATH")) {
                continue; // every text is a path
            }
            assertThrows(UserError.class, () -> load(Map.of(), flag(key, "\u0001 ?!")), key.name());
        }
    }

    @Test
    void aKeyWrittenTwiceIsAnError() throws Exception {
        write("open: true\nopen: false\n");
        var error = assertThrows(UserError.class, () -> load(Map.of()));
        assertTrue(error.getMessage().contains("stoa.yaml:2: open was already written at"), error.getMessage());
    }

    @Test
    void brokenYamlIsNamedWithItsLine() throws Exception {
        write("open: true\nmax-rooms: [1\n");
        var error = assertThrows(UserError.class, () -> load(Map.of()));
        assertTrue(error.getMessage().matches(".*stoa\\.yaml:[23] is not valid YAML: .*"), error.getMessage());
    }

    @Test
    void aFileThatContainsItselfEnds() throws Exception {
        write("dialects: &a\n  dialects: *a\n");
        assertThrows(UserError.class, () -> load(Map.of()));
    }

    @Test
    void aNamedFileMustExist() {
        var error =
                assertThrows(UserError.class, () -> loader().load(Optional.of("nowhere.yaml"), Map.of(), List.of()));
        assertTrue(error.getMessage().contains("nowhere.yaml named by --config does not exist"), error.getMessage());
        assertThrows(UserError.class, () -> load(Map.of(ConfigurationLoader.CONFIG_ENVIRONMENT, "nowhere.yaml")));
    }

    @Test
    void aNamedFileIsRead() throws Exception {
        Files.writeString(directory.resolve("other.yaml"), "max-rooms: 7\n");
        var configuration = loader().load(Optional.of("other.yaml"), Map.of(), List.of());
        assertEquals(7, configuration.get(Keys.MAX_ROOMS));
    }

    @Test
    void certificateAndKeyComeTogether() {
        var error = assertThrows(UserError.class, () -> load(Map.of(), flag(Keys.TLS_KEY, "key.pem")));
        assertEquals("tls-key is given without tls-cert", error.getMessage());
    }

    @Test
    void theDataDirectoryFollowsXdg() throws Exception {
        assertEquals(Path.of("/x/stoa"), load(Map.of("XDG_DATA_HOME", "/x")).get(Keys.DATA_DIR));
        assertTrue(load(Map.of()).get(Keys.DATA_DIR).endsWith(Path.of(".local", "share", "stoa")));
    }

    @Test
    void aTildeIsTheHomeFolder() throws Exception {
        write("data-dir: ~/calls\n");
        assertEquals(
                Path.of(System.getProperty("user.home"), "calls"),
                load(Map.of()).get(Keys.DATA_DIR));
    }

    @Test
    void whatConfigPrintsCanBeReadAgain() throws Exception {
        var first = load(Map.of(), flag(Keys.HTTP_PORT, "0", "8081"), flag(Keys.HOST, "fd00::1", "näme.example"));
        write(EffectiveYaml.of(Keys.ALL, first));
        var second = load(Map.of());
        for (var key : Keys.ALL) {
            assertEquals(first.get(key), second.get(key), key.name());
            assertFalse(second.isDefault(key));
        }
    }

    @Test
    void everyLineTellsItsSource() throws Exception {
        var yaml = EffectiveYaml.of(Keys.ALL, load(Map.of("STOA_OPEN", "yes"), flag(Keys.MAX_ROOMS, "9")));
        assertTrue(yaml.lines().anyMatch(line -> line.matches("open: true +# STOA_OPEN")), yaml);
        assertTrue(yaml.lines().anyMatch(line -> line.matches("max-rooms: 9 +# --max-rooms")), yaml);
        assertTrue(yaml.lines().anyMatch(line -> line.matches("https-port: 8443 +# default")), yaml);
    }

    @Test
    void secretsAreMaskedWhereverValuesAreShown() throws Exception {
        var secret = new Key<>("test-secret", ValueType.whole(1, 9), environment -> 1, "A secret", true);
        var table = new ArrayList<>(Keys.ALL);
        table.add(secret);
        var loader = new ConfigurationLoader(table, directory);

        var configuration = loader.load(Optional.empty(), Map.of("STOA_TEST_SECRET", "7"), List.of());
        assertEquals(7, configuration.get(secret));
        var line = EffectiveYaml.of(List.of(secret), configuration);
        assertTrue(line.contains(EffectiveYaml.MASK) && !line.contains("7"), line);

        var error = assertThrows(
                UserError.class, () -> loader.load(Optional.empty(), Map.of("STOA_TEST_SECRET", "hunter2"), List.of()));
        assertFalse(error.getMessage().contains("hunter2"), error.getMessage());
    }

    private void write(String yaml) throws IOException {
        Files.writeString(directory.resolve("stoa.yaml"), yaml);
    }

    private Configuration load(Map<String, String> environment, Setting... flags) throws UserError {
        return loader().load(Optional.empty(), environment, List.of(flags));
    }

    private ConfigurationLoader loader() {
        return new ConfigurationLoader(Keys.ALL, directory);
    }

    private static Setting flag(Key<?> key, String... texts) {
        return new Setting(key.name(), List.of(texts), new Source(Source.Layer.FLAG, key.flag()));
    }
}
