package dev.stoa.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketCacheTest {
    private final PacketCache cache = new PacketCache(8, 100);

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void handsTheSameSlotOutAgainWhenNothingWasAdded() {
        assertSame(cache.nextSlot(), cache.nextSlot());
    }

    @Test
    void findsAPacketByItsNumber() {
        var slot = cache.nextSlot();
        long index = cache.add(70_000);
        assertEquals(index, cache.indexOf(70_000));
        assertSame(slot, cache.get(index));
        assertEquals(-1, cache.indexOf(70_000 + 8));
    }

    @Test
    void keepsOneLessThanItHasSlots() {
        for (int i = 0; i < 8; i++) {
            cache.add(i);
        }
        assertEquals(-1, cache.indexOf(0));
        assertNotNull(cache.get(cache.indexOf(1)));
    }

    @Test
    void isSilentAboutAStaleIndex() {
        long index = cache.add(5);
        for (int i = 6; i < 30; i++) {
            cache.add(i);
        }
        assertNull(cache.get(index));
        assertNull(cache.get(-1));
        assertNull(cache.get(1000));
        assertEquals(-1, cache.indexOf(5));
    }

    @Test
    void keepsWhatCameOutOfOrder() {
        cache.add(10);
        cache.add(12);
        cache.add(11);
        assertEquals(2, cache.indexOf(11));
        assertEquals(1, cache.indexOf(12));
    }

    @Test
    void freesItsMemory() {
        var other = new PacketCache(4, 100);
        var slot = other.nextSlot();
        slot.put8(0, 1);
        other.close();
        assertThrows(IllegalStateException.class, () -> slot.put8(0, 1));
    }
}
