package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RtxTest {
    private static final String ORIGINAL = "90e0ffff" + "00000002" + "00000003" + "bede0001" + "10aa0000" + "010203";

    private final RtpPacket packet = new RtpPacket();
    private final Datagram place = Datagram.allocate(100);

    @Test
    void theOriginalSequenceNumberStandsBeforeThePayload() {
        assertNull(packet.wrap(datagram(ORIGINAL)));
        Rtx.wrap(packet, place, 97, 5, 0xFFFF_FFF0L);
        assertEquals(
                "90e10005" + "00000002" + "fffffff0" + "bede0001" + "10aa0000" + "ffff010203",
                HexFormat.of().formatHex(place.toArray()));
    }

    @Test
    void whatIsWrappedIsUnwrappedInItsOwnPlace() {
        var original = datagram(ORIGINAL);
        assertNull(packet.wrap(original));
        Rtx.wrap(packet, place, 97, 5, 99);
        assertNull(packet.wrap(place));
        assertEquals(0xFFFF, Rtx.originalSequenceNumber(packet));
        assertNull(Rtx.unwrap(packet, place, 96, 3));
        assertArrayEquals(original.toArray(), place.toArray());
    }

    @Test
    void paddingIsTakenOff() {
        assertNull(packet.wrap(datagram("a0610005" + "00000002" + "00000063" + "1234" + "aa" + "000003")));
        assertNull(Rtx.unwrap(packet, place, 96, 3));
        assertEquals("80601234" + "00000002" + "00000003" + "aa", HexFormat.of().formatHex(place.toArray()));
        assertNull(packet.wrap(datagram("a0600005" + "00000002" + "00000063" + "bb" + "000003")));
        Rtx.wrap(packet, place, 97, 7, 9);
        assertEquals(
                "80610007" + "00000002" + "00000009" + "0005bb", HexFormat.of().formatHex(place.toArray()));
    }

    @Test
    void aProbeOfPaddingAloneIsNoRetransmission() {
        assertNull(packet.wrap(datagram("a0610005" + "00000002" + "00000063" + "000003")));
        assertEquals(Malformation.TRUNCATED, Rtx.unwrap(packet, place, 96, 3));
        assertNull(packet.wrap(datagram("80610005" + "00000002" + "00000063" + "12")));
        assertEquals(Malformation.TRUNCATED, Rtx.unwrap(packet, place, 96, 3));
    }

    @Test
    void anOriginalIsNotOverwritten() {
        var original = datagram(ORIGINAL);
        assertNull(packet.wrap(original));
        assertThrows(IllegalArgumentException.class, () -> Rtx.wrap(packet, original, 97, 5, 99));
    }

    private static Datagram datagram(String hex) {
        return Datagram.copyOf(HexFormat.of().parseHex(hex));
    }
}
