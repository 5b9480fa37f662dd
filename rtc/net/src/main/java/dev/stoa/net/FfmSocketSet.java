package dev.stoa.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sockets by system calls of 64-bit Linux. A handle is a file descriptor. Nothing is allocated for a packet or a wait. */
final class FfmSocketSet extends SocketSet {
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int NONBLOCK = 0x800;
    private static final int CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int BACKLOG = 256;

    private static final int SO_REUSEADDR = 2;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_NO_CHECK = 11;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_V6ONLY = 26;

    /** No path MTU, nor a forged ICMP message about it, ever changes what is sent (ip(7)): IP_PMTUDISC_OMIT. */
    private static final int PMTUDISC_OMIT = 5;

    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EPOLLIN = 1;
    private static final int EPOLLOUT = 4;
    private static final int EPOLLERR = 8;
    private static final int EPOLLHUP = 16;
    private static final int EVENTS = 64;

    /** {@code struct epoll_event} has no gap on x86-64. */
    private static final boolean IS_PACKED = System.getProperty("os.arch", "").equals("amd64");

    private static final int EVENT_BYTES = IS_PACKED ? 12 : 16;
    private static final int EVENT_DATA = IS_PACKED ? 4 : 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** A burst of UDP_GRO is as long as a UDP packet may be. */
    private static final int BURST_BYTES = 1 << 16;

    /** Where in {@link #scratch} things are. */
    private static final int ADDRESS_AT = 0;

    private static final int VALUE_AT = 32;
    private static final int LENGTH_AT = 40;
    private static final int TIME_AT = 48;
    private static final int EVENT_AT = 64;
    private static final int COUNT_AT = 80;
    private static final int ONE_AT = 88;
    private static final int SCRATCH_BYTES = 96;

    /** A socket; of a connection only the number. */
    private static final class Socket {
        final FfmSender.State sender;
        /** The kernel's count of packets dropped because the buffer was full, which wraps around. */
        int overflows;

        Socket(FfmSender.State sender) {
            this.sender = sender;
        }
    }

    private final DriverOptions options;
    private final Counters counters;
    private final Libc libc = new Libc();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment scratch = arena.allocate(SCRATCH_BYTES, Long.BYTES);
    private final MemorySegment events = arena.allocate((long) EVENTS * EVENT_BYTES, Long.BYTES);
    private final Datagram[] messages;
    private final MessageSlab received;
    private final FfmSender sender;
    private final Object waking = new Object();
    private final int[] readyHandles = new int[EVENTS];
    private final int[] readyEvents = new int[EVENTS];
    private final int epoll;
    private final int event;
    private @Nullable Socket[] byHandle = new Socket[64];
    private int used;
    private final boolean waitsNanos;
    private boolean closed;

    FfmSocketSet(DriverOptions options, Counters counters) throws IOException {
        this.options = options;
        this.counters = counters;
        this.received = new MessageSlab(arena, RECEIVE_BATCH);
        this.sender = new FfmSender(arena, libc, counters);
        int bytes = options.coalescing() ? BURST_BYTES : options.maxDatagramBytes();
        this.messages = Datagram.slots(arena, RECEIVE_BATCH, bytes);
        for (int i = 0; i < RECEIVE_BATCH; i++) {
            received.setData(i, messages[i].address(), bytes);
        }
        this.used = RECEIVE_BATCH;
        scratch.set(JAVA_LONG, ONE_AT, 1);
        this.epoll = libc.epollCreate(CLOEXEC);
        this.event = epoll < 0 ? -1 : libc.eventfd(CLOEXEC | NONBLOCK);
        if (event < 0 || control(EPOLL_CTL_ADD, event, EPOLLIN) < 0) {
            var failure = failure("epoll", libc.errno());
            close();
            throw failure;
        }
        // An older kernel under a newer C library does not know the call. The time, which is zero, is over at once.
        this.waitsNanos = Libc.hasEpollPwait2()
                && Libc.epollPwait2(epoll, events.address(), EVENTS, scratch.address() + TIME_AT) >= 0;
    }

    @Override
    int openUdp(TransportAddress local) throws IOException {
        int fd = open(local, SOCK_DGRAM);
        try {
            setBuffer(fd, SO_RCVBUF, SO_RCVBUFFORCE, options.receiveBufferBytes());
            setBuffer(fd, SO_SNDBUF, SO_SNDBUFFORCE, options.sendBufferBytes());
            set(fd, MessageSlab.SOL_SOCKET, MessageSlab.SO_RXQ_OVFL, 1);
            set(fd, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_OMIT);
            set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_OMIT);
            if (options.coalescing()) {
                set(fd, MessageSlab.SOL_UDP, MessageSlab.UDP_GRO, 1);
            }
            bind(fd, local);
            // A kernel that does not know the option would send a burst as one packet: so ask, by setting what is set.
            boolean canSegment =
                    options.segmentation() && set(fd, MessageSlab.SOL_UDP, MessageSlab.UDP_SEGMENT, 0) == 0;
            return register(fd, new FfmSender.State(fd, !local.isIpv4(), canSegment));
        } catch (IOException e) {
            libc.close(fd);
            throw e;
        }
    }

    @Override
    int openListener(TransportAddress local) throws IOException {
        int fd = open(local, SOCK_STREAM);
        try {
            set(fd, MessageSlab.SOL_SOCKET, SO_REUSEADDR, 1);
            bind(fd, local);
            if (libc.listen(fd, BACKLOG) < 0) {
                throw failure("listen at " + local, libc.errno());
            }
            return register(fd, new FfmSender.State(fd, !local.isIpv4(), false));
        } catch (IOException e) {
            libc.close(fd);
            throw e;
        }
    }

    private int open(TransportAddress local, int type) throws IOException {
        int family = local.isIpv4() ? NativeAddress.AF_INET : NativeAddress.AF_INET6;
        int fd = libc.socket(family, type | NONBLOCK | CLOEXEC);
        if (fd < 0) {
            throw failure("a socket for " + local, libc.errno());
        }
        if (!local.isIpv4()) {
            boolean isWildcard = local.high() == 0 && local.low() == 0;
            set(fd, IPPROTO_IPV6, IPV6_V6ONLY, isWildcard ? 0 : 1);
        }
        if (options.reusePort()) {
            set(fd, MessageSlab.SOL_SOCKET, SO_REUSEPORT, 1);
        }
        return fd;
    }

    private void bind(int fd, TransportAddress local) throws IOException {
        int length = NativeAddress.write(scratch, ADDRESS_AT, !local.isIpv4(), local.high(), local.low(), local.port());
        if (libc.bind(fd, scratch.address() + ADDRESS_AT, length) < 0) {
            throw failure("bind " + local, libc.errno());
        }
    }

    private int register(int fd, FfmSender.State state) throws IOException {
        if (control(EPOLL_CTL_ADD, fd, EPOLLIN) < 0) {
            throw failure("epoll", libc.errno());
        }
        if (fd >= byHandle.length) {
            byHandle = Arrays.copyOf(byHandle, Math.max(fd + 1, 2 * byHandle.length));
        }
        byHandle[fd] = new Socket(state);
        return fd;
    }

    private static IOException failure(String what, int errno) {
        return switch (errno) {
            case 13 -> new BindException(what + ": permission denied");
            case 24 -> new IOException(what + ": too many open files");
            case 97 -> new IOException(what + ": this system has no such address family");
            case 98 -> new BindException(what + ": address already in use");
            case 99 -> new BindException(what + ": not an address of this machine");
            default -> new IOException(what + ": error " + errno);
        };
    }

    private int set(int fd, int level, int option, int value) {
        scratch.set(JAVA_INT, VALUE_AT, value);
        return libc.setsockopt(fd, level, option, scratch.address() + VALUE_AT, Integer.BYTES);
    }

    private int get(int fd, int level, int option) {
        scratch.set(JAVA_INT, VALUE_AT, 0);
        scratch.set(JAVA_INT, LENGTH_AT, Integer.BYTES);
        libc.getsockopt(fd, level, option, scratch.address() + VALUE_AT, scratch.address() + LENGTH_AT);
        return scratch.get(JAVA_INT, VALUE_AT);
    }

    private void setBuffer(int fd, int option, int privileged, int bytes) {
        set(fd, MessageSlab.SOL_SOCKET, option, bytes);
        if (get(fd, MessageSlab.SOL_SOCKET, option) / 2 < bytes) {
            set(fd, MessageSlab.SOL_SOCKET, privileged, bytes);
        }
    }

    private int control(int operation, int fd, int wanted) {
        scratch.set(JAVA_INT, EVENT_AT, wanted);
        scratch.set(JAVA_INT_UNALIGNED, EVENT_AT + EVENT_DATA, fd);
        return libc.epollCtl(epoll, operation, fd, scratch.address() + EVENT_AT);
    }

    private Socket socket(int handle) {
        return Objects.requireNonNull(byHandle[handle], "closed");
    }

    @Override
    void close(int handle) {
        byHandle[handle] = null;
        libc.close(handle);
    }

    @Override
    TransportAddress localAddress(int handle) {
        scratch.set(JAVA_INT, LENGTH_AT, NativeAddress.IPV6_BYTES);
        libc.getsockname(handle, scratch.address() + ADDRESS_AT, scratch.address() + LENGTH_AT);
        return NativeAddress.read(scratch, ADDRESS_AT);
    }

    /** Half of what the kernel says: it doubles what it is asked for, for its own needs (socket(7)). */
    @Override
    int receiveBufferBytes(int handle) {
        return get(handle, MessageSlab.SOL_SOCKET, SO_RCVBUF) / 2;
    }

    @Override
    int sendBufferBytes(int handle) {
        return get(handle, MessageSlab.SOL_SOCKET, SO_SNDBUF) / 2;
    }

    @Override
    void setInterest(int handle, int wanted) {
        control(
                EPOLL_CTL_MOD,
                handle,
                ((wanted & READABLE) != 0 ? EPOLLIN : 0) | ((wanted & WRITABLE) != 0 ? EPOLLOUT : 0));
    }

    /** Has the kernel refuse to cut this socket's bursts, as it does where checksums cannot be added. */
    void refuseSegmentation(int handle, boolean refuse) {
        set(handle, MessageSlab.SOL_SOCKET, SO_NO_CHECK, refuse ? 1 : 0);
    }

    @Override
    int await(long timeoutNanos) {
        int count = waitForEvents(timeoutNanos);
        int ready = 0;
        for (int i = 0; i < count; i++) {
            long at = (long) i * EVENT_BYTES;
            int happened = events.get(JAVA_INT_UNALIGNED, at);
            int fd = events.get(JAVA_INT_UNALIGNED, at + EVENT_DATA);
            if (fd == event) {
                Libc.read(event, scratch.address() + COUNT_AT, Long.BYTES);
                continue;
            }
            readyHandles[ready] = fd;
            // What is wrong with a socket is told by reading it.
            readyEvents[ready++] = ((happened & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0 ? READABLE : 0)
                    | ((happened & EPOLLOUT) != 0 ? WRITABLE : 0);
        }
        return ready;
    }

    /** How many events there are; none after an interruption. */
    private int waitForEvents(long timeoutNanos) {
        if (waitsNanos && timeoutNanos > 0 && timeoutNanos != DatagramHandler.NEVER) {
            scratch.set(JAVA_LONG, TIME_AT, timeoutNanos / NANOS_PER_SECOND);
            scratch.set(JAVA_LONG, TIME_AT + Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
            return Libc.epollPwait2(epoll, events.address(), EVENTS, scratch.address() + TIME_AT);
        }
        int millis = -1;
        if (timeoutNanos != DatagramHandler.NEVER) {
            millis = (int) Math.min(Integer.MAX_VALUE, (timeoutNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        }
        return Libc.epollWait(epoll, events.address(), EVENTS, millis);
    }

    @Override
    int readyHandle(int at) {
        return readyHandles[at];
    }

    @Override
    int readyEvents(int at) {
        return readyEvents[at];
    }

    @Override
    void wake() {
        synchronized (waking) {
            if (!closed) {
                Libc.write(event, scratch.address() + ONE_AT, Long.BYTES);
            }
        }
    }

    @Override
    int receive(int handle) {
        for (int i = 0; i < used; i++) {
            received.resetLengths(i);
        }
        int count = Libc.recvmmsg(handle, received.address(0), RECEIVE_BATCH, MSG_DONTWAIT);
        used = Math.max(0, count);
        for (int i = 0; i < used; i++) {
            messages[i].setLength(received.bytes(i));
        }
        if (used > 0) {
            countOverflows(socket(handle));
        }
        return used;
    }

    private void countOverflows(Socket socket) {
        int total = received.control(used - 1, MessageSlab.SOL_SOCKET, MessageSlab.SO_RXQ_OVFL);
        if (total != 0 && total != socket.overflows) {
            counters.add(Counter.DROPPED_RECEIVE_BUFFER_FULL, (total - socket.overflows) & 0xFFFF_FFFFL);
            socket.overflows = total;
        }
    }

    @Override
    Datagram message(int at) {
        return messages[at];
    }

    @Override
    boolean isTruncated(int at) {
        return received.isTruncated(at);
    }

    @Override
    int segmentBytes(int at) {
        return received.control(at, MessageSlab.SOL_UDP, MessageSlab.UDP_GRO);
    }

    @Override
    void remote(int at, RemoteAddress remote) {
        received.remote(at, remote);
    }

    @Override
    void send(long nowNanos, int handle, SendBatch batch, int[] bursts, int count) {
        sender.send(nowNanos, socket(handle).sender, batch, bursts, count);
    }

    @Override
    int accept(int listener, RemoteAddress remote) {
        while (true) {
            scratch.set(JAVA_INT, LENGTH_AT, NativeAddress.IPV6_BYTES);
            int fd = libc.accept4(
                    listener, scratch.address() + ADDRESS_AT, scratch.address() + LENGTH_AT, NONBLOCK | CLOEXEC);
            if (fd >= 0) {
                NativeAddress.read(scratch, ADDRESS_AT, remote);
                set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
                return adopt(fd);
            }
            switch (libc.errno()) {
                case Libc.EAGAIN -> {
                    return NOTHING;
                }
                case Libc.EINTR, Libc.EPROTO, Libc.ECONNABORTED -> {
                    // A connection that ended while it waited (accept(2)): the next one.
                }
                default -> {
                    return FAILED;
                }
            }
        }
    }

    private int adopt(int fd) {
        try {
            return register(fd, new FfmSender.State(fd, false, false));
        } catch (IOException e) {
            libc.close(fd);
            return FAILED;
        }
    }

    @Override
    Released release(int handle) {
        libc.epollCtl(epoll, EPOLL_CTL_DEL, handle, scratch.address() + EVENT_AT);
        byHandle[handle] = null;
        return new Released.Descriptor(handle);
    }

    @Override
    int adopt(Released connection) {
        return adopt(descriptor(connection));
    }

    @Override
    void discard(Released connection) {
        libc.close(descriptor(connection));
    }

    private static int descriptor(Released connection) {
        return switch (connection) {
            case Released.Descriptor(int fd) -> fd;
            case Released.Channel _ -> throw new IllegalArgumentException("a connection of NIO");
        };
    }

    @Override
    int read(int handle, Datagram into, int at, int count) {
        long bytes = libc.recv(handle, into.address() + at, count, MSG_DONTWAIT);
        if (bytes > 0) {
            return (int) bytes;
        }
        return bytes < 0 && isAgain() ? NOTHING : FAILED;
    }

    @Override
    int write(int handle, Datagram from, int at, int count) {
        long bytes = libc.send(handle, from.address() + at, count, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (bytes >= 0) {
            return (int) bytes;
        }
        return isAgain() ? 0 : FAILED;
    }

    private boolean isAgain() {
        int errno = libc.errno();
        return errno == Libc.EAGAIN || errno == Libc.EINTR;
    }

    @Override
    public void close() {
        synchronized (waking) {
            closed = true;
        }
        for (int handle = 0; handle < byHandle.length; handle++) {
            if (byHandle[handle] != null) {
                close(handle);
            }
        }
        if (event >= 0) {
            libc.close(event);
        }
        if (epoll >= 0) {
            libc.close(epoll);
        }
        arena.close();
    }
}
