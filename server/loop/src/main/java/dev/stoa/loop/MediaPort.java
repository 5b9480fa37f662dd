package dev.stoa.loop;

import dev.stoa.net.Driver;
import dev.stoa.net.DriverOptions;
import dev.stoa.net.Sockets;
import java.io.IOException;

/** The port that media comes by, open and silent until a {@link MediaNode} takes it over. */
public final class MediaPort implements AutoCloseable {
    private final Sockets kind;
    private final Driver driver;
    private final MediaSockets sockets;

    private MediaPort(Sockets kind, Driver driver, MediaSockets sockets) {
        this.kind = kind;
        this.driver = driver;
        this.sockets = sockets;
    }

    /** @throws IOException when it is taken, or an address is not this machine's */
    public static MediaPort open(MediaOptions options) throws IOException {
        var kind = Sockets.best();
        var driver = new Driver("stoa-media", kind, DriverOptions.DEFAULT);
        try {
            return new MediaPort(kind, driver, MediaSockets.open(driver, options));
        } catch (IOException e) {
            driver.close();
            throw e;
        }
    }

    public int number() {
        return sockets.port();
    }

    Sockets kind() {
        return kind;
    }

    Driver driver() {
        return driver;
    }

    MediaSockets sockets() {
        return sockets;
    }

    @Override
    public void close() {
        driver.close();
    }
}
