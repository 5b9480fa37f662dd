package dev.stoa.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs every kept input: seeds, and what once broke a promise. */
class CorpusTest {
    private static final Path CORPUS = Path.of("src/test/resources/corpus");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TestFactory
    Stream<DynamicNode> everyKeptInputKeepsThePromises() {
        return FuzzTargets.all().entrySet().stream()
                .map(entry -> dynamicContainer(
                        entry.getKey(),
                        inputs(entry.getKey()).stream()
                                .map(file -> dynamicTest(
                                        file.getFileName().toString(), () -> run(entry.getValue(), file)))));
    }

    private static void run(FuzzTarget target, Path file) throws IOException {
        var input = Files.readAllBytes(file);
        assertTimeout(LIMIT, () -> target.run(input));
    }

    private static List<Path> inputs(String name) {
        var inputs = list(CORPUS.resolve(name));
        assertFalse(inputs.isEmpty(), "a target has seeds");
        return inputs;
    }

    @Test
    void everyFolderIsATargets() {
        assertEquals(
                FuzzTargets.all().keySet(),
                list(CORPUS).stream()
                        .map(folder -> folder.getFileName().toString())
                        .collect(Collectors.toSet()));
    }

    private static List<Path> list(Path folder) {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
