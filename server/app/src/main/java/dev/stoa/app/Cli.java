package dev.stoa.app;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Runs one command and says how it went. */
final class Cli {
    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Path workingDirectory;
    private final InstantSource clock;

    Cli(Terminal terminal, Map<String, String> environment, Path workingDirectory, InstantSource clock) {
        this.terminal = terminal;
        this.environment = environment;
        this.workingDirectory = workingDirectory;
        this.clock = clock;
    }

    /** Returns the exit code; that of {@code serve} when the server has been stopped. */
    int run(String... arguments) {
        try {
            return execute(new Arguments(Keys.ALL, terminal.hasColour()).parse(arguments));
        } catch (UserError e) {
            terminal.err().println(e.text());
            LoggerFactory.getLogger(Cli.class).debug("Caused by", e);
            return e.exitCode();
        }
    }

    private int execute(Arguments.Request request) throws UserError {
        if (request.help().isPresent()) {
            terminal.out().print(request.help().get());
            return Exit.OK;
        }
        if (request.command().equals(Arguments.VERSION)) {
            terminal.out()
                    .println("Stoa " + Version.text() + " (Java " + Runtime.version() + ", "
                            + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")");
            return Exit.OK;
        }
        if (request.command().equals(Arguments.REHEARSE)) {
            Rehearsal.run(terminal);
            return Exit.OK;
        }
        if (request.loadTest().isPresent()) {
            LoadTestCommand.run(request.loadTest().get(), terminal);
            return Exit.OK;
        }
        var coturn = coturn(request);
        // Flags win over the file.
        var flags = Stream.concat(coturn.stream().flatMap(file -> file.settings().stream()), request.flags().stream())
                .toList();
        var configuration =
                new ConfigurationLoader(Keys.ALL, workingDirectory).load(request.configFile(), environment, flags);
        LogSetup.setLevel(configuration.get(Keys.LOG_LEVEL));
        switch (request.command()) {
            case Arguments.CONFIG -> terminal.out().print(EffectiveYaml.of(Keys.ALL, configuration));
            case Arguments.TOKEN -> terminal.out().println(JoinToken.make(request, configuration, clock));
            case Arguments.DOCTOR -> {
                return DoctorCommand.run(request, configuration, clock, terminal);
            }
            case Arguments.TURN -> serveTurn(configuration, coturn);
            default -> serve(configuration);
        }
        return Exit.OK;
    }

    private void serve(Configuration configuration) throws UserError {
        var server = StoaServer.start(configuration, clock);
        var stopped = new Shutdown(server::close);
        var token = configuration.get(Keys.OPEN)
                ? Optional.<String>empty()
                : Optional.of(server.tokens().issueJoin(null, ApiRoutes.INVITATION_LIFETIME));
        terminal.out().print(ReadyMessage.of(terminal, server.links(), token, server.warnings()));
        terminal.out().flush();
        stopped.await();
    }

    private Optional<CoturnConfig> coturn(Arguments.Request request) throws UserError {
        if (request.coturnConfig().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(CoturnConfig.read(
                workingDirectory.resolve(request.coturnConfig().get())));
    }

    private void serveTurn(Configuration configuration, Optional<CoturnConfig> coturn) throws UserError {
        var turn = TurnAlone.start(configuration, clock);
        var stopped = new Shutdown(turn::close);
        var out = terminal.out();
        out.println(terminal.bold("Stoa " + Version.text() + " serves STUN and TURN."));
        turn.ports().udp().ifPresent(port -> out.println("  UDP               " + port));
        turn.ports().tcp().ifPresent(port -> out.println("  TCP               " + port));
        turn.ports().tls().ifPresent(port -> out.println("  TLS               " + port));
        for (var warning : turn.warnings()) {
            out.println(terminal.yellow("  Warning: " + warning));
        }
        coturn.ifPresent(file -> file.ignored()
                .forEach(key -> out.println(terminal.yellow("  Warning: coturn's " + key + " has no effect here."))));
        out.println("  Stop with Ctrl+C.");
        out.flush();
        stopped.await();
    }
}
