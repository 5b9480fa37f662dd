package dev.stoa.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import dev.stoa.wire.TransportAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Send and Data indications, ChannelData and what else TURN adds: against the general reader and writer. */
class TurnMessagesTest {
    private static final TransactionId ID = new TransactionId(0x0102030405060708L, 0x090a0b0c);
    private static final List<TransportAddress> PEERS =
            List.of(TransportAddress.of("192.0.2.1", 32853), TransportAddress.of("2001:db8::7", 5));

    private final SendIndication send = new SendIndication();

    private static Datagram sendTo(TransportAddress peer, byte[] data) {
        var datagram = Datagram.allocate(2048);
        new StunWriter(datagram, StunClass.INDICATION, StunMethod.SEND, ID)
                .xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer)
                .flag(StunAttribute.DONT_FRAGMENT)
                .bytes(StunAttribute.DATA, data);
        return datagram;
    }

    @Test
    void aSendIndicationIsReadAsItWasWritten() {
        for (var peer : PEERS) {
            var datagram = sendTo(peer, new byte[] {1, 2, 3, 4, 5});
            assertTrue(SendIndication.looksLikeSend(datagram));
            assertNull(send.parse(datagram));
            assertEquals(peer, new TransportAddress(send.high(), send.low(), send.port()));
            assertArrayEquals(new byte[] {1, 2, 3, 4, 5}, datagram.toArray(send.dataAt(), send.dataLength()));
            assertTrue(send.dontFragment());
        }
    }

    @Test
    void aSendIndicationThatIsCutOrLacksSomethingIsRefused() {
        var whole = sendTo(PEERS.getFirst(), new byte[8]);
        whole.setLength(whole.length() - 4);
        assertEquals(Malformation.BAD_LENGTH, send.parse(whole));
        whole.put16(2, whole.length() - StunMessage.HEADER_LENGTH);
        assertEquals(Malformation.TRUNCATED, send.parse(whole));
        var without = Datagram.allocate(100);
        new StunWriter(without, StunClass.INDICATION, StunMethod.SEND, ID).bytes(StunAttribute.DATA, new byte[4]);
        assertEquals(Malformation.BAD_VALUE, send.parse(without));
        new StunWriter(without, StunClass.INDICATION, StunMethod.SEND, ID).u32(0x7ABC, 1);
        assertEquals(Malformation.UNKNOWN_TYPE, send.parse(without));
    }

    @Test
    void whateverComesAsASendIndicationIsReadOrRefused() {
        var random = new Random(8656);
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            var datagram = sendTo(PEERS.get(i % 2), new byte[random.nextInt(20)]);
            for (int change = random.nextInt(3); change > 0; change--) {
                datagram.put8(20 + random.nextInt(datagram.length() - 20), random.nextInt(256));
            }
            if (send.parse(datagram) == null) {
                read++;
                assertTrue(send.dataAt() + send.dataLength() <= datagram.length());
            }
        }
        assertTrue(read > 5_000, "the fuzz reaches the end: " + read);
    }

    @Test
    void aDataIndicationIsOneForTheGeneralReader() {
        for (var peer : PEERS) {
            var data = new byte[] {1, 2, 3, 4, 5};
            int length = DataIndication.length(peer.isIpv4(), data.length);
            var datagram = Datagram.allocate(200);
            datagram.setLength(length);
            DataIndication.write(datagram, 0, ID.high(), ID.low(), peer.high(), peer.low(), peer.port(), data.length);
            datagram.put(DataIndication.headerLength(peer.isIpv4()), data, 0, data.length);
            var message = assertInstanceOf(StunMessage.class, StunMessage.parse(datagram));
            assertTrue(message.is(StunClass.INDICATION, StunMethod.DATA));
            assertEquals(ID, message.transactionId());
            assertEquals(peer, message.xorAddress(StunAttribute.XOR_PEER_ADDRESS));
            assertArrayEquals(data, message.bytes(StunAttribute.DATA));
        }
    }

    @Test
    void channelDataSaysItsChannelAndLength() {
        var datagram = Datagram.allocate(12);
        datagram.setLength(12);
        ChannelData.writeHeader(datagram, 0, 0x4001, 5);
        assertTrue(ChannelData.looksLikeChannelData(datagram));
        assertEquals(0x4001, ChannelData.channel(datagram));
        assertEquals(5, ChannelData.length(datagram));
        ChannelData.writeHeader(datagram, 0, 0x4001, 9);
        assertEquals(-1, ChannelData.length(datagram));
        assertFalse(ChannelData.looksLikeChannelData(Datagram.copyOf(new byte[] {0x40, 0, 0})));
        assertFalse(ChannelData.looksLikeChannelData(Datagram.copyOf(new byte[] {1, 0, 0, 0})));
    }

    @Test
    void allAddressesOfATypeAreRead() {
        var datagram = Datagram.allocate(200);
        var writer = new StunWriter(datagram, StunClass.REQUEST, StunMethod.CREATE_PERMISSION, ID);
        PEERS.forEach(peer -> writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer));
        var message = assertInstanceOf(StunMessage.class, StunMessage.parse(datagram));
        assertEquals(PEERS, message.xorAddresses(StunAttribute.XOR_PEER_ADDRESS));
        assertEquals(List.of(), message.xorAddresses(StunAttribute.XOR_RELAYED_ADDRESS));
    }
}
