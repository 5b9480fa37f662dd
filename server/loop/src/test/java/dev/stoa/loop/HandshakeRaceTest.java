package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sfu.Counter;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Somebody else is faster with a ClientHello, or says nonsense in one: DTLS is heard only from a path that ICE has
 * validated, and a bad ClientHello ends nothing (threat rule 3).
 */
class HandshakeRaceTest {
    private LoopbackNode server;
    private SocketPeer peer;
    private SocketPeer stranger;

    @BeforeEach
    void open() throws IOException {
        server = new LoopbackNode();
        peer = server.peer();
        stranger = server.peer();
    }

    @AfterEach
    void close() {
        peer.close();
        stranger.close();
        server.close();
    }

    @Test
    void aClientHelloBeforeTheCheckIsDroppedAndTheHandshakeSucceedsAfterIt() throws Exception {
        var answer = server.answer("Ada");
        peer.send(SocketPeer.clientHello());
        server.awaitCount(MediaCounters.Kind.UNVALIDATED, 1);
        peer.assertSilence();
        peer.validate(answer);
        peer.connect(answer);
        assertIsHeard();
    }

    @Test
    void aClientHelloFromAnotherAddressIsDroppedThoughItComesFirst() throws Exception {
        var answer = server.answer("Ada");
        peer.validate(answer);
        stranger.send(SocketPeer.clientHello());
        server.awaitCount(MediaCounters.Kind.UNVALIDATED, 1);
        stranger.assertSilence();
        peer.assertSilence();
        peer.connect(answer);
        assertIsHeard();
    }

    @Test
    void clientHellosFromAnotherAddressDuringAHandshakeDoNotDisturbIt() throws Exception {
        var answer = server.answer("Ada");
        peer.validate(answer);
        var hello = SocketPeer.clientHello();
        peer.connect(answer, () -> stranger.send(hello));
        stranger.assertSilence();
        assertIsHeard();
    }

    @Test
    void nonsenseInClientHellosEndsNothing() throws Exception {
        var answer = server.answer("Ada");
        peer.validate(answer);
        var hello = SocketPeer.clientHello();
        var random = new Random(6347);
        for (int i = 0; i < 200; i++) {
            var nonsense = hello.clone();
            // Behind the headers of record and message, so that it is read as a ClientHello at least.
            for (int at = 25 + random.nextInt(60); at < nonsense.length; at += 1 + random.nextInt(30)) {
                nonsense[at] = (byte) random.nextInt();
            }
            peer.send(nonsense);
        }
        peer.connect(answer);
        assertIsHeard();
        assertEquals(0, server.count(MediaCounters.Kind.HANDSHAKES_FAILED));
    }

    @Test
    void aClientHelloFromAnotherAddressDoesNotDisturbAnAssociation() throws Exception {
        var answer = server.answer("Ada");
        peer.validate(answer);
        peer.connect(answer);
        stranger.send(SocketPeer.clientHello());
        server.awaitCount(MediaCounters.Kind.UNVALIDATED, 1);
        stranger.assertSilence();
        assertIsHeard();
    }

    @Test
    void aStrangerWhoKnowsAnotherParticipantsPasswordReachesNobodyElse() throws Exception {
        var ada = server.answer("Ada");
        peer.validate(ada);
        peer.connect(ada);
        var boris = server.answer("Boris");
        stranger.validate(boris);
        stranger.connect(boris);
        assertIsHeard();
    }

    /** The server takes what is protected with the keys of this handshake, which it may have a moment after us. */
    private void assertIsHeard() throws IOException {
        long before = server.node.count(Counter.RTCP_RECEIVED);
        long early = server.count(MediaCounters.Kind.EARLY_MEDIA);
        long sent = 0;
        do {
            peer.send(peer.protectedRtcp(TestPackets.EMPTY_RECEIVER_REPORT));
            sent++;
            LoopbackNode.await("RTCP", before + early + sent, this::heard);
        } while (server.node.count(Counter.RTCP_RECEIVED) == before && sent < 1000);
        assertTrue(server.node.count(Counter.RTCP_RECEIVED) > before);
        server.assertFlawless();
    }

    private long heard() {
        return server.node.count(Counter.RTCP_RECEIVED) + server.count(MediaCounters.Kind.EARLY_MEDIA);
    }
}
