package dev.stoa.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SerialNumberTest {
    @Test
    void aNumberAfterTheWrapIsNewer() {
        assertTrue(SerialNumber.isNewer16(0, 65535));
        assertFalse(SerialNumber.isNewer16(65535, 0));
        assertFalse(SerialNumber.isNewer16(7, 7));
        assertTrue(SerialNumber.isNewer32(5, 0xFFFF_FFF0));
        assertEquals(-3, SerialNumber.difference16(65534, 1));
    }

    @Test
    void halfACircleApartNeitherIsNewer() {
        assertFalse(SerialNumber.isNewer16(0x8000, 0));
        assertFalse(SerialNumber.isNewer16(0, 0x8000));
    }

    @Test
    void extendsToTheNearestOccurrence() {
        assertEquals(65536, SerialNumber.extend16(65535, 0));
        assertEquals(65535, SerialNumber.extend16(65536, 65535));
        assertEquals(3L << 16 | 10, SerialNumber.extend16((3L << 16) + 5, 10));
        assertEquals(-1, SerialNumber.extend16(0, 65535));
        assertEquals(1L << 32, SerialNumber.extend32((1L << 32) - 1, 0));
    }
}
