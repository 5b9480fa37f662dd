package dev.stoa.net;

import dev.stoa.wire.Datagram;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a driver's thread does: rounds of waiting, receiving, tasks, timers and sending. */
final class Loop implements Runnable, Connections.Receiver {
    /** Batches received from one socket before the others, the tasks and the timers have their turn. */
    private static final int BATCHES_PER_ROUND = 2;

    /** How long timers rest after one has thrown: it may stay due for ever. */
    private static final long FAULT_PAUSE_NANOS = 10_000_000;

    private static final int MAX_FAULTY_ROUNDS = 100;

    private final SocketSet sockets;
    private final Endpoints endpoints;
    private final DriverOptions options;
    private final Counters counters;
    private final TaskQueue tasks;
    private final PacketRing crossings;
    private final AtomicBoolean sleeping;
    private final DatagramHandler handler;
    private final Arena arena = Arena.ofShared();
    private final Datagram packet;
    private final SendBatch out;
    private final Connections connections;
    private final RemoteAddress remote = new RemoteAddress();
    private final int[] group = new int[SendBatch.AREAS];
    private final boolean[] isGrouped = new boolean[SendBatch.AREAS];
    private long now = Driver.nanos();
    private long timersRestUntil;
    private int faultyRounds;

    Loop(
            SocketSet sockets,
            Endpoints endpoints,
            DriverOptions options,
            Counters counters,
            TaskQueue tasks,
            PacketRing crossings,
            AtomicBoolean sleeping,
            DatagramHandler handler) {
        this.sockets = sockets;
        this.endpoints = endpoints;
        this.options = options;
        this.counters = counters;
        this.tasks = tasks;
        this.crossings = crossings;
        this.sleeping = sleeping;
        this.handler = handler;
        this.packet = Datagram.slots(arena, 1, Math.max(options.maxDatagramBytes(), options.maxFrameBytes()))[0];
        this.out = new SendBatch(arena, this::flush);
        this.connections = new Connections(sockets, endpoints, options, counters, packet, this);
    }

    @Override
    public void run() {
        try {
            while (!tasks.isClosed()) {
                roundOrReport();
            }
            // All that was accepted before the queue closed still runs, and what it wants to say still goes out.
            while (!tasks.isEmpty()) {
                runTasks();
            }
            transmit();
        } catch (Throwable fault) {
            report(fault);
        } finally {
            tasks.close();
            connections.closeAll();
            sockets.close();
            arena.close();
        }
    }

    /** A fault of our own is no reason to end everybody's calls; one that stays is. */
    private void roundOrReport() {
        try {
            round();
            faultyRounds = 0;
        } catch (Throwable fault) {
            if (++faultyRounds == MAX_FAULTY_ROUNDS) {
                throw fault;
            }
            report(fault);
            out.clear();
        }
    }

    private void round() {
        int ready = await();
        now = Driver.nanos();
        for (int i = 0; i < ready; i++) {
            switch (endpoints.at(sockets.readyHandle(i))) {
                case Endpoint.Udp socket -> receive(socket);
                case Connection connection -> connections.handleReady(now, connection, sockets.readyEvents(i));
                case Endpoint.Listener listener -> connections.accept(now, listener);
                case null -> {
                    // Closed in this round.
                }
            }
        }
        receiveCrossings();
        runTasks();
        now = Driver.nanos();
        if (nextTimeout() <= now) {
            handleTimeout();
        }
        if (connections.nextSweepNanos() <= now) {
            connections.sweep(now);
        }
        transmit();
    }

    private int await() {
        long next = Math.min(nextTimeout(), connections.nextSweepNanos());
        long wait = next == DatagramHandler.NEVER ? DatagramHandler.NEVER : Math.max(0, next - Driver.nanos());
        if (wait == 0) {
            return sockets.await(0);
        }
        // Who posts looks at the flag after queueing; we look at the queue after setting the flag: one of us sees the
        // other.
        sleeping.set(true);
        int ready = sockets.await(tasks.isEmpty() && crossings.isEmpty() && !tasks.isClosed() ? wait : 0);
        sleeping.set(false);
        return ready;
    }

    private long nextTimeout() {
        try {
            long next = handler.nextTimeout();
            return next == DatagramHandler.NEVER ? next : Math.max(next, timersRestUntil);
        } catch (Throwable fault) {
            report(fault);
            timersRestUntil = now + FAULT_PAUSE_NANOS;
            return timersRestUntil;
        }
    }

    private void handleTimeout() {
        try {
            handler.handleTimeout(now);
        } catch (Throwable fault) {
            report(fault);
            timersRestUntil = now + FAULT_PAUSE_NANOS;
        }
    }

    private void runTasks() {
        for (int i = 0; i < options.taskCapacity(); i++) {
            var task = tasks.poll();
            if (task == null) {
                return;
            }
            counters.add(Counter.TASKS, 1);
            try {
                task.run(now);
            } catch (Throwable fault) {
                report(fault);
            }
        }
    }

    private void receiveCrossings() {
        for (int i = 0; i < crossings.capacity(); i++) {
            int slot = crossings.poll();
            if (slot < 0) {
                return;
            }
            counters.add(Counter.PACKETS_CROSSED, 1);
            handlePacket(crossings.local(slot), crossings.remote(slot), crossings.packet(slot));
            crossings.release(slot);
        }
    }

    private void receive(Endpoint.Udp socket) {
        for (int batch = 0; batch < BATCHES_PER_ROUND; batch++) {
            int messages = sockets.receive(socket.handle());
            if (messages == 0) {
                return;
            }
            counters.add(Counter.RECEIVE_BATCHES, 1);
            for (int i = 0; i < messages; i++) {
                deliver(socket, i);
                if (!endpoints.isOpen(socket)) {
                    return;
                }
            }
            if (messages < SocketSet.RECEIVE_BATCH) {
                return;
            }
        }
    }

    private void deliver(Endpoint.Udp socket, int at) {
        var message = sockets.message(at);
        int length = message.length();
        int segment = sockets.segmentBytes(at);
        if (length == 0) {
            counters.add(Counter.DROPPED_EMPTY, 1);
            return;
        }
        if (sockets.isTruncated(at) || (segment == 0 ? length : segment) > options.maxDatagramBytes()) {
            counters.add(Counter.DROPPED_TOO_LONG, 1);
            return;
        }
        sockets.remote(at, remote);
        if (segment == 0 || segment >= length) {
            handlePacket(socket.id(), remote, message);
            return;
        }
        counters.add(Counter.GRO_BURSTS, 1);
        // Copied, because a handler may write behind a packet's end, where the next one stands.
        for (int from = 0; from < length && endpoints.isOpen(socket); from += segment) {
            int bytes = Math.min(segment, length - from);
            packet.put(0, message, from, bytes);
            packet.setLength(bytes);
            sockets.remote(at, remote);
            handlePacket(socket.id(), remote, packet);
        }
    }

    @Override
    public void handlePacket(int local, RemoteAddress from, Datagram bytes) {
        counters.add(Counter.PACKETS_IN, 1);
        counters.add(Counter.BYTES_IN, bytes.length());
        try {
            handler.handle(now, local, from, bytes);
        } catch (Throwable fault) {
            report(fault);
        }
    }

    @Override
    public void handleDisconnect(int local) {
        try {
            handler.handleDisconnect(now, local);
        } catch (Throwable fault) {
            report(fault);
        }
    }

    private void transmit() {
        try {
            handler.pollTransmit(now, out);
        } catch (Throwable fault) {
            report(fault);
        }
        flush();
    }

    /** Sends the batch: the bursts of each UDP socket together, those of connections into their queues. */
    private void flush() {
        int bursts = out.bursts();
        for (int i = 0; i < bursts; i++) {
            if (isGrouped[i]) {
                isGrouped[i] = false;
                continue;
            }
            int local = out.locals[i];
            var endpoint = endpoints.find(local);
            if (endpoint instanceof Endpoint.Udp socket) {
                int count = 0;
                for (int j = i; j < bursts; j++) {
                    if (out.locals[j] == local) {
                        isGrouped[j] = j > i;
                        group[count++] = j;
                    }
                }
                sockets.send(now, socket.handle(), out, group, count);
            } else if (endpoint instanceof Connection connection) {
                int at = 0;
                for (int j = 0; j < out.packets(i); j++) {
                    connections.send(connection, out.area(i), at, out.length(i, j));
                    at += out.length(i, j);
                }
            } else {
                counters.add(Counter.DROPPED_NO_SOCKET, out.packets(i));
            }
        }
        out.clear();
        connections.flush();
    }

    void close(Connection connection) {
        connections.close(connection);
    }

    HandOver release(Connection connection, Datagram shown) {
        return connections.release(connection, shown);
    }

    void adopt(HandOver given) {
        connections.adopt(now, given);
    }

    void discard(HandOver given) {
        connections.discard(given);
    }

    private void report(Throwable fault) {
        counters.add(Counter.FAULTS, 1);
        try {
            handler.handleFault(fault);
        } catch (Throwable again) {
            // It has been counted; whoever cannot even log has no other way to hear of it.
        }
    }
}
