package dev.stoa.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.TransportAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @Test
    void networksRangesAndAddressesAreRead() {
        assertTrue(contains("10.0.0.0/8", "10.255.255.255"));
        assertFalse(contains("10.0.0.0/8", "11.0.0.0"));
        assertTrue(contains("10.1.2.3/8", "10.9.9.9"));
        assertTrue(contains("0.0.0.0/0", "255.255.255.255"));
        assertFalse(contains("0.0.0.0/0", "2a0e::1"));
        assertTrue(contains("::/0", "ffff::1"));
        assertTrue(contains("2001:db8::/32", "2001:db8:ffff::1"));
        assertFalse(contains("2001:db8::/32", "2001:db9::"));
        assertTrue(contains("10.0.0.1 - 10.0.0.3", "10.0.0.3"));
        assertFalse(contains("10.0.0.1-10.0.0.3", "10.0.0.4"));
        assertTrue(contains("10.0.0.1", "10.0.0.1"));
        assertFalse(contains("10.0.0.1", "10.0.0.2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ten",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "10.0.0.3-10.0.0.1",
                "10.0.0.1-::1",
                "::/129"
            })
    void whatIsNoneIsRefused(String text) {
        assertEquals(Optional.empty(), AddressRange.parse(text));
    }

    @Test
    void whatItWritesItReads() {
        for (var text : new String[] {"10.0.0.0/8", "2001:db8::/32", "10.0.0.1"}) {
            var range = AddressRange.of(text);
            assertEquals(range, AddressRange.of(range.toString()));
        }
    }

    private static boolean contains(String range, String address) {
        var peer = TransportAddress.of(address, 0);
        return AddressRange.of(range).contains(peer.high(), peer.low());
    }
}
