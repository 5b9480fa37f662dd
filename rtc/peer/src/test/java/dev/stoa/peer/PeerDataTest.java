package dev.stoa.peer;

import static dev.stoa.peer.TwoPeers.MILLIS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sctp.DataChannelEvent;
import dev.stoa.sctp.DataChannelInit;
import dev.stoa.sctp.DataChannelState;
import dev.stoa.sdp.MediaKind;
import dev.stoa.testkit.Link;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Data channels of two PeerConnections. */
class PeerDataTest {
    private final TwoPeers peers = new TwoPeers(8);
    private final PeerConnection caller = peers.caller.connection;
    private final PeerConnection callee = peers.callee.connection;

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void dataAloneMakesAConnection() throws PeerException {
        var chat = caller.createDataChannel(peers.now(), "chat", DataChannelInit.RELIABLE);
        peers.caller.drain();
        assertEquals(1, peers.caller.events(PeerEvent.NegotiationNeeded.class).size());
        peers.connect();
        assertTrue(peers.run(() -> chat.state() == DataChannelState.OPEN
                && !data(peers.callee, DataChannelEvent.Announced.class).isEmpty()));
        chat.send(peers.now(), "hello");
        var other =
                data(peers.callee, DataChannelEvent.Announced.class).getFirst().channel();
        assertEquals("chat", other.label());
        other.send(peers.now(), new byte[] {1, 2});
        assertTrue(
                peers.run(() -> !data(peers.callee, DataChannelEvent.Text.class).isEmpty()
                        && !data(peers.caller, DataChannelEvent.Binary.class).isEmpty()));
        assertEquals(
                "hello",
                data(peers.callee, DataChannelEvent.Text.class).getFirst().text());
        assertArrayEquals(
                new byte[] {1, 2},
                data(peers.caller, DataChannelEvent.Binary.class).getFirst().bytes());
        assertTrue(caller.localDescription().orElseThrow().sdp().contains("m=application"));
        assertTrue(callee.localDescription().orElseThrow().sdp().contains("a=max-message-size:262144"));
    }

    @Test
    void dataCanComeToACallThatHasMedia() throws PeerException {
        caller.addTrack(MediaKind.VIDEO, "s", "t");
        peers.connect();
        var ours = caller.createDataChannel(peers.now(), "files", DataChannelInit.negotiated(4, "files.1"));
        var theirs = callee.createDataChannel(peers.now(), "files", DataChannelInit.negotiated(4, "files.1"));
        peers.negotiate();
        assertTrue(peers.run(() -> ours.state() == DataChannelState.OPEN && theirs.state() == DataChannelState.OPEN));
        peers.network.setLink(new Link(0.05, 0, 20 * MILLIS, 0));
        var file = new byte[200_000];
        new Random(4).nextBytes(file);
        ours.send(peers.now(), file);
        assertTrue(peers.run(
                () -> !data(peers.callee, DataChannelEvent.Binary.class).isEmpty()));
        assertArrayEquals(
                file,
                data(peers.callee, DataChannelEvent.Binary.class).getFirst().bytes());
        assertEquals(1, caller.transceivers().size());
        assertTrue(peers.caller.isConnected());
    }

    @Test
    void aChannelEndsAndTheConnectionGoesOn() throws PeerException {
        var first = caller.createDataChannel(peers.now(), "first", DataChannelInit.RELIABLE);
        peers.connect();
        assertTrue(peers.run(
                () -> !data(peers.callee, DataChannelEvent.Announced.class).isEmpty()));
        first.close();
        assertTrue(peers.run(
                () -> !data(peers.callee, DataChannelEvent.Closed.class).isEmpty()
                        && first.state() == DataChannelState.CLOSED));
        assertFalse(data(peers.callee, DataChannelEvent.Closed.class).getFirst().isFailure());
        var second = caller.createDataChannel(peers.now(), "second", DataChannelInit.RELIABLE);
        second.send(peers.now(), "on");
        assertTrue(
                peers.run(() -> !data(peers.callee, DataChannelEvent.Text.class).isEmpty()));
        caller.close();
        peers.caller.drain();
        assertEquals(DataChannelState.CLOSED, second.state());
        assertTrue(peers.run(
                () -> data(peers.callee, DataChannelEvent.Closed.class).size() == 2));
    }

    private static <E extends DataChannelEvent> List<E> data(TwoPeers.Side side, Class<E> kind) {
        return side.events(PeerEvent.Data.class).stream()
                .map(PeerEvent.Data::event)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
