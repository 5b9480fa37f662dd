package dev.stoa.net;

import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.List;

/** The TCP side of a driver: listeners, connections, their frames (RFC 4571), limits and end. */
final class Connections {
    private static final long SWEEP_NANOS = 250_000_000;

    /** How long a connection may take for its first frame; no more than it may be idle. */
    private static final long FIRST_FRAME_NANOS = 10_000_000_000L;

    private static final int ACCEPTS_PER_ROUND = 16;
    private static final int READS_PER_ROUND = 4;

    /** Who is told of packets and ends. */
    interface Receiver {
        void handlePacket(int local, RemoteAddress remote, Datagram packet);

        void handleDisconnect(int local);
    }

    private final SocketSet sockets;
    private final Endpoints endpoints;
    private final DriverOptions options;
    private final Counters counters;
    private final Receiver receiver;
    private final Datagram packet;
    private final RemoteAddress remote = new RemoteAddress();
    private final List<Connection> queued = new ArrayList<>();
    private final List<Endpoint.Listener> paused = new ArrayList<>();
    private int count;
    private long nextSweepNanos = DatagramHandler.NEVER;

    Connections(
            SocketSet sockets,
            Endpoints endpoints,
            DriverOptions options,
            Counters counters,
            Datagram packet,
            Receiver receiver) {
        this.sockets = sockets;
        this.endpoints = endpoints;
        this.options = options;
        this.counters = counters;
        this.packet = packet;
        this.receiver = receiver;
    }

    void accept(long nowNanos, Endpoint.Listener listener) {
        for (int i = 0; i < ACCEPTS_PER_ROUND; i++) {
            int handle = sockets.accept(listener.handle(), remote);
            if (handle == SocketSet.NOTHING) {
                return;
            }
            if (handle == SocketSet.FAILED) {
                // Out of descriptors, most likely: the listener stays ready, so it rests until the next sweep.
                sockets.setInterest(listener.handle(), 0);
                paused.add(listener);
                nextSweepNanos = Math.min(nextSweepNanos, nowNanos + SWEEP_NANOS);
                return;
            }
            if (isAllowed(remote)) {
                counters.add(Counter.CONNECTIONS, 1);
                add(nowNanos, handle, remote);
            } else {
                counters.add(Counter.REFUSED_CONNECTIONS, 1);
                sockets.close(handle);
            }
        }
    }

    private boolean isAllowed(RemoteAddress source) {
        return count < options.maxConnections() && countFrom(source) < options.maxConnectionsPerSource();
    }

    private Connection add(long nowNanos, int handle, RemoteAddress source) {
        var connection = new Connection(endpoints.newTcpId(handle), handle, source, options, nowNanos);
        endpoints.add(connection);
        count++;
        nextSweepNanos = Math.min(nextSweepNanos, nowNanos + SWEEP_NANOS);
        return connection;
    }

    /** How many connections are from a source: an IPv4 address or an IPv6 /64, which one host may have. */
    private int countFrom(RemoteAddress source) {
        int same = 0;
        for (int i = 0; i < endpoints.handles(); i++) {
            if (endpoints.at(i) instanceof Connection connection) {
                var other = connection.remote;
                if (other.high() == source.high() && (!source.isIpv4() || other.low() == source.low())) {
                    same++;
                }
            }
        }
        return same;
    }

    void handleReady(long nowNanos, Connection connection, int events) {
        if ((events & SocketSet.WRITABLE) != 0) {
            write(connection);
        }
        if ((events & SocketSet.READABLE) != 0) {
            read(nowNanos, connection);
        }
    }

    private void read(long nowNanos, Connection connection) {
        for (int i = 0; i < READS_PER_ROUND; i++) {
            int bytes = connection.read(sockets);
            if (bytes == SocketSet.NOTHING) {
                return;
            }
            if (bytes == SocketSet.FAILED) {
                end(connection);
                return;
            }
            if (!deliver(nowNanos, connection)) {
                return;
            }
        }
    }

    /** Delivers all whole frames; false when the connection has ended. */
    private boolean deliver(long nowNanos, Connection connection) {
        while (true) {
            int length = connection.next(packet);
            if (length == Connection.NEED_MORE) {
                return true;
            }
            if (length == Connection.TOO_LONG) {
                counters.add(Counter.CLOSED_FRAME_TOO_LONG, 1);
                end(connection);
                return false;
            }
            if (length == 0) {
                // A null packet (RFC 4571, 2): allowed, and no sign of life for us, so that it keeps nothing open.
                continue;
            }
            connection.lastFrameNanos = nowNanos;
            connection.introduced = true;
            receiver.handlePacket(connection.id(), connection.remote, packet);
            if (!endpoints.isOpen(connection)) {
                return false;
            }
        }
    }

    /** Queues a packet for {@link #flush}, or drops and counts it. */
    void send(Connection connection, Datagram area, int at, int length) {
        if (connection.broken) {
            counters.add(Counter.DROPPED_NO_SOCKET, 1);
        } else if (!connection.append(area, at, length)) {
            counters.add(Counter.DROPPED_WRITE_QUEUE_FULL, 1);
        } else {
            counters.add(Counter.PACKETS_OUT, 1);
            counters.add(Counter.BYTES_OUT, length);
            if (!connection.queued) {
                connection.queued = true;
                queued.add(connection);
            }
        }
    }

    /** Writes what {@link #send} queued. */
    void flush() {
        for (int i = 0; i < queued.size(); i++) {
            var connection = queued.get(i);
            connection.queued = false;
            if (endpoints.isOpen(connection)) {
                write(connection);
            }
        }
        queued.clear();
    }

    private void write(Connection connection) {
        counters.add(Counter.SEND_BATCHES, 1);
        if (!connection.broken && !connection.write(sockets)) {
            connection.broken = true;
        }
    }

    /** When {@link #sweep} is to be called. */
    long nextSweepNanos() {
        return nextSweepNanos;
    }

    /** Closes what is idle, and lets listeners that rested listen again. */
    void sweep(long nowNanos) {
        for (var listener : paused) {
            if (endpoints.isOpen(listener)) {
                sockets.setInterest(listener.handle(), SocketSet.READABLE);
            }
        }
        paused.clear();
        for (int i = 0; i < endpoints.handles(); i++) {
            if (endpoints.at(i) instanceof Connection connection && isIdle(nowNanos, connection)) {
                counters.add(Counter.CLOSED_IDLE, 1);
                end(connection);
            }
        }
        nextSweepNanos = count > 0 ? nowNanos + SWEEP_NANOS : DatagramHandler.NEVER;
    }

    private boolean isIdle(long nowNanos, Connection connection) {
        long allowed = connection.introduced
                ? options.idleTimeoutNanos()
                : Math.min(options.idleTimeoutNanos(), FIRST_FRAME_NANOS);
        return nowNanos - connection.lastFrameNanos >= allowed;
    }

    /** Closes a connection that the handler has not closed itself, and tells it. */
    private void end(Connection connection) {
        close(connection);
        if (connection.introduced) {
            receiver.handleDisconnect(connection.id());
        }
    }

    void close(Connection connection) {
        count--;
        endpoints.remove(connection);
        sockets.close(connection.handle());
        connection.close();
    }

    /** Gives a connection away, with the packet that showed whose it is. */
    HandOver release(Connection connection, Datagram shown) {
        var unread = connection.unread();
        var unwritten = connection.unwritten();
        count--;
        endpoints.remove(connection);
        var channel = sockets.release(connection.handle());
        connection.close();
        return new HandOver(channel, connection.remote, shown.toArray(), unread, unwritten);
    }

    /** Takes a connection from another driver, under the limits here. */
    void adopt(long nowNanos, HandOver given) {
        if (!isAllowed(given.remote()) || given.packet().length > packet.capacity()) {
            counters.add(Counter.REFUSED_CONNECTIONS, 1);
            sockets.discard(given.channel());
            return;
        }
        int handle = sockets.adopt(given.channel());
        if (handle < 0) {
            return;
        }
        counters.add(Counter.CONNECTIONS_TAKEN_OVER, 1);
        var connection = add(nowNanos, handle, given.remote());
        if (!connection.resume(given.in(), given.out())) {
            close(connection);
            return;
        }
        connection.introduced = true;
        packet.set(given.packet());
        receiver.handlePacket(connection.id(), connection.remote, packet);
        if (endpoints.isOpen(connection) && deliver(nowNanos, connection)) {
            write(connection);
        }
    }

    void discard(HandOver given) {
        sockets.discard(given.channel());
    }

    void closeAll() {
        for (int i = 0; i < endpoints.handles(); i++) {
            if (endpoints.at(i) instanceof Connection connection) {
                close(connection);
            }
        }
    }
}
