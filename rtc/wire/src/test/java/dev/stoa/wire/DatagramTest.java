package dev.stoa.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class DatagramTest {
    private static final byte[] BYTES = {(byte) 0x80, 1, (byte) 0xFF, 3, (byte) 0xFE, 5, 6, 7, 8};

    @Test
    void readsUnsignedNumbersInNetworkOrderAtAnyOffset() {
        var datagram = Datagram.copyOf(BYTES);
        assertEquals(0x80, datagram.u8(0));
        assertEquals(0x01FF, datagram.u16(1));
        assertEquals(0xFF03FE, datagram.u24(2));
        assertEquals(0x01FF03FEL, datagram.u32(1));
        assertEquals(0xFF03FE05L, datagram.u32(2));
        assertEquals(0x01FF03FE05060708L, datagram.i64(1));
    }

    @Test
    void writesWhatItReads() {
        var datagram = Datagram.allocate(32);
        datagram.setLength(32);
        datagram.put8(0, 0xAB);
        datagram.put16(1, 0xCDEF);
        datagram.put24(3, 0x123456);
        datagram.put32(6, 0x789ABCDE);
        datagram.put64(10, 0x0123456789ABCDEFL);
        assertEquals(0xAB, datagram.u8(0));
        assertEquals(0xCDEF, datagram.u16(1));
        assertEquals(0x123456, datagram.u24(3));
        assertEquals(0x789ABCDE, datagram.i32(6));
        assertEquals(0x0123456789ABCDEFL, datagram.i64(10));
    }

    @Test
    void refusesToReadPastItsLengthThoughThereIsMemory() {
        var datagram = Datagram.allocate(100);
        datagram.set(BYTES);
        assertThrows(IndexOutOfBoundsException.class, () -> datagram.u8(9));
        assertThrows(IndexOutOfBoundsException.class, () -> datagram.u16(8));
        assertThrows(IndexOutOfBoundsException.class, () -> datagram.u32(6));
        assertThrows(IndexOutOfBoundsException.class, () -> datagram.toArray(5, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> datagram.setLength(101));
    }

    @Test
    void slotsOfASlabDoNotTouch() {
        try (var arena = Arena.ofConfined()) {
            var slots = Datagram.slots(arena, 3, 100);
            for (var slot : slots) {
                slot.setLength(100);
                slot.fill(0, 100, 0x55);
            }
            slots[1].fill(0, 100, 0xAA);
            assertEquals(128, slots[1].address() - slots[0].address());
            assertEquals(0x55, slots[0].u8(99));
            assertEquals(0x55, slots[2].u8(0));
            assertThrows(IndexOutOfBoundsException.class, () -> slots[1].put8(100, 1));
        }
    }

    @Test
    void copiesWithinItselfWhenThePlacesOverlap() {
        var datagram = Datagram.copyOf(new byte[] {1, 2, 3, 4, 5});
        datagram.put(1, datagram, 0, 4);
        assertArrayEquals(new byte[] {1, 1, 2, 3, 4}, datagram.toArray());
    }
}
