package dev.stoa.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsRole;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole handshakes, client and server in this process: both sides' work is counted. They wait for each other and for threads,
 * so what counts is the process's CPU time, its collector and compiler included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 4)
@Measurement(iterations = 1, time = 1500, timeUnit = TimeUnit.MILLISECONDS)
public class DtlsBench {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore activity = new Semaphore(0);
    private final DtlsCertificate certificate =
            DtlsCertificate.generate(new SecureRandom(), Instant.parse("2026-11-01T00:00:00Z"), Duration.ofDays(3650));

    /** What {@code stack.mjs} divides. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        public long cpuNanos;
        public long handshakes;
    }

    @TearDown
    public void end() {
        threads.shutdownNow();
    }

    @Benchmark
    public void handshake(Counters counters) throws InterruptedException {
        long before = SYSTEM.getProcessCpuTime();
        var client = engine(DtlsRole.CLIENT);
        var server = engine(DtlsRole.SERVER);
        client.start(System.nanoTime());
        server.start(System.nanoTime());
        while (!client.isConnected() || !server.isConnected()) {
            if (!pass(client, server) && !pass(server, client)) {
                activity.tryAcquire(1, TimeUnit.MILLISECONDS);
            }
        }
        client.close();
        server.close();
        counters.cpuNanos += SYSTEM.getProcessCpuTime() - before;
        counters.handshakes++;
    }

    private DtlsEngine engine(DtlsRole role) {
        return new DtlsEngine(
                role,
                certificate,
                List.of(certificate.fingerprint("sha-256")),
                DtlsEngine.SRTP_PROFILES,
                threads,
                activity::release);
    }

    private static boolean pass(DtlsEngine from, DtlsEngine to) {
        boolean any = false;
        for (var bytes = from.pollTransmit(); bytes != null; bytes = from.pollTransmit()) {
            to.handle(System.nanoTime(), bytes);
            any = true;
        }
        return any;
    }
}
