package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sfu.Counter;
import dev.stoa.wire.TransportAddress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three loops with one port: the kernel gives most of what a participant sends to a loop that is not its room's. */
class SeveralLoopsTest {
    private static final int PEERS = 12;

    private final List<SocketPeer> peers = new ArrayList<>();
    private LoopbackNode server;

    @BeforeEach
    void open() throws IOException {
        server = new LoopbackNode(3);
    }

    @AfterEach
    void close() {
        peers.forEach(SocketPeer::close);
        server.close();
    }

    private SocketPeer peer() throws IOException {
        var peer = server.peer();
        peers.add(peer);
        return peer;
    }

    @Test
    void whateverComesReachesTheLoopOfItsRoom() throws Exception {
        for (int i = 0; i < PEERS; i++) {
            var peer = peer();
            var answer = server.answerIn("room " + i / 2, "participant " + i);
            peer.validate(answer);
            peer.connect(answer);
            peer.send(peer.protectedRtp(TestPackets.camera(1)));
        }
        LoopbackNode.await("packets", PEERS, () -> server.node.count(Counter.RTP_RECEIVED));
        server.assertFlawless();
        assertEquals(0, server.count(MediaCounters.Kind.UNVALIDATED), "everybody is known to every loop");
        assertEquals(0, server.count(MediaCounters.Kind.STUN_UNKNOWN));
    }

    @Test
    void aTcpConnectionIsHandedOverToTheLoopOfItsRoom() throws Exception {
        for (int i = 0; i < PEERS; i++) {
            var request = peer().check(server.answerIn("room " + i, "Ada"));
            try (var connection = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port)) {
                connection.setSoTimeout(SocketPeer.PATIENCE_MILLIS);
                var out = new DataOutputStream(connection.getOutputStream());
                out.writeShort(request.length);
                out.write(request);
                var in = new DataInputStream(connection.getInputStream());
                var response = new byte[in.readUnsignedShort()];
                in.readFully(response);
                assertEquals(1, response[0], "a success response");
            }
        }
    }

    @Test
    void whoHasLeftIsAStrangerToAllLoops() throws Exception {
        for (int i = 0; i < PEERS; i++) {
            var peer = peer();
            var answer = server.answer("Ada");
            peer.validate(answer);
            peer.connect(answer);
            server.node.leave("room", "Ada");
            server.awaitCount(MediaCounters.Kind.PEERS_CLOSED, i + 1L);
            peer.send(peer.protectedRtp(TestPackets.camera(1)));
            server.awaitCount(MediaCounters.Kind.UNVALIDATED, i + 1L);
            peer.send(peer.check(answer));
            server.awaitCount(MediaCounters.Kind.STUN_UNKNOWN, i + 1L);
        }
    }

    @Test
    void aPortThatSomebodyElseHasIsNotShared() {
        var taken = new MediaOptions(server.port, List.of(TransportAddress.of("127.0.0.1", 0)), List.of(), 2);
        assertThrows(IOException.class, () -> MediaPort.open(taken).close());
    }

    @Test
    void roomsAreSpreadAndStayWhereTheyAre() {
        var pins = new RoomPins(2);
        int first = pins.pin(new PeerKey("one", "Ada"));
        int second = pins.pin(new PeerKey("two", "Boris"));
        assertTrue(first != second, "the other loop was idle");
        assertEquals(first, pins.pin(new PeerKey("one", "Chiara")));
        assertEquals(second, pins.pin(new PeerKey("three", "Dembe")), "fewer are there");
        assertEquals(first, pins.release(new PeerKey("one", "Ada")));
        assertEquals(first, pins.pin(new PeerKey("one", "Esra")), "until the last has left");
        assertEquals(-1, pins.release(new PeerKey("one", "nobody")));
        for (var key : List.of(
                new PeerKey("one", "Chiara"),
                new PeerKey("one", "Esra"),
                new PeerKey("two", "Boris"),
                new PeerKey("three", "Dembe"))) {
            pins.release(key);
        }
        assertEquals(0, pins.rooms());
    }
}
