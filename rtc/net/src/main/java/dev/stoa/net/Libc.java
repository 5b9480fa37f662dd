package dev.stoa.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that {@link FfmSocketSet} makes, by their names in the C library. Addresses are longs: a MemorySegment for
 * each would cost. What they return is what C returns; after a negative one {@link #errno} says why. Capturing that
 * allocates where the compiler is not at its best, so the static methods, which are called for packets, do without.
 *
 * <p>Calling contract: one thread at a time. Loading the class throws where a symbol is missing or native access denied.
 */
final class Libc {
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EINVAL = 22;
    static final int EPROTO = 71;
    static final int EMSGSIZE = 90;
    static final int ECONNABORTED = 103;
    static final int ENOBUFS = 105;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final long ERRNO_AT =
            Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle LISTEN = function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle ACCEPT4 = function("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = function("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RECVMMSG =
            uncaptured("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG =
            uncaptured("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle SENDMMSG_ERRNO =
            function("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle RECV = function("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SEND = function("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle READ = uncaptured("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE1 = function("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            uncaptured("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    /** Waits with nanoseconds; since Linux 5.11 and glibc 2.35. */
    private static final @Nullable MethodHandle EPOLL_PWAIT2 =
            optional("epoll_pwait2", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle WRITE = uncaptured("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    /** Where a call leaves its errno. Of an automatic arena: keeping it alive during a call is free then. */
    private final MemorySegment state = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        return link(LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters), CAPTURE);
    }

    private static MethodHandle uncaptured(String name, MemoryLayout result, MemoryLayout... parameters) {
        return link(LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters));
    }

    private static @Nullable MethodHandle optional(String name, MemoryLayout result, MemoryLayout... parameters) {
        var symbol = LINKER.defaultLookup().find(name);
        return symbol.isEmpty() ? null : link(symbol.get(), FunctionDescriptor.of(result, parameters));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(MemorySegment symbol, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(symbol, descriptor, options);
    }

    int errno() {
        return state.get(JAVA_INT, ERRNO_AT);
    }

    int socket(int family, int type) {
        try {
            return (int) SOCKET.invokeExact(state, family, type, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int bind(int fd, long address, int length) {
        try {
            return (int) BIND.invokeExact(state, fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int listen(int fd, int backlog) {
        try {
            return (int) LISTEN.invokeExact(state, fd, backlog);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int accept4(int fd, long address, long length, int flags) {
        try {
            return (int) ACCEPT4.invokeExact(state, fd, address, length, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int getsockname(int fd, long address, long length) {
        try {
            return (int) GETSOCKNAME.invokeExact(state, fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int setsockopt(int fd, int level, int option, long value, int length) {
        try {
            return (int) SETSOCKOPT.invokeExact(state, fd, level, option, value, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int getsockopt(int fd, int level, int option, long value, long length) {
        try {
            return (int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int recvmmsg(int fd, long headers, int count, int flags) {
        try {
            return (int) RECVMMSG.invokeExact(fd, headers, count, flags, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Tries twice before it fails: only the second time pays for the errno. */
    int sendmmsg(int fd, long headers, int count, int flags) {
        try {
            int sent = (int) SENDMMSG.invokeExact(fd, headers, count, flags);
            return sent >= 0 ? sent : (int) SENDMMSG_ERRNO.invokeExact(state, fd, headers, count, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    long recv(int fd, long to, long count, int flags) {
        try {
            return (long) RECV.invokeExact(state, fd, to, count, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    long send(int fd, long from, long count, int flags) {
        try {
            return (long) SEND.invokeExact(state, fd, from, count, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long read(int fd, long to, long count) {
        try {
            return (long) READ.invokeExact(fd, to, count);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int close(int fd) {
        try {
            return (int) CLOSE.invokeExact(state, fd);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int epollCreate(int flags) {
        try {
            return (int) EPOLL_CREATE1.invokeExact(state, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int epollCtl(int epoll, int operation, int fd, long event) {
        try {
            return (int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int epollWait(int epoll, long events, int count, int timeoutMillis) {
        try {
            return (int) EPOLL_WAIT.invokeExact(epoll, events, count, timeoutMillis);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static boolean hasEpollPwait2() {
        return EPOLL_PWAIT2 != null;
    }

    /** @param timeout a timespec */
    static int epollPwait2(int epoll, long events, int count, long timeout) {
        var function = EPOLL_PWAIT2;
        if (function == null) {
            throw new IllegalStateException("ask hasEpollPwait2 first");
        }
        try {
            return (int) function.invokeExact(epoll, events, count, timeout, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int eventfd(int flags) {
        try {
            return (int) EVENTFD.invokeExact(state, 0, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** From any thread. */
    static long write(int fd, long from, long count) {
        try {
            return (long) WRITE.invokeExact(fd, from, count);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A native call throws nothing by itself. */
    private static AssertionError unexpected(Throwable e) {
        return new AssertionError(e);
    }
}
