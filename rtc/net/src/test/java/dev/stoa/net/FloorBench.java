package dev.stoa.net;

import com.sun.management.ThreadMXBean;
import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.srtp.SrtpCrypto;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The floor under a media server: what one thread pays to receive packets of 1200 bytes and send each to 50 others over
 * loopback, without protecting anything, or protecting each for each with AES-GCM and nothing else. Prints CPU time of that thread and bytes it allocated for each packet, medians of
 * rounds in which all ways take turns. Receivers and sender run in threads of their own at a fixed rate; a round in which
 * the receivers lost packets says so.
 *
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -cp ... dev.stoa.net.FloorBench [rounds] [milliseconds of a round] [ways]
 * </pre>
 */
final class FloorBench {
    private static final int PACKET_BYTES = 1200;
    private static final int AUDIO_BYTES = 120;
    private static final int SUBSCRIBERS = 50;
    private static final int RTP_HEADER_BYTES = 12;
    private static final TransportAddress LOOPBACK = TransportAddress.of("127.0.0.1", 0);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private FloorBench() {}

    /** A way to do it. */
    private record Way(
            String name,
            Sockets kind,
            boolean segmentation,
            int burst,
            int subscribers,
            boolean isProtected,
            int packetBytes) {
        Way(String name, Sockets kind, boolean segmentation, int burst, int subscribers) {
            this(name, kind, segmentation, burst, subscribers, false, PACKET_BYTES);
        }
    }

    private static final List<Way> WAYS = List.of(
            new Way("send: FFM, GSO, bursts of 8", Sockets.FFM, true, 8, SUBSCRIBERS),
            new Way("send: FFM, GSO, bursts of 4", Sockets.FFM, true, 4, SUBSCRIBERS),
            new Way("send: FFM, GSO, bursts of 8, AES-GCM", Sockets.FFM, true, 8, SUBSCRIBERS, true, PACKET_BYTES),
            new Way("send: FFM, GSO, bursts of 6, AES-GCM", Sockets.FFM, true, 6, SUBSCRIBERS, true, PACKET_BYTES),
            new Way("send: FFM, single packets of Opus, AES-GCM", Sockets.FFM, true, 1, SUBSCRIBERS, true, AUDIO_BYTES),
            new Way("send: FFM, sendmmsg, bursts of 8", Sockets.FFM, false, 8, SUBSCRIBERS),
            new Way("send: FFM, single packets", Sockets.FFM, true, 1, SUBSCRIBERS),
            new Way("send: NIO, bursts of 8", Sockets.NIO, false, 8, SUBSCRIBERS),
            new Way("receive: FFM, GRO, bursts of 8", Sockets.FFM, true, 8, 0),
            new Way("receive: FFM, recvmmsg, bursts of 8", Sockets.FFM, false, 8, 0),
            new Way("receive: NIO, bursts of 8", Sockets.NIO, false, 8, 0));

    private record Figure(double cpuNanos, double allocatedBytes, double lostPart) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1000;
        var ways = arguments.length > 2
                ? WAYS.stream().filter(way -> way.name().contains(arguments[2])).toList()
                : WAYS;
        var figures = new ArrayList<List<Figure>>();
        ways.forEach(way -> figures.add(new ArrayList<>()));
        // The first round warms up.
        for (int round = 0; round <= rounds; round++) {
            for (int way = 0; way < ways.size(); way++) {
                var figure = measure(ways.get(way), millis);
                if (round > 0) {
                    figures.get(way).add(figure);
                }
            }
        }
        System.out.println(
                "| 1200-byte packets over loopback, 1 -> 50 | CPU ns/packet | bytes allocated/packet | lost |");
        System.out.println("|---|---|---|---|");
        for (int way = 0; way < ways.size(); way++) {
            var all = figures.get(way);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f | %.2f %% |%n",
                    ways.get(way).name(),
                    median(all.stream().mapToDouble(Figure::cpuNanos).toArray()),
                    median(all.stream().mapToDouble(Figure::allocatedBytes).toArray()),
                    100 * median(all.stream().mapToDouble(Figure::lostPart).toArray()));
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static Figure measure(Way way, long millis) throws Exception {
        var options = DriverOptions.DEFAULT.withOffloads(way.segmentation(), way.segmentation());
        try (var sink = new Driver("sink", Sockets.best(), DriverOptions.DEFAULT.withOffloads(true, false));
                var source = new Driver("source", Sockets.best(), DriverOptions.DEFAULT);
                var middle = new Driver("middle", way.kind(), options)) {
            var subscribers = new ArrayList<TransportAddress>();
            for (int i = 0; i < way.subscribers(); i++) {
                subscribers.add(sink.localAddress(sink.bindUdp(LOOPBACK)));
            }
            int local = middle.bindUdp(LOOPBACK);
            int from = source.bindUdp(LOOPBACK);
            sink.start(new Quiet());
            middle.start(way.subscribers() == 0 ? new Quiet() : new FanOut(way, subscribers));
            var feed = new Feed(way, from, middle.localAddress(local));
            source.start(feed);
            // 25 000 packets a second out, or in.
            long pauseNanos = 40_000L * way.burst() * Math.max(1, way.subscribers());
            run(source, feed, pauseNanos, millis / 4);
            var before = Usage.of(middle, sink);
            run(source, feed, pauseNanos, millis);
            var after = Usage.of(middle, sink);
            double packets = way.subscribers() == 0 ? after.in - before.in : after.out - before.out;
            double lost = way.subscribers() == 0 ? 0 : 1 - (after.arrived - before.arrived) / packets;
            return new Figure(
                    (after.cpuNanos - before.cpuNanos) / packets,
                    (after.allocatedBytes - before.allocatedBytes) / packets,
                    Math.max(0, lost));
        }
    }

    private static void run(Driver source, Feed feed, long pauseNanos, long millis) {
        long end = Driver.nanos() + millis * 1_000_000;
        while (Driver.nanos() < end) {
            if (!source.post(feed)) {
                throw new IllegalStateException("the source is late");
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private record Usage(long cpuNanos, long allocatedBytes, long in, long out, long arrived) {
        static Usage of(Driver middle, Driver sink) throws Exception {
            var usage = new CompletableFuture<Usage>();
            if (!middle.post(now -> usage.complete(new Usage(
                    THREADS.getCurrentThreadCpuTime(),
                    THREADS.getCurrentThreadAllocatedBytes(),
                    middle.get(Counter.PACKETS_IN),
                    middle.get(Counter.PACKETS_OUT),
                    sink.get(Counter.PACKETS_IN))))) {
                throw new IOException("closed");
            }
            return usage.get();
        }
    }

    /** Takes packets and does nothing. */
    private static class Quiet implements DatagramHandler {
        @Override
        public void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet) {}

        @Override
        public long nextTimeout() {
            return NEVER;
        }

        @Override
        public void handleTimeout(long nowNanos) {}

        @Override
        public void pollTransmit(long nowNanos, SendBatch out) {}

        @Override
        public void handleFault(Throwable fault) {
            fault.printStackTrace();
        }
    }

    /** Sends a burst for each task. */
    private static final class Feed extends Quiet implements Task {
        private final Way way;
        private final int local;
        private final TransportAddress to;
        private int due;

        Feed(Way way, int local, TransportAddress to) {
            this.way = way;
            this.local = local;
            this.to = to;
        }

        @Override
        public void run(long nowNanos) {
            due++;
        }

        @Override
        public void pollTransmit(long nowNanos, SendBatch out) {
            for (; due > 0; due--) {
                out.begin(local, to);
                for (int i = 0; i < way.burst(); i++) {
                    out.append(way.packetBytes());
                }
                out.end();
            }
        }
    }

    /** Collects a burst of packets, then sends it to each subscriber. */
    private static final class FanOut extends Quiet {
        private final int burst;
        private final int packetBytes;
        private final List<TransportAddress> subscribers;
        private final Datagram[] packets;
        private final List<SrtpSender> senders = new ArrayList<>();
        private int count;
        private int local;
        private int sequenceNumber;

        FanOut(Way way, List<TransportAddress> subscribers) {
            this.burst = way.burst();
            this.packetBytes = way.packetBytes();
            this.subscribers = subscribers;
            this.packets = new Datagram[burst];
            Arrays.setAll(packets, i -> Datagram.allocate(packetBytes));
            for (int i = 0; way.isProtected() && i < subscribers.size(); i++) {
                var profile = ProtectionProfile.AEAD_AES_128_GCM;
                var key = new byte[profile.keyLength()];
                Arrays.fill(key, (byte) i);
                senders.add(new SrtpSender(profile, key, new byte[profile.saltLength()], SrtpCrypto.libcryptoOrJdk()));
            }
        }

        @Override
        public void handle(long nowNanos, int socket, RemoteAddress remote, Datagram packet) {
            local = socket;
            if (count < burst) {
                packets[count++].set(packet);
            }
        }

        @Override
        public void pollTransmit(long nowNanos, SendBatch out) {
            if (count < burst) {
                return;
            }
            count = 0;
            for (int i = 0; i < subscribers.size(); i++) {
                var area = out.begin(local, subscribers.get(i));
                for (int j = 0; j < burst; j++) {
                    out.append(write(area, out.position(), packets[j], j, senders.isEmpty() ? null : senders.get(i)));
                }
                out.end();
            }
            sequenceNumber += burst;
        }

        /** As long as it came in every case. */
        private int write(Datagram area, int at, Datagram packet, int place, @Nullable SrtpSender sender) {
            if (sender == null) {
                area.put(at, packet, 0, packetBytes);
                return packetBytes;
            }
            area.put8(at, 0x80);
            area.put8(at + 1, 96);
            area.put16(at + 2, sequenceNumber + place);
            area.put32(at + 4, sequenceNumber);
            area.put32(at + 8, 1);
            int payload = packetBytes - RTP_HEADER_BYTES - sender.profile().rtpOverhead();
            return sender.protectRtp(area, at, RTP_HEADER_BYTES, packet, RTP_HEADER_BYTES, payload);
        }
    }
}
