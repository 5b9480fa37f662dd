package dev.stoa.app;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The built web page as it lies in the jar. What was asked for once stays in memory. */
final class PageFiles {
    /** Plain names with an extension: no name from the network gets to climb out of the folder. */
    private static final Pattern SAFE =
            Pattern.compile("/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\\.[A-Za-z0-9]+");

    private final String folder;
    private final Map<String, PageFile> loaded = new ConcurrentHashMap<>();

    /** @param folder on the class path, without slashes around it */
    PageFiles(String folder) {
        this.folder = folder;
    }

    Optional<PageFile> cached(String path) {
        return Optional.ofNullable(loaded.get(path));
    }

    /** Reads from the jar and compresses: not for an event loop. */
    Optional<PageFile> load(String path) throws IOException {
        if (!SAFE.matcher(path).matches()) {
            return Optional.empty();
        }
        try (var stream = PageFiles.class.getClassLoader().getResourceAsStream(folder + path)) {
            if (stream == null) {
                return Optional.empty();
            }
            var file = PageFile.of(path, stream.readAllBytes());
            loaded.put(path, file);
            return Optional.of(file);
        }
    }
}
