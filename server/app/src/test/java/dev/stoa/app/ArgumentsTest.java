package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void withoutACommandStoaServes() throws Exception {
        assertEquals(Arguments.SERVE, parse().command());
        assertEquals(Arguments.SERVE, parse("--open").command());
        assertEquals(Arguments.CONFIG, parse("config").command());
    }

    @Test
    void flagsMayStandBeforeAndAfterTheCommand() throws Exception {
        var request = parse("--http-port", "1", "serve", "--http-port=2", "--config", "x.yaml");
        assertEquals(List.of("1", "2"), texts(request, Keys.HTTP_PORT));
        assertEquals(Optional.of("x.yaml"), request.configFile());
    }

    @Test
    void aSwitchNeedsNoValueAndMayHaveOne() throws Exception {
        assertEquals(List.of("true"), texts(parse("--open"), Keys.OPEN));
        assertEquals(List.of("false"), texts(parse("--open=false"), Keys.OPEN));
        assertEquals(List.of("true"), texts(parse("--open", "serve"), Keys.OPEN));
        assertEquals(List.of("true"), texts(parse("serve", "--open", "--max-rooms", "3"), Keys.OPEN));
        assertEquals(List.of("true"), texts(parse("--dialects.anonymous"), Keys.DIALECTS_ANONYMOUS));
    }

    @Test
    void anUnknownOptionNamesTheNearest() {
        var error = assertThrows(UserError.class, () -> parse("serve", "--http-prot", "1"));
        assertEquals("unknown option --http-prot", error.getMessage());
        assertEquals("did you mean --http-port?", error.hint());
        assertEquals("did you mean --max-rooms?", hint("--max-room=5"));
    }

    @Test
    void anUnknownCommandNamesTheNearest() {
        assertEquals("did you mean serve?", hint("sevre"));
        assertEquals("did you mean token?", hint("tokens"));
    }

    @Test
    void aMissingValueIsAnError() {
        var error = assertThrows(UserError.class, () -> parse("serve", "--http-port"));
        assertEquals(Exit.USAGE, error.exitCode());
        assertTrue(error.getMessage().contains("--http-port"), error.getMessage());
    }

    @Test
    void serveHelpShowsEveryKeyWithItsDefault() throws Exception {
        var help = parse("serve", "--help").help().orElseThrow();
        for (var key : Keys.ALL) {
            assertTrue(help.contains(key.flag()), key.name());
        }
        assertTrue(help.contains("(default: 8443)"), help);
    }

    @Test
    void topHelpIsShort() throws Exception {
        var help = parse("--help").help().orElseThrow();
        assertTrue(help.lines().count() < 25, help);
        assertTrue(help.contains("serve") && help.contains("token") && help.contains("--http-port"), help);
        assertTrue(!help.contains("rehearse"), help);
    }

    @Test
    void tokenHasItsOwnOptions() throws Exception {
        var request = parse("token", "--room", "a b", "--ttl", "15m", "--url");
        assertEquals(Optional.of("a b"), request.room());
        assertEquals(Optional.of("15m"), request.ttl());
        assertTrue(request.url());
    }

    @Test
    void noKeyHasANameTwice() {
        var names = Keys.ALL.stream().map(Key::name).collect(Collectors.toSet());
        assertEquals(Keys.ALL.size(), names.size());
    }

    private static String hint(String... arguments) {
        return assertThrows(UserError.class, () -> parse(arguments)).hint();
    }

    private static List<String> texts(Arguments.Request request, Key<?> key) {
        return request.flags().stream()
                .filter(setting -> setting.key().equals(key.name()))
                .flatMap(setting -> setting.texts().stream())
                .toList();
    }

    private static Arguments.Request parse(String... arguments) throws UserError {
        return new Arguments(Keys.ALL, false).parse(arguments);
    }
}
