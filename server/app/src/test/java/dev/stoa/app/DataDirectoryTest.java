package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void theKeyIsMadeOnceAndKept() throws Exception {
        var key = DataDirectory.open(directory).tokenKey();
        assertEquals(32, key.length);
        assertArrayEquals(key, DataDirectory.open(directory).tokenKey());
    }

    @Test
    void twoDirectoriesHaveTwoKeys() throws Exception {
        var one = DataDirectory.open(directory.resolve("one")).tokenKey();
        var two = DataDirectory.open(directory.resolve("two")).tokenKey();
        assertFalse(Arrays.equals(one, two));
    }

    @Test
    void onlyTheOwnerMayReadIt() throws Exception {
        var data = directory.resolve("made/here");
        DataDirectory.open(data).tokenKey();
        assertEquals("rwx------", permissions(data));
        assertEquals("rw-------", permissions(data.resolve("token.key")));
        try (var files = Files.list(data)) {
            assertEquals(1, files.count(), "no draft stays behind");
        }
    }

    @Test
    void whoeverComesSecondTakesTheFirstOnesKey() throws Exception {
        var file = directory.resolve("file");
        PrivateFiles.writeOnce(file, new byte[] {1});
        PrivateFiles.writeOnce(file, new byte[] {2});
        assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
    }

    @Test
    void aDamagedKeyIsAnErrorAndNotReplaced() throws Exception {
        Files.write(directory.resolve("token.key"), new byte[5]);
        var error = assertThrows(
                UserError.class, () -> DataDirectory.open(directory).tokenKey());
        assertTrue(error.getMessage().contains("5 bytes"), error.getMessage());
        assertEquals(5, Files.size(directory.resolve("token.key")));
    }

    @Test
    void aFileInItsPlaceIsAnErrorWithAHint() throws Exception {
        var file = Files.writeString(directory.resolve("file"), "");
        var error = assertThrows(UserError.class, () -> DataDirectory.open(file));
        assertEquals(Exit.FAILURE, error.exitCode());
        assertTrue(error.hint().contains("--data-dir"), error.hint());
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
