package dev.stoa.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.wire.Datagram;
import org.junit.jupiter.api.Test;

class StampTest {
    @Test
    void isFoundAtTheEndOfWhatCarriesIt() {
        var packet = Datagram.copyOf(new byte[100]);
        Stamp.write(packet, 90, 1234567890123L);
        assertEquals(1234567890123L, Stamp.read(packet, 90));
        assertEquals(-1, Stamp.read(packet, 91));
    }
}
