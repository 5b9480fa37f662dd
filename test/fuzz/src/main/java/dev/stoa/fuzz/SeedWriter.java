package dev.stoa.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the seeds of every target as files, for the fuzzer and for {@code CorpusTest}: {@code ./dev fuzz seeds}. */
public final class SeedWriter {
    private SeedWriter() {}

    /** @param arguments the folder in which each target has its own */
    public static void main(String[] arguments) throws IOException {
        for (var target : FuzzTargets.all().entrySet()) {
            var folder = Path.of(arguments[0]).resolve(target.getKey());
            Files.createDirectories(folder);
            var seeds = target.getValue().seeds();
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(folder.resolve("seed-%02d".formatted(i)), seeds.get(i));
            }
        }
    }
}
