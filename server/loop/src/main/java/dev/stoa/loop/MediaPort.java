package dev.stoa.loop;

import dev.stoa.net.Driver;
import dev.stoa.net.DriverOptions;
import dev.stoa.net.Sockets;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The port that media comes by, open and silent until a {@link MediaNode} takes it over: a thread for each loop with sockets
 * of its own, between which the kernel spreads what comes (SO_REUSEPORT).
 */
public final class MediaPort implements AutoCloseable {
    /** A loop's thread and its sockets. */
    record Lane(Driver driver, MediaSockets sockets) {}

    private final Sockets kind;
    private final List<Lane> lanes;

    private MediaPort(Sockets kind, List<Lane> lanes) {
        this.kind = kind;
        this.lanes = List.copyOf(lanes);
    }

    /** @throws IOException when it is taken, or an address is not this machine's */
    public static MediaPort open(MediaOptions options) throws IOException {
        var kind = Sockets.best();
        var addresses = MediaSockets.addresses(options);
        boolean shared = options.loops() > 1;
        // Who shares a port shares it with any other process of the same user: first see that nobody has it.
        var found = shared ? options.withPort(freePort(kind, options, addresses)) : options;
        var drivers = new ArrayList<Driver>();
        var lanes = new ArrayList<Lane>();
        try {
            for (int i = 0; i < options.loops(); i++) {
                var driver = new Driver(
                        shared ? "stoa-media-" + i : "stoa-media", kind, DriverOptions.DEFAULT.withReusePort(shared));
                drivers.add(driver);
                lanes.add(new Lane(
                        driver,
                        lanes.isEmpty()
                                ? MediaSockets.open(driver, found, addresses)
                                : lanes.getFirst().sockets().share(driver)));
            }
            return new MediaPort(kind, lanes);
        } catch (IOException e) {
            drivers.forEach(Driver::close);
            throw e;
        }
    }

    private static int freePort(Sockets kind, MediaOptions options, List<TransportAddress> addresses)
            throws IOException {
        try (var alone = new Driver("stoa-media", kind, DriverOptions.DEFAULT)) {
            return MediaSockets.open(alone, options, addresses).port();
        }
    }

    public int number() {
        return sockets().port();
    }

    /** The first loop's. */
    MediaSockets sockets() {
        return lanes.getFirst().sockets();
    }

    /** Where media comes to, as this machine has it and as others know it. */
    public List<TransportAddress> addresses() {
        return sockets().addresses();
    }

    Sockets kind() {
        return kind;
    }

    List<Lane> lanes() {
        return lanes;
    }

    @Override
    public void close() {
        lanes.forEach(lane -> lane.driver().close());
    }
}
