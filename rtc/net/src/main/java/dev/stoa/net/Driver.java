package dev.stoa.net;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits for sockets, time and posted tasks, and hands them to a {@link DatagramHandler}.
 *
 * <p>Calling contract: construct, {@link #bindUdp} and {@link #listenTcp}, {@link #start}, at the end {@link #close()}.
 * Before the start one thread at a time may call anything. Afterwards other threads may call {@link #post}, {@link #cross},
 * {@link #get}, {@link #close()}, and {@link #localAddress} of a socket bound before the start; all else is for the handler and the tasks,
 * on the driver's own thread.
 *
 * <p>Which address an answer leaves from: bind one socket for each local address, see {@link LocalAddresses}, rather than
 * one for all of them. Then the socket that a packet came to says which candidate it was sent to, and what is sent by it
 * leaves from that address: nothing to parse or to add for each packet, and the same in plain Java, which does not know
 * IP_PKTINFO. The price is a socket for each address, and that an address which appears later needs a new one. A wildcard
 * address can be bound too ({@code ::} for both versions of IP); the system then chooses where answers leave from.
 *
 * <p>What a full send buffer does not take is dropped and counted. The kernel's buffer is a queue of many milliseconds
 * already: waiting behind it would only make media late, and sending again is for those above.
 *
 * <p>A TCP connection carries the same packets in frames (RFC 4571). The handler learns of it by its first packet; it is
 * closed when it is idle or sends a frame too long, or by {@link #close(int)}.
 */
public final class Driver implements AutoCloseable {
    private static final long ORIGIN = System.nanoTime();

    private final Counters counters = new Counters();
    private final Endpoints endpoints = new Endpoints();
    private final AtomicBoolean sleeping = new AtomicBoolean();
    private final String name;
    private final DriverOptions options;
    private final SocketSet sockets;
    private final TaskQueue tasks;
    private final PacketRing crossings;
    private final Sockets kind;
    private @Nullable Loop loop;
    private volatile @Nullable Thread thread;
    private boolean closed;

    /** @param name the thread's name */
    public Driver(String name, Sockets kind, DriverOptions options) throws IOException {
        this.name = name;
        this.kind = kind;
        this.options = options;
        this.tasks = new TaskQueue(options.taskCapacity());
        this.crossings = new PacketRing(options.crossingCapacity(), options.maxDatagramBytes());
        this.sockets = kind.open(options, counters);
    }

    /** The time of all drivers: nanoseconds since about the start of the process, never negative. */
    public static long nanos() {
        return System.nanoTime() - ORIGIN;
    }

    /** Whether a {@code local} of {@link DatagramHandler#handle} is a TCP connection. */
    public static boolean isTcp(int local) {
        return Endpoints.isTcp(local);
    }

    /**
     * Binds a UDP socket.
     *
     * @param local a local address, {@code 0.0.0.0}, or {@code ::} for both versions of IP; port 0 for any
     * @return its id, never negative
     */
    public int bindUdp(TransportAddress local) throws IOException {
        requireAccess();
        int handle = sockets.openUdp(local);
        int id = endpoints.newUdpId(handle);
        endpoints.add(new Endpoint.Udp(
                id,
                handle,
                sockets.localAddress(handle),
                sockets.receiveBufferBytes(handle),
                sockets.sendBufferBytes(handle)));
        return id;
    }

    /** Listens for TCP connections that carry packets in frames; the id of the listener, of which no packet comes. */
    public int listenTcp(TransportAddress local) throws IOException {
        requireAccess();
        int handle = sockets.openListener(local);
        int id = endpoints.newUdpId(handle);
        endpoints.add(new Endpoint.Listener(id, handle, sockets.localAddress(handle)));
        return id;
    }

    /** Closes a socket, a listener, or a TCP connection, of which the handler is then not told; one that is closed stays so. */
    public void close(int local) {
        requireAccess();
        var endpoint = endpoints.find(local);
        if (endpoint instanceof Connection connection && loop != null) {
            loop.close(connection);
        } else if (endpoint != null) {
            endpoints.remove(endpoint);
            sockets.close(endpoint.handle());
        }
    }

    /** The address that a socket, listener or connection is bound to. */
    public TransportAddress localAddress(int local) {
        return switch (endpoints.find(local)) {
            case Endpoint.Udp socket -> socket.local();
            case Endpoint.Listener listener -> listener.local();
            case Connection connection -> sockets.localAddress(connection.handle());
            case null -> throw new IllegalArgumentException("no such socket: " + local);
        };
    }

    /** The bytes that the kernel granted a UDP socket for receiving. */
    public int receiveBufferBytes(int local) {
        return requireUdp(local).receiveBufferBytes();
    }

    /** The bytes that the kernel granted a UDP socket for sending. */
    public int sendBufferBytes(int local) {
        return requireUdp(local).sendBufferBytes();
    }

    /** Starts the thread, once. */
    public synchronized void start(DatagramHandler handler) {
        if (thread != null || closed) {
            throw new IllegalStateException("it was started or closed before");
        }
        loop = new Loop(sockets, endpoints, options, counters, tasks, crossings, sleeping, handler);
        var starting = Thread.ofPlatform().name(name).daemon().unstarted(loop);
        thread = starting;
        starting.start();
    }

    /**
     * Has the driver's thread run {@code task}, soon; tasks of one thread run in their order.
     *
     * @return false when the queue is full or the driver closed. A task that was taken is run, if the driver is started
     */
    public boolean post(Task task) {
        if (!tasks.offer(task)) {
            counters.addShared(Counter.REFUSED_TASKS, 1);
            return false;
        }
        wake();
        return true;
    }

    /**
     * Has this driver's handler handle a packet that another driver received: the owner of the pair of addresses is here.
     * From any thread; the packet is copied.
     *
     * @param local this driver's own UDP socket with the address that the packet was sent to
     * @return false when the ring is full, the packet is too long or the driver closed: the packet is dropped and counted here
     */
    public boolean cross(int local, RemoteAddress remote, Datagram packet) {
        if (tasks.isClosed() || !crossings.offer(local, remote, packet)) {
            counters.addShared(Counter.DROPPED_CROSSING_FULL, 1);
            return false;
        }
        wake();
        return true;
    }

    /**
     * Gives a TCP connection to another driver of the same kind, whose handler sees {@code packet} first, then what comes
     * behind it, under another id. The handler here is not told of its end. When the other driver is full or closed, or has
     * connections enough, the connection is closed.
     *
     * @param packet the one being handled, which showed that the connection belongs there
     */
    public void handOver(int connection, Datagram packet, Driver to) {
        requireAccess();
        if (to.kind != kind || to == this) {
            throw new IllegalArgumentException("not another driver of the same kind");
        }
        if (!(endpoints.find(connection) instanceof Connection open) || loop == null) {
            throw new IllegalArgumentException("no such TCP connection: " + connection);
        }
        var given = loop.release(open, packet);
        if (!to.post(now -> to.adopt(given))) {
            loop.discard(given);
        }
    }

    private void adopt(HandOver given) {
        if (loop != null) {
            loop.adopt(given);
        }
    }

    private void wake() {
        // One wake-up is enough for all who post until the thread is up.
        if (sleeping.get() && sleeping.compareAndSet(true, false)) {
            counters.addShared(Counter.WAKE_UPS, 1);
            sockets.wake();
        }
    }

    /** Whether the caller is on the driver's thread. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    public long get(Counter counter) {
        return counters.get(counter);
    }

    /**
     * Runs the tasks posted until now, sends what the handler then has, ends the thread and closes all sockets. Returns when
     * that is done, or at once on the driver's own thread, which ends after its round.
     */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            running = thread;
            tasks.close();
            if (running == null && !closed) {
                sockets.close();
            }
            closed = true;
        }
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        wake();
        join(running);
    }

    private static void join(Thread running) {
        boolean interrupted = false;
        while (true) {
            try {
                running.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Endpoint.Udp requireUdp(int local) {
        if (endpoints.find(local) instanceof Endpoint.Udp socket) {
            return socket;
        }
        throw new IllegalArgumentException("no such UDP socket: " + local);
    }

    private void requireAccess() {
        var running = thread;
        if (running != null && running != Thread.currentThread()) {
            throw new IllegalStateException("after the start only on the driver's thread");
        }
    }
}
