package dev.stoa.bench;

import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.wire.Datagram;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a forwarder does with a header: reads it with its extensions, and writes the receiver's own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 1, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class RtpBench {
    /** abs-send-time 2, transport-cc 3, mid 4, video orientation 5: what Chromium sends with a picture. */
    private static final String PACKET =
            "90e0 0001 00000002 00000003 bede0003 22aabbcc 310001 4031 5000 0000".replace(" ", "");

    private static final int MAX_LENGTH = 1200;

    private final RtpPacket packet = new RtpPacket();
    private final RtpHeaderWriter writer = new RtpHeaderWriter();
    private final Datagram received = Datagram.allocate(MAX_LENGTH);
    private final Datagram target = Datagram.allocate(MAX_LENGTH);
    private int sequenceNumber;

    @Setup
    public void prepare() {
        received.set(HexFormat.of().parseHex(PACKET));
        received.setLength(MAX_LENGTH);
    }

    @Benchmark
    public int parseAndRewrite() {
        received.put16(2, ++sequenceNumber);
        if (packet.wrap(received) != null) {
            throw new IllegalStateException("it is a packet");
        }
        writer.begin(
                target,
                0,
                packet.marker(),
                101,
                packet.sequenceNumber() + 1000,
                packet.timestamp() + 90_000,
                0xABCD_EF01L);
        writer.copyExtension(1, packet, 2);
        writer.copyExtension(7, packet, 5);
        target.put16(writer.extension(3, 2), sequenceNumber);
        return writer.end();
    }
}
