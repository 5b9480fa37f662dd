package dev.stoa.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final TurnCounters counters = new TurnCounters();
    private final Outbox box = new Outbox(counters);
    private final Path one = new Path(1, 0, 1, 1, false);
    private final Path two = new Path(2, 0, 2, 2, true);

    @Test
    void packetsLeaveByDestinationInTheirOrder() {
        for (int i = 0; i < 6; i++) {
            box.add(i % 2 == 0 ? one : two, Datagram.copyOf(new byte[] {9, (byte) i, 9}), 1, 1);
        }
        assertEquals(List.of("1:0", "1:2", "1:4", "2:1", "2:3", "2:5"), drain());
        assertTrue(box.isEmpty());
        box.add(two, Datagram.copyOf(new byte[] {7}), 0, 1);
        assertEquals(List.of("2:7"), drain());
    }

    @Test
    void whatDoesNotFitIsDroppedAndCountedAndThereIsRoomAgainAfterwards() {
        var large = Datagram.copyOf(new byte[60_000]);
        for (int i = 0; i < 1_000; i++) {
            box.add(one, large, 0, large.length());
        }
        long dropped = counters.get(TurnCounters.Kind.DROPPED_OVERFLOW);
        assertTrue(dropped > 0);
        assertEquals(1_000 - dropped, drain().size());
        box.add(one, large, 0, large.length());
        assertFalse(box.isEmpty());
    }

    private List<String> drain() {
        var packets = new ArrayList<String>();
        while (box.next()) {
            while (box.nextPacket() >= 0) {
                packets.add(box.local() + ":" + box.copy()[0]);
            }
        }
        return packets;
    }
}
