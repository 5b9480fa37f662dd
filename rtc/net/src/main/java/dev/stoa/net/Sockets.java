package dev.stoa.net;

import java.io.IOException;

/** The ways to reach the system's sockets. They behave the same and differ in cost. */
public enum Sockets {
    /** Linux system calls: many packets a call, bursts cut by the kernel, no garbage. x86-64 and aarch64. */
    FFM("FFM (recvmmsg, sendmmsg, epoll)"),
    /** Plain Java, anywhere: a call a packet. */
    NIO("NIO");

    private final String label;

    Sockets(String label) {
        this.label = label;
    }

    /** The cheapest that works here. */
    public static Sockets best() {
        return whyNotFfm().isEmpty() ? FFM : NIO;
    }

    /** Why {@link #FFM} does not work here; empty when it does. For the log. */
    public static String whyNotFfm() {
        return "not written yet";
    }

    /** For the log. */
    @Override
    public String toString() {
        return label;
    }

    SocketSet open(DriverOptions options, Counters counters) throws IOException {
        return switch (this) {
            case FFM -> throw new IOException(whyNotFfm());
            case NIO -> new NioSocketSet(options, counters);
        };
    }
}
