package dev.stoa.bench;

import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.srtp.SrtpCrypto;
import dev.stoa.srtp.SrtpReceiver;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Protecting and unprotecting packets of 1200 bytes, by both cipher sources. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 1, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class SrtpBench {
    private static final int PACKET_LENGTH = 1200;
    private static final int HEADER_LENGTH = 12;
    private static final int SLOT_LENGTH = 1280;

    /** A receiver takes each packet once; after so many there is a new one, which is most of a byte allocated a packet. */
    private static final int PACKETS = 32_768;

    @Param({"libcrypto", "jdk"})
    public String crypto = "";

    @Param({"AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"})
    public ProtectionProfile profile = ProtectionProfile.AEAD_AES_128_GCM;

    private final Datagram plain = Datagram.allocate(SLOT_LENGTH);
    private final Datagram wire = Datagram.allocate(SLOT_LENGTH);
    private final Datagram received = Datagram.allocate(PACKETS * SLOT_LENGTH);
    private SrtpCrypto source = SrtpCrypto.jdk();
    private SrtpSender sender = sender();
    private SrtpReceiver receiver = receiver();
    private int protectedLength;
    private int next;
    private int sequenceNumber;

    @Setup
    public void prepare() {
        var libcrypto = SrtpCrypto.libcrypto();
        if (crypto.equals("libcrypto") && libcrypto == null) {
            throw new IllegalStateException("there is no libcrypto here");
        }
        source = crypto.equals("libcrypto") && libcrypto != null ? libcrypto : SrtpCrypto.jdk();
        received.setLength(PACKETS * SLOT_LENGTH);
        plain.setLength(PACKET_LENGTH);
        plain.put16(0, 0x8060);
        plain.put32(8, 1);
        sender.close();
        receiver.close();
        sender = sender();
        receiver = receiver();
        try (var other = sender()) {
            for (int i = 0; i < PACKETS; i++) {
                plain.put16(2, i);
                received.put(i * SLOT_LENGTH, plain, 0, HEADER_LENGTH);
                protectedLength = other.protectRtp(
                        received, i * SLOT_LENGTH, HEADER_LENGTH, plain, HEADER_LENGTH, PACKET_LENGTH - HEADER_LENGTH);
            }
        }
    }

    @TearDown
    public void free() {
        sender.close();
        receiver.close();
    }

    private SrtpSender sender() {
        return new SrtpSender(profile, new byte[profile.keyLength()], new byte[profile.saltLength()], source);
    }

    private SrtpReceiver receiver() {
        return new SrtpReceiver(profile, new byte[profile.keyLength()], new byte[profile.saltLength()], source);
    }

    @Benchmark
    public int protect() {
        plain.put16(2, sequenceNumber++);
        return sender.protectRtp(plain, wire);
    }

    @Benchmark
    public int unprotect() {
        if (next == PACKETS) {
            receiver.close();
            receiver = receiver();
            next = 0;
        }
        if (receiver.unprotectRtp(received, SLOT_LENGTH * next++, protectedLength, wire) != null) {
            throw new IllegalStateException("what was protected is accepted");
        }
        return wire.length();
    }
}
