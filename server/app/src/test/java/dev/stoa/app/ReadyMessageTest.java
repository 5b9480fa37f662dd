package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadyMessageTest {
    private static final Optional<String> TOKEN = Optional.of("tok.en");

    private final ServerState state = new ServerState();

    @Test
    void showsWhereTheServerIsAndTheTokenForTheNetwork() throws Exception {
        listenOnBoth();
        var expected = """
                Stoa development is ready.
                  On this machine   http://localhost:8080/
                  On your network   https://192.168.1.20:8443/?token=tok.en
                                    The browser warns once, because the certificate is this machine's own: http://192.168.1.20:8080/ca.crt makes it trusted.
                  Stop with Ctrl+C.
                """;
        assertEquals(expected, message(terminal(false, false), TOKEN));
    }

    @Test
    void anOpenServerShowsNoToken() throws Exception {
        listenOnBoth();
        assertTrue(message(terminal(false, false), Optional.empty()).contains("https://192.168.1.20:8443/\n"));
    }

    @Test
    void warningsAreShown() throws Exception {
        listenOnBoth();
        var text = ReadyMessage.of(terminal(false, false), links(), TOKEN, List.of("Port 8443 is taken."));
        assertTrue(text.contains("  Warning: Port 8443 is taken.\n"), text);
    }

    @Test
    void withoutHttpsItSaysWhyTheNetworkIsLeftOut() throws Exception {
        state.addHttpPort(8080);
        assertTrue(message(terminal(false, false), TOKEN).contains("not reachable: it needs an HTTPS port"));
    }

    @Test
    void aTerminalGetsAQrCodeAndColours() throws Exception {
        listenOnBoth();
        var plain = message(terminal(true, false), TOKEN);
        assertTrue(plain.contains("\u2588"), plain);
        assertFalse(plain.contains("\u001b"), plain);
        assertTrue(message(terminal(true, true), TOKEN).contains("\u001b[1mStoa"));
    }

    private String message(Terminal terminal, Optional<String> token) throws UserError {
        return ReadyMessage.of(terminal, links(), token, List.of());
    }

    private Links links() throws UserError {
        return new Links(ListenAddress.of("all"), List.of(), List.of("192.168.1.20"), state);
    }

    private void listenOnBoth() {
        state.addHttpPort(8080);
        state.setHttpsPort(8443);
        state.setLocalCa(new byte[] {1});
    }

    private static Terminal terminal(boolean isInteractive, boolean hasColour) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Terminal(nowhere, nowhere, isInteractive, hasColour);
    }
}
