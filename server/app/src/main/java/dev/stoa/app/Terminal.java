package dev.stoa.app;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where people read.
 *
 * @param isInteractive a person looks at it right now
 * @param hasColour escape sequences are welcome
 */
record Terminal(PrintStream out, PrintStream err, boolean isInteractive, boolean hasColour) {
    private static final String ESCAPE = "\u001b[";

    // JDK 25 went back to the console that is null when standard input or output is redirected (JDK-8351435).
    @SuppressWarnings("SystemConsoleNull")
    static Terminal ofThisProcess(Map<String, String> environment) {
        var console = System.console();
        boolean isInteractive = console != null && console.isTerminal();
        // no-color.org: any value but the empty one counts.
        boolean isColourRefused = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "").equals("dumb");
        return new Terminal(System.out, System.err, isInteractive, isInteractive && !isColourRefused);
    }

    /** Half blocks need a terminal that can show them. */
    boolean canShowBlocks() {
        return isInteractive && out.charset().equals(StandardCharsets.UTF_8);
    }

    String bold(String text) {
        return coloured("1", text);
    }

    String faint(String text) {
        return coloured("2", text);
    }

    String yellow(String text) {
        return coloured("33", text);
    }

    /** White on black, whatever the terminal's own colours are: a camera wants dark modules on light ones. */
    String whiteOnBlack(String text) {
        return coloured("97;40", text);
    }

    private String coloured(String code, String text) {
        return hasColour ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
    }
}
