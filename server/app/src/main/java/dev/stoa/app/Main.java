package dev.stoa.app;

import java.nio.file.Path;
import java.time.InstantSource;

/** Entry point. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // The JDK's resolver does; Netty's own would be loaded at each start for nothing.
        System.setProperty("vertx.disableDnsResolver", "true");
        Warmup.begin();
        var environment = System.getenv();
        var terminal = Terminal.ofThisProcess(environment);
        var cli = new Cli(terminal, environment, Path.of(""), InstantSource.system());
        System.exit(cli.run(args));
    }
}
