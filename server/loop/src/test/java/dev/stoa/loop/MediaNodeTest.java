package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sfu.ViewSize;
import dev.stoa.sfu.WantedLayers;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node on the loopback interface, and somebody with a socket. */
class MediaNodeTest {
    private LoopbackNode server;
    private SocketPeer peer;

    @BeforeEach
    void open() throws IOException {
        server = new LoopbackNode();
        peer = server.peer();
    }

    @AfterEach
    void close() {
        peer.close();
        server.close();
    }

    @Test
    void strangersAreCountedAndHearNothing() throws Exception {
        peer.send(new byte[] {5, 0, 0, 0});
        peer.send(SocketPeer.clientHello());
        peer.send(new byte[] {(byte) 0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1});
        peer.send(peer.check("nobody", "nobodyknowsthispassword0"));
        server.awaitCount(MediaCounters.Kind.UNKNOWN_PROTOCOL, 1);
        server.awaitCount(MediaCounters.Kind.UNVALIDATED, 2);
        server.awaitCount(MediaCounters.Kind.STUN_UNKNOWN, 1);
        peer.assertSilence();
    }

    @Test
    void aCheckWithTheWrongPasswordIsCountedAndNotAnswered() throws Exception {
        var answer = server.answer("Ada");
        peer.send(peer.check(SocketPeer.value(answer, "ice-ufrag"), "thisisnotthepasswordatall"));
        server.awaitCount(MediaCounters.Kind.STUN_UNAUTHENTICATED, 1);
        peer.assertSilence();
    }

    @Test
    void anAnswerNamesTheAddressThatIsListenedOn() throws Exception {
        assertTrue(server.answer("Ada").contains(" 127.0.0.1 " + server.port + " typ host"));
    }

    @Test
    void whatIsNoDescriptionIsRefusedWithItsTag() throws Exception {
        server.node.offer("room", "Ada", "v=1\r\nnonsense", Map.of(), 42);
        var refused = server.next(Outcome.Refused.class);
        assertEquals(42, refused.tag());
        assertFalse(refused.reason().isBlank());
    }

    @Test
    void aCameraThatNobodySeesIsToldSo() throws Exception {
        server.answer("Ada");
        server.node.setView("room", "Ada", Map.of("5", ViewSize.HIDDEN));
        var layers = server.next(Outcome.Layers.class);
        assertEquals("Ada", layers.participant());
        assertEquals(Map.of("1", new WantedLayers.Spatial(0)), layers.layers());
        // Somebody comes: at once there is a slot that shows it.
        server.answer("Bob");
        assertEquals(
                Map.of("1", new WantedLayers.Spatial(WantedLayers.Spatial.ALL)),
                server.next(Outcome.Layers.class).layers());
    }

    @Test
    void answersChecksByTcpToo() throws Exception {
        var answer = server.answer("Ada");
        assertTrue(answer.contains(" tcp "), answer);
        try (var connection = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port)) {
            connection.setSoTimeout(SocketPeer.PATIENCE_MILLIS);
            var request = peer.check(answer);
            var out = new DataOutputStream(connection.getOutputStream());
            // RFC 4571: two bytes of length before each packet.
            out.writeShort(request.length);
            out.write(request);
            var in = new DataInputStream(connection.getInputStream());
            var response = new byte[in.readUnsignedShort()];
            in.readFully(response);
            assertEquals(1, response[0], "a success response");
        }
    }

    @Test
    void whoLeavesIsNotAnsweredAnyMore() throws Exception {
        var answer = server.answer("Ada");
        server.node.leave("room", "Ada");
        server.awaitCount(MediaCounters.Kind.PEERS_CLOSED, 1);
        peer.send(peer.check(answer));
        server.awaitCount(MediaCounters.Kind.STUN_UNKNOWN, 1);
        peer.assertSilence();
    }

    @Test
    void aNewPeerConnectionTakesThePlaceOfTheOldOne() throws Exception {
        server.answer("Ada");
        server.answer("Ada", SocketPeer.offer().replaceFirst("o=- \\d+", "o=- 4711"));
        server.awaitCount(MediaCounters.Kind.PEERS_CLOSED, 1);
        server.awaitCount(MediaCounters.Kind.PEERS_OPENED, 2);
    }
}
