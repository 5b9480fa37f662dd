package dev.stoa.loop;

import dev.stoa.net.DatagramHandler;
import dev.stoa.net.Driver;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.turn.RelaySockets;
import dev.stoa.turn.TurnCounters;
import dev.stoa.turn.TurnServer;
import dev.stoa.turn.TurnSettings;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives a TURN server: its sockets are the driver's, its streams come from elsewhere. All on the driver's thread. */
final class TurnLoop implements DatagramHandler, RelaySockets {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLoop.class);

    private final Driver driver;
    private final TurnServer server;
    private final Map<Integer, TurnStream> streams = new HashMap<>();

    TurnLoop(Driver driver, TurnOptions options, TurnSockets sockets, RandomGenerator random) {
        this.driver = driver;
        var settings =
                new TurnSettings(options.realm(), sockets.own(), options.allowed(), options.denied(), options.limits());
        this.server = new TurnServer(Driver.nanos(), settings, options.credentials(), this, random);
        sockets.listeners().forEach(server::addListener);
    }

    TurnCounters counters() {
        return server.counters();
    }

    long openAllocations() {
        return server.openAllocations();
    }

    // Streams

    void open(int id, TransportAddress local, TransportAddress remote, TurnStream stream) {
        streams.put(id, stream);
        server.openStream(id, local, remote);
    }

    void receive(long nowNanos, int id, byte[] bytes) {
        var stream = streams.get(id);
        if (stream != null && !server.handleStream(nowNanos, id, bytes)) {
            forget(id);
            stream.close();
        }
    }

    void forget(int id) {
        streams.remove(id);
        server.closeStream(id);
    }

    // What the driver asks for

    @Override
    public void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
        server.handle(nowNanos, local, remote.high(), remote.low(), remote.port(), packet);
    }

    @Override
    public long nextTimeout() {
        return server.nextTimeout();
    }

    @Override
    public void handleTimeout(long nowNanos) {
        server.handleTimeout(nowNanos);
    }

    @Override
    public void pollTransmit(long nowNanos, SendBatch out) {
        var box = server.out();
        while (box.next()) {
            if (box.isStream()) {
                sendByStream();
            } else {
                sendByUdp(out);
            }
        }
    }

    private void sendByUdp(SendBatch out) {
        var box = server.out();
        var area = out.begin(box.local(), box.high(), box.low(), box.port());
        for (int length = box.nextPacket(); length >= 0; length = box.nextPacket()) {
            if (!out.hasRoom(length)) {
                out.end();
                area = out.begin(box.local(), box.high(), box.low(), box.port());
            }
            box.copyTo(area, out.position());
            out.append(length);
        }
        out.end();
    }

    private void sendByStream() {
        var box = server.out();
        var stream = streams.get(box.local());
        while (box.nextPacket() >= 0) {
            if (stream != null) {
                stream.send(box.copy());
            }
        }
    }

    @Override
    public void handleFault(Throwable fault) {
        server.counters().add(TurnCounters.Kind.FAULTS);
        LOG.error("A fault in the TURN server", fault);
    }

    // What the server asks for

    @Override
    public int open(TransportAddress local) {
        try {
            return driver.bindUdp(local);
        } catch (IOException e) {
            LOG.debug("No relay at {}: {}", local, e.getMessage());
            return FAILED;
        }
    }

    @Override
    public void close(int socket) {
        driver.close(socket);
    }
}
