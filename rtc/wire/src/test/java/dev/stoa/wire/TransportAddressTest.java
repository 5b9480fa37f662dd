package dev.stoa.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class TransportAddressTest {
    @Test
    void anIpv4AddressEqualsItsMappedForm() {
        var plain = TransportAddress.of("192.0.2.1", 3478);
        var mapped = TransportAddress.of(
                new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, (byte) 192, 0, 2, 1}, 3478);
        assertEquals(plain, mapped);
        assertTrue(mapped.isIpv4());
        assertEquals(0xC0000201, mapped.ipv4());
        assertEquals("192.0.2.1:3478", mapped.toString());
    }

    @Test
    void keepsAllBitsOfAnIpv6Address() {
        var address = TransportAddress.of("2001:db8:85a3::8a2e:370:7334", 443);
        assertFalse(address.isIpv4());
        assertEquals(address, TransportAddress.of(address.addressBytes(), 443));
        assertEquals(new InetSocketAddress("2001:db8:85a3::8a2e:370:7334", 443), address.socketAddress());
        assertEquals("[2001:db8:85a3:0:0:8a2e:370:7334]:443", address.toString());
        assertThrows(IllegalStateException.class, address::ipv4);
    }

    @Test
    void givesAnIpv4AddressInFourBytes() {
        assertArrayEquals(
                new byte[] {(byte) 192, 0, 2, (byte) 255},
                TransportAddress.of("192.0.2.255", 1).addressBytes());
    }

    @Test
    void refusesNamesAndPortsThatDoNotExist() {
        assertThrows(IllegalArgumentException.class, () -> TransportAddress.of("example.org", 1));
        assertThrows(IllegalArgumentException.class, () -> TransportAddress.of("192.0.2.1", 65536));
    }
}
