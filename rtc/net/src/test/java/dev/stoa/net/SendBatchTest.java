package dev.stoa.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendBatchTest {
    private static final TransportAddress REMOTE = TransportAddress.of("192.0.2.1", 9);

    private final Arena arena = Arena.ofConfined();
    private final List<Integer> flushed = new ArrayList<>();
    private final SendBatch batch = new SendBatch(arena, this::flush);

    private void flush() {
        flushed.add(batch.bursts());
        batch.clear();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void packetsStandOneBehindTheOther() {
        var area = batch.begin(3, REMOTE);
        assertEquals(0, batch.position());
        area.put8(batch.position(), 1);
        batch.append(10);
        assertEquals(10, batch.position());
        area.put8(batch.position(), 2);
        batch.append(5);
        batch.end();
        assertEquals(1, batch.bursts());
        assertEquals(2, batch.packets(0));
        assertEquals(5, batch.length(0, 1));
        assertEquals(2, batch.area(0).u8(10));
    }

    @Test
    void sendsFromTheCallersMemoryAndThenFromItsOwnAgain() {
        var area = Datagram.copyOf(new byte[] {1, 2, 3});
        var remote = new RemoteAddress();
        remote.set(REMOTE);
        batch.begin(3, remote, area);
        batch.append(2);
        batch.append(1);
        batch.end();
        assertSame(area, batch.area(0));
        assertEquals(2, batch.packets(0));
        batch.clear();
        assertNotSame(area, batch.begin(3, REMOTE));
        batch.append(1);
        batch.end();
        assertNotSame(area, batch.area(0));
    }

    @Test
    void aBurstWithoutAPacketIsForgotten() {
        batch.begin(3, REMOTE);
        batch.end();
        assertEquals(0, batch.bursts());
    }

    @Test
    void sendsWhatItHasWhenItIsFull() {
        for (int i = 0; i < 2 * SendBatch.AREAS + 1; i++) {
            batch.send(1, REMOTE, new byte[] {1});
        }
        assertEquals(List.of(SendBatch.AREAS, SendBatch.AREAS), flushed);
        assertEquals(1, batch.bursts());
    }

    @Test
    void saysWhetherAPacketFits() {
        batch.begin(1, REMOTE);
        assertTrue(batch.hasRoom(1 << 16));
        batch.append(65_000);
        assertTrue(batch.hasRoom(536));
        assertFalse(batch.hasRoom(537));
        assertThrows(IllegalArgumentException.class, () -> batch.append(537));
        batch.end();
        batch.begin(1, REMOTE);
        for (int i = 0; i < SendBatch.PACKETS_PER_AREA; i++) {
            assertTrue(batch.hasRoom(1));
            batch.append(1);
        }
        assertFalse(batch.hasRoom(1));
        batch.end();
    }

    @Test
    void refusesMisuse() {
        assertThrows(IllegalStateException.class, batch::end);
        assertThrows(IllegalStateException.class, () -> batch.append(1));
        batch.begin(1, REMOTE);
        assertThrows(IllegalStateException.class, () -> batch.begin(1, REMOTE));
        assertThrows(IllegalArgumentException.class, () -> batch.append(0));
    }
}
