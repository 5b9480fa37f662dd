package dev.stoa.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;

/** The folder for what must outlive a restart: the key that signs tokens, and certificates. */
final class DataDirectory {
    private static final int KEY_BYTES = 32;

    private final Path directory;

    private DataDirectory(Path directory) {
        this.directory = directory;
    }

    static DataDirectory open(Path directory) throws UserError {
        var absolute = directory.toAbsolutePath().normalize();
        try {
            PrivateFiles.createDirectory(absolute);
        } catch (IOException e) {
            throw unusable(absolute, e);
        }
        return new DataDirectory(absolute);
    }

    /** The key that signs join and resume tokens; made at the first start. */
    byte[] tokenKey() throws UserError {
        var file = directory.resolve("token.key");
        try {
            if (!Files.exists(file)) {
                var fresh = new byte[KEY_BYTES];
                new SecureRandom().nextBytes(fresh);
                PrivateFiles.writeOnce(file, fresh);
            }
            var key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES) {
                throw UserError.runtime(
                        "the key file " + file + " has " + key.length + " bytes instead of " + KEY_BYTES,
                        "delete it to get a new one; links given out before will no longer work");
            }
            return key;
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** The folder of the local CA and its certificate. */
    Path tls() throws UserError {
        var tls = directory.resolve("tls");
        try {
            PrivateFiles.createDirectory(tls);
        } catch (IOException e) {
            throw unusable(tls, e);
        }
        return tls;
    }

    static UserError unusable(Path path, IOException cause) {
        var reason = cause instanceof NoSuchFileException ? "it does not exist" : String.valueOf(cause.getMessage());
        return UserError.runtime(
                        "cannot use " + path + " in the data directory: " + reason,
                        "make it readable and writable for this user, or choose another folder with --data-dir")
                .causedBy(cause);
    }
}
