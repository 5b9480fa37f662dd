package dev.stoa.net;

import dev.stoa.wire.TransportAddress;
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
        return FfmProbe.REFUSAL;
    }

    /** Asked once, when it is first needed. */
    private static final class FfmProbe {
        static final String REFUSAL = probe();

        private static String probe() {
            if (!System.getProperty("os.name", "").equals("Linux")) {
                return "not Linux";
            }
            var architecture = System.getProperty("os.arch", "");
            if (!architecture.equals("amd64") && !architecture.equals("aarch64")) {
                return "not written for " + architecture;
            }
            try (var sockets = new FfmSocketSet(DriverOptions.DEFAULT, new Counters())) {
                sockets.close(sockets.openUdp(TransportAddress.ofIpv4(0x7F00_0001, 0)));
                return "";
            } catch (IOException | RuntimeException | LinkageError e) {
                // A system call that is forbidden, a symbol that is missing, native access that is denied.
                var cause = e.getCause();
                return cause == null ? e.toString() : cause.toString();
            }
        }
    }

    /** For the log. */
    @Override
    public String toString() {
        return label;
    }

    SocketSet open(DriverOptions options, Counters counters) throws IOException {
        return switch (this) {
            case FFM -> {
                if (!whyNotFfm().isEmpty()) {
                    throw new IOException("no FFM sockets here: " + whyNotFfm());
                }
                yield new FfmSocketSet(options, counters);
            }
            case NIO -> new NioSocketSet(options, counters);
        };
    }
}
