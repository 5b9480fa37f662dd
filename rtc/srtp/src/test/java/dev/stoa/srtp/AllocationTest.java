package dev.stoa.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.wire.Datagram;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Protecting and unprotecting with libcrypto leaves nothing to the collector: at most one byte per packet. */
@EnabledIf("hasLibcrypto")
class AllocationTest {
    private static final int PACKETS = 100_000;

    private final Datagram payload = TestPackets.rtp(1, 0, 1000);
    private final Datagram wire = TestPackets.empty();
    private final Datagram plain = TestPackets.empty();

    static boolean hasLibcrypto() {
        return SrtpCrypto.libcrypto() != null;
    }

    @ParameterizedTest
    @EnumSource
    void leavesNoGarbagePerPacket(ProtectionProfile profile) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var crypto = SrtpCrypto.libcryptoOrJdk();
        try (var sender = TestPackets.sender(profile, crypto);
                var receiver = TestPackets.receiver(profile, crypto)) {
            forward(sender, receiver, 0, PACKETS / 4);
            long before = threads.getCurrentThreadAllocatedBytes();
            forward(sender, receiver, PACKETS / 4, PACKETS);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(bytes <= PACKETS, bytes + " bytes for " + PACKETS + " packets");
        }
    }

    /** Sixteen packets of RTP, then one of RTCP. */
    private void forward(SrtpSender sender, SrtpReceiver receiver, int from, int count) {
        for (int i = from; i < from + count; i++) {
            boolean done;
            if (i % 17 == 16) {
                sender.protectRtcp(payload, wire);
                done = receiver.unprotectRtcp(wire, plain) == null;
            } else {
                wire.put16(0, 0x8060);
                wire.put16(2, i & 0xFFFF);
                wire.put32(8, i & 3);
                wire.setLength(sender.protectRtp(wire, 0, 12, payload, 12, 1000));
                done = receiver.unprotectRtp(wire, plain) == null;
            }
            if (!done) {
                assertEquals("accepted", "refused", "packet " + i);
            }
        }
    }
}
