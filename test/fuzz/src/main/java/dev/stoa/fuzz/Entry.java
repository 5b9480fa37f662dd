package dev.stoa.fuzz;

import java.util.function.Consumer;

/** What Jazzer starts: the target is its argument. */
public final class Entry {
    private static Consumer<byte[]> running = _ -> {
        throw new IllegalStateException("--target_args names no target");
    };

    private Entry() {}

    public static void fuzzerInitialize(String[] arguments) {
        running = FuzzTargets.of(arguments[0])::run;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        running.accept(input);
    }
}
