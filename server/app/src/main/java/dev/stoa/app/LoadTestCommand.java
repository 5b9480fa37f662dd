package dev.stoa.app;

import dev.stoa.load.LoadException;
import dev.stoa.load.LoadReport;
import dev.stoa.load.LoadTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Runs {@code stoa load-test}. A benchmark controls it by lines on its standard input, and alternates between several:
 * {@code measure SECONDS} lets the publishers send, prints {@code begin} after a while, then {@code end} with the report as
 * JSON ({@code incomplete} when somebody received nothing), and pauses the publishers; the end of input ends it.
 */
final class LoadTestCommand {
    private static final Duration WARM_UP = Duration.ofMillis(1500);

    private LoadTestCommand() {}

    static void run(LoadTestArguments arguments, Terminal terminal) throws UserError {
        var settings = arguments.settings();
        try (var test = LoadTest.open(settings)) {
            test.join();
            if (arguments.controlled()) {
                control(test, terminal);
                return;
            }
            terminal.out()
                    .println(settings.rooms() * settings.publishers() + " publishers and "
                            + settings.rooms() * settings.subscribers() + " subscribers are connected, measuring for "
                            + arguments.seconds() + " s");
            terminal.out()
                    .print(measure(test, Duration.ofSeconds(arguments.seconds()), () -> {})
                            .toText());
        } catch (LoadException | IOException e) {
            throw UserError.runtime(
                            "the load test failed: " + e.getMessage(),
                            "a public server limits joins from one address: joins-per-second, max-participants")
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void control(LoadTest test, Terminal terminal)
            throws IOException, LoadException, InterruptedException {
        say(terminal, "joined");
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("measure ")) {
                var time = Duration.ofMillis((long) (1000 * Double.parseDouble(line.substring("measure ".length()))));
                var report = measure(test, time, () -> say(terminal, "begin"));
                say(terminal, (test.isComplete() ? "end " : "incomplete ") + report.toJson());
                test.setPaused(true);
            }
        }
    }

    private static LoadReport measure(LoadTest test, Duration time, Runnable begin)
            throws LoadException, InterruptedException {
        test.setPaused(false);
        Thread.sleep(WARM_UP);
        begin.run();
        return test.measure(time);
    }

    private static void say(Terminal terminal, String line) {
        terminal.out().println(line);
        terminal.out().flush();
    }
}
