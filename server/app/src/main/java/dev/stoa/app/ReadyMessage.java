package dev.stoa.app;

import java.util.List;
import java.util.Optional;

/** What a person reads when the server is up: where it is, and how others get in. */
final class ReadyMessage {
    private static final String INDENT = "                    ";

    private final Terminal terminal;
    private final StringBuilder text = new StringBuilder();

    private ReadyMessage(Terminal terminal) {
        this.terminal = terminal;
    }

    /** @param token for the links that leave this machine; empty when none is needed */
    static String of(Terminal terminal, Links links, Optional<String> token, List<String> warnings) {
        var message = new ReadyMessage(terminal);
        message.line(terminal.bold("Stoa " + Version.text() + " is ready."));
        links.localOrigin().ifPresent(origin -> message.labelled("On this machine", Links.home(origin, null)));
        var networkLink = links.networkOrigin().map(origin -> Links.home(origin, token.orElse(null)));
        networkLink.ifPresentOrElse(
                link -> {
                    message.labelled("On your network", link);
                    links.networkCaLink().ifPresent(message::explainCertificate);
                    message.qrCode(link);
                },
                () -> message.labelled(
                        "On your network", "not reachable: it needs an HTTPS port and a network address"));
        for (var warning : warnings) {
            message.line(terminal.yellow("  Warning: " + warning));
        }
        message.line("  Stop with Ctrl+C.");
        return message.text.toString();
    }

    private void explainCertificate(String caLink) {
        line(terminal.faint(INDENT + "The browser warns once, because the certificate is this machine's own: " + caLink
                + " makes it trusted."));
    }

    private void qrCode(String link) {
        if (terminal.canShowBlocks()) {
            QrCode.of(link).forEach(row -> line(INDENT + terminal.whiteOnBlack(row)));
        }
    }

    private void labelled(String label, String value) {
        line("  " + label + " ".repeat(INDENT.length() - 2 - label.length()) + value);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
