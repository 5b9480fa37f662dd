package dev.stoa.turn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMethod;
import dev.stoa.wire.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamTest {
    private static final int STREAM = -7;
    private static final int CHANNEL = 0x4001;
    private static final TransportAddress PEER = TransportAddress.of("11.9.9.9", 5000);
    private static final TransportAddress REMOTE = TransportAddress.of("11.1.1.1", 4000);

    private final TurnNet net = new TurnNet();
    private final TurnClient client = new TurnClient(net, "11.1.1.1", 4000);

    private TransportAddress relayed() {
        net.server.openStream(STREAM, TurnNet.SERVER, REMOTE);
        net.server.handleStream(net.now, STREAM, TurnClient.unsigned(StunMethod.ALLOCATE, TurnClient.transport()));
        client.nonce =
                String.valueOf(TurnNet.message(net.drain().getFirst().bytes()).text(StunAttribute.NONCE));
        net.server.handleStream(net.now, STREAM, client.signed(StunMethod.ALLOCATE, TurnClient.transport()));
        var answer = TurnNet.message(net.drain().getFirst().bytes());
        net.server.handleStream(
                net.now,
                STREAM,
                client.signed(
                        StunMethod.CHANNEL_BIND,
                        writer -> writer.u32(StunAttribute.CHANNEL_NUMBER, CHANNEL << 16)
                                .xorAddress(StunAttribute.XOR_PEER_ADDRESS, PEER)));
        net.drain();
        return Objects.requireNonNull(answer.xorAddress(StunAttribute.XOR_RELAYED_ADDRESS));
    }

    /** A ChannelData message with its padding (RFC 8656, 12.5). */
    private static byte[] padded(byte[] data) {
        var message = TurnClient.channelData(CHANNEL, data);
        return Arrays.copyOf(message, (message.length + 3) & ~3);
    }

    @Test
    void messagesAreFoundHoweverTheBytesAreCut() {
        relayed();
        var random = new Random(5);
        var all = new ByteArrayOutputStream();
        for (int length = 1; length <= 300; length++) {
            all.writeBytes(
                    length % 2 == 0 ? padded(new byte[length]) : TurnClient.sendIndication(PEER, new byte[length]));
        }
        var bytes = all.toByteArray();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(700));
            assertTrue(net.server.handleStream(net.now, STREAM, Arrays.copyOfRange(bytes, at, end)));
            at = end;
        }
        var relayed = net.drain();
        assertEquals(300, relayed.size());
        // By destination and, in each, in their order: what came by the channel, and what came by indications.
        int sum = relayed.stream().mapToInt(packet -> packet.bytes().length).sum();
        assertEquals(300 * 301 / 2, sum);
    }

    @Test
    void whatGoesToTheClientIsPadded() {
        var relayed = relayed();
        var packet = net.fromPeer(PEER, relayed, new byte[] {1, 2, 3, 4, 5}).getFirst();
        assertEquals(STREAM, packet.local());
        assertArrayEquals(padded(new byte[] {1, 2, 3, 4, 5}), packet.bytes());
    }

    @Test
    void theEndOfTheConnectionEndsTheAllocation() {
        relayed();
        assertEquals(1, net.open.size());
        net.server.closeStream(STREAM);
        assertTrue(net.open.isEmpty());
        assertFalse(net.server.handleStream(net.now, STREAM, new byte[1]));
    }

    @Test
    void whatIsNoTurnEndsTheConnection() {
        net.server.openStream(STREAM, TurnNet.SERVER, REMOTE);
        // The begin of a TLS handshake.
        assertFalse(net.server.handleStream(net.now, STREAM, new byte[] {0x16, 3, 1, 2, 0, 1}));
        assertEquals(1, net.count(TurnCounters.Kind.STREAMS_REFUSED));
    }

    @Test
    void aTooLongMessageEndsTheConnection() {
        net.server.openStream(STREAM, TurnNet.SERVER, REMOTE);
        assertFalse(net.server.handleStream(net.now, STREAM, new byte[] {0, 1, -1, -4}));
        net.server.openStream(STREAM - 1, TurnNet.SERVER, REMOTE);
        assertTrue(net.server.handleStream(net.now, STREAM - 1, new byte[] {0, 1, 0x10, 0}));
    }
}
