package dev.stoa.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.TransportAddress;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    @Test
    void listsLoopbackOnlyWhenAskedAndLast() throws Exception {
        var loopback = TransportAddress.of("127.0.0.1", 0);
        var without = LocalAddresses.list();
        var with = LocalAddresses.listWithLoopback();
        assertFalse(without.contains(loopback));
        assertTrue(with.contains(loopback));
        assertEquals(without, with.subList(0, without.size()));
    }

    @Test
    void leavesOutWhatNoPeerCouldUse() {
        for (var address : new String[] {"fe80::1", "169.254.1.1", "0.0.0.0", "::", "224.0.0.1", "ff02::1"}) {
            assertFalse(LocalAddresses.isUsable(InetAddress.ofLiteral(address)), address);
        }
        for (var address : new String[] {"192.168.1.2", "8.8.8.8", "fd00::1", "2001:db8::1"}) {
            assertTrue(LocalAddresses.isUsable(InetAddress.ofLiteral(address)), address);
        }
    }
}
