package dev.stoa.loop;

import dev.stoa.net.Driver;
import dev.stoa.net.DriverOptions;
import dev.stoa.net.Sockets;
import dev.stoa.turn.TurnCounters;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A STUN and TURN server that runs, on a thread of its own. By UDP it is reached at once; TCP and TLS connections are accepted
 * elsewhere and given to it as streams.
 *
 * <p>Calling contract: any thread, for one stream one at a time; no call blocks but {@link #open} and {@link #close()}.
 */
public final class TurnNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnNode.class);

    /** A relayed datagram may be as long as one can be. */
    private static final int MAX_DATAGRAM_BYTES = 65_507;

    private final AtomicInteger lastStream = new AtomicInteger();
    private final Driver driver;
    private final TurnLoop loop;
    private final Optional<Integer> port;

    private TurnNode(Driver driver, TurnLoop loop, Optional<Integer> port) {
        this.driver = driver;
        this.loop = loop;
        this.port = port;
    }

    /** @throws IOException when the port is taken, or an address is not this machine's */
    public static TurnNode open(TurnOptions options) throws IOException {
        var kind = Sockets.best();
        var driver = new Driver("stoa-turn", kind, DriverOptions.DEFAULT.withMaxDatagramBytes(MAX_DATAGRAM_BYTES));
        try {
            var sockets = TurnSockets.open(driver, options);
            var loop = new TurnLoop(driver, options, sockets, new SecureRandom());
            driver.start(loop);
            LOG.info(
                    "TURN on port {}: sockets {}",
                    sockets.port().map(String::valueOf).orElse("none of UDP"),
                    kind);
            return new TurnNode(driver, loop, sockets.port());
        } catch (IOException e) {
            driver.close();
            throw e;
        }
    }

    /** Of UDP. */
    public Optional<Integer> port() {
        return port;
    }

    public TurnCounters counters() {
        return loop.counters();
    }

    public long openAllocations() {
        return loop.openAllocations();
    }

    /**
     * A client has connected.
     *
     * @return the stream's number, for the calls below
     */
    public int connect(TransportAddress local, TransportAddress remote, TurnStream stream) {
        // Below zero, where no socket of the driver's is.
        int id = Integer.MIN_VALUE | lastStream.incrementAndGet();
        if (!driver.post(_ -> loop.open(id, local, remote, stream))) {
            stream.close();
        }
        return id;
    }

    /** Bytes came by a stream; false when the server is too busy to take them, and then the stream is no longer whole. */
    public boolean receive(int stream, byte[] bytes) {
        return driver.post(now -> loop.receive(now, stream, bytes));
    }

    /** A stream has ended. */
    public void disconnect(int stream) {
        driver.post(_ -> loop.forget(stream));
    }

    @Override
    public void close() {
        driver.close();
    }
}
