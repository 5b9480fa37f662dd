package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kernel cuts a burst into packets of one size: those of a picture, which are of almost one, are made so. */
class PaddingTest {
    /** Protection by AES-GCM on top. */
    private static final int TAG_BYTES = 16;

    private final LoopbackNode node;
    private final SocketPeer publisher;
    private final SocketPeer receiver;
    private int sequenceNumber = 1;

    PaddingTest() throws Exception {
        node = new LoopbackNode();
        publisher = connect("publisher");
        receiver = connect("receiver");
    }

    private SocketPeer connect(String participant) throws Exception {
        var peer = node.peer();
        var answer = node.answer(participant);
        peer.validate(answer);
        peer.connect(answer);
        return peer;
    }

    @AfterEach
    void close() {
        publisher.close();
        receiver.close();
        node.close();
    }

    @Test
    void packetsOfAlmostOneSizeLeaveInOne() throws Exception {
        int first = forward(1000);
        assertEquals(0, (first - TAG_BYTES) % 16);
        assertEquals(first, forward(1001));
        assertEquals(first, forward(999));
    }

    @Test
    void aPaddedPacketSaysSo() throws Exception {
        assertEquals(0x20, forwarded(1000)[0] & 0x20);
    }

    @Test
    void smallPacketsAndThoseThatFillThePathStayAsTheyAre() throws Exception {
        assertEquals(1, forward(301) - forward(300));
        assertEquals(1, forward(1210) - forward(1209));
    }

    private int forward(int payloadBytes) throws IOException {
        return forwarded(payloadBytes).length;
    }

    /** A key frame of one packet, as it arrives. */
    private byte[] forwarded(int payloadBytes) throws IOException {
        var payload = Arrays.copyOf(TestPackets.VP8_KEY_FRAME, payloadBytes);
        var packet = TestPackets.rtp(0x80, 0x80 | 96, sequenceNumber++, TestPackets.CAMERA_SSRC, payload);
        publisher.send(publisher.protectedRtp(packet));
        var arrived = receiver.receive();
        while (isRtcp(arrived)) {
            arrived = receiver.receive();
        }
        assertTrue(arrived.length > payloadBytes, "a packet with header and tag");
        return arrived;
    }

    /** RFC 5761, 4. */
    private static boolean isRtcp(byte[] packet) {
        int type = packet[1] & 0x7F;
        return type >= 64 && type <= 95;
    }
}
