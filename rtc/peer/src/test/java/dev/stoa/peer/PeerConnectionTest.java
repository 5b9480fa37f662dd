package dev.stoa.peer;

import static dev.stoa.peer.TwoPeers.MILLIS;
import static dev.stoa.peer.TwoPeers.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.ice.IceState;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.MediaKind;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two PeerConnections, from the first offer to the end. */
class PeerConnectionTest {
    private final TwoPeers peers = new TwoPeers(3);
    private final PeerConnection caller = peers.caller.connection;
    private final PeerConnection callee = peers.callee.connection;

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void framesGoBothWays() throws PeerException {
        var camera = caller.addTrack(MediaKind.VIDEO, "stream", "camera");
        var microphone = caller.addTrack(MediaKind.AUDIO, "stream", "microphone");
        var other = callee.addTrack(MediaKind.VIDEO, "their-stream", "their-camera");
        peers.connect();

        send(camera.sender(), 30);
        for (int i = 0; i < 50; i++) {
            assertTrue(microphone.sender().sendFrame(peers.now(), TestFrames.opus(i), i * TestFrames.AUDIO_TICKS));
            step(peers.caller, 20);
        }
        assertTrue(other.sender().sendFrame(peers.now(), TestFrames.vp8(7, true, 5000), 0));
        step(peers.callee, 100);

        var received = frames(peers.callee, MediaKind.VIDEO);
        assertEquals(30, received.size());
        for (int i = 0; i < 30; i++) {
            assertArrayEquals(videoFrame(i), received.get(i).frame().data(), "frame " + i);
            assertEquals(i % 10 == 0, received.get(i).frame().keyFrame());
            assertEquals(
                    i * TestFrames.VIDEO_TICKS,
                    received.get(i).frame().timestamp()
                            - received.getFirst().frame().timestamp());
        }
        assertEquals(50, frames(peers.callee, MediaKind.AUDIO).size());
        assertArrayEquals(
                TestFrames.vp8(7, true, 5000),
                frames(peers.caller, MediaKind.VIDEO).getFirst().frame().data());
        // The callee's track took the offered section rather than one of its own.
        assertEquals(camera.mid(), other.mid());
        assertEquals(Direction.SENDRECV, other.currentDirection().orElseThrow());
        assertEquals("stream", received.getFirst().receiver().msids().getFirst().streamId());
    }

    @Test
    void theStatesAreW3cs() throws PeerException {
        assertEquals(PeerConnectionState.NEW, caller.connectionState());
        caller.addTransceiver(MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s", "t"));
        assertEquals(1, drained(peers.caller, PeerEvent.NegotiationNeeded.class).size());
        var offer = caller.setLocalDescription(peers.now());
        assertEquals(SignalingState.HAVE_LOCAL_OFFER, caller.signalingState());
        callee.setRemoteDescription(peers.now(), offer);
        assertEquals(SignalingState.HAVE_REMOTE_OFFER, callee.signalingState());
        var answer = callee.setLocalDescription(peers.now());
        assertEquals(SdpType.ANSWER, answer.type());
        assertEquals(SignalingState.STABLE, callee.signalingState());
        caller.setRemoteDescription(peers.now(), answer);
        assertEquals(SignalingState.STABLE, caller.signalingState());
        assertEquals(Description.offer(offer.sdp()), caller.localDescription().orElseThrow());
        assertEquals(
                Description.answer(answer.sdp()), caller.remoteDescription().orElseThrow());
        assertTrue(peers.run(() -> peers.caller.isConnected() && peers.callee.isConnected()));
        assertEquals(
                List.of(PeerConnectionState.CONNECTING, PeerConnectionState.CONNECTED),
                peers.caller.events(PeerEvent.ConnectionStateChange.class).stream()
                        .map(PeerEvent.ConnectionStateChange::state)
                        .toList());
        assertEquals(1, peers.callee.events(PeerEvent.Track.class).size());
        assertEquals(0, peers.caller.events(PeerEvent.Track.class).size());
        assertTrue(caller.statistics().transport().orElseThrow().srtpProfile().isPresent());
    }

    @Test
    void aCandidateThatComesLaterIsTold() throws PeerException {
        caller.addTransceiver(MediaKind.AUDIO, TransceiverInit.receiveOnly(MediaKind.AUDIO));
        var offer = caller.setLocalDescription(peers.now());
        assertTrue(offer.sdp().contains("192.0.2.1 5000"), "what is known is in the offer");
        peers.caller.attach("192.0.2.77");
        var told = peers.caller.events(PeerEvent.IceCandidate.class).getLast();
        assertTrue(told.candidate().contains("192.0.2.77 5000"), told.candidate());
        assertEquals("0", told.sdpMid());
        caller.endLocalCandidates();
        assertEquals(
                "",
                drained(peers.caller, PeerEvent.IceCandidate.class).getLast().candidate());
        callee.setRemoteDescription(peers.now(), offer);
        callee.setLocalDescription(peers.now());
        callee.addIceCandidate(peers.now(), told.candidate());
        callee.addIceCandidate(peers.now(), "");
        assertThrows(PeerException.class, () -> callee.addIceCandidate(peers.now(), "candidate:nonsense"));
    }

    @Test
    void misuseIsAnErrorThatChangesNothing() throws PeerException {
        assertEquals(PeerException.Name.INVALID_STATE_ERROR, refused(() -> caller.setLocalDescription(peers.now())));
        assertEquals(
                PeerException.Name.INVALID_STATE_ERROR,
                refused(() -> caller.setRemoteDescription(peers.now(), Description.answer("v=0"))));
        assertEquals(
                PeerException.Name.SDP_SYNTAX_ERROR,
                refused(() -> caller.setRemoteDescription(peers.now(), Description.offer("hello"))));
        assertEquals(
                PeerException.Name.INVALID_STATE_ERROR,
                refused(() -> caller.addIceCandidate(peers.now(), "candidate:1 1 udp 1 192.0.2.9 1 typ host")));
        caller.addTransceiver(MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s", "t"));
        var offer = caller.setLocalDescription(peers.now());
        var without = offer.sdp().replaceAll("a=fingerprint[^\r]*\r\n", "");
        assertEquals(
                PeerException.Name.INVALID_ACCESS_ERROR,
                refused(() -> callee.setRemoteDescription(peers.now(), Description.offer(without))));
        assertEquals(SignalingState.STABLE, callee.signalingState());
        assertTrue(callee.transceivers().isEmpty());
        callee.close();
        assertEquals(
                PeerException.Name.INVALID_STATE_ERROR, refused(() -> callee.setRemoteDescription(peers.now(), offer)));
    }

    @Test
    void thePoliteSideGivesWayInGlare() throws PeerException {
        caller.addTrack(MediaKind.VIDEO, "one", "camera");
        callee.addTrack(MediaKind.AUDIO, "two", "microphone");
        var ignored = caller.setLocalDescription(peers.now());
        var impolite = callee.setLocalDescription(peers.now());
        assertNotEquals(ignored.sdp(), impolite.sdp());
        caller.setRemoteDescription(peers.now(), impolite);
        callee.setRemoteDescription(peers.now(), caller.setLocalDescription(peers.now()));
        assertEquals(SignalingState.STABLE, caller.signalingState());
        // Its own video has no section yet, so an offer is due again.
        assertFalse(drained(peers.caller, PeerEvent.NegotiationNeeded.class).isEmpty());
        peers.negotiate();
        assertTrue(peers.run(() -> peers.caller.isConnected() && peers.callee.isConnected()));
        assertEquals(2, callee.transceivers().size());
    }

    @Test
    void anOfferCanBeTakenBack() throws PeerException {
        var camera = caller.addTrack(MediaKind.VIDEO, "s", "t");
        caller.setLocalDescription(peers.now());
        assertEquals("0", camera.mid().orElseThrow());
        caller.setRemoteDescription(peers.now(), Description.rollback());
        assertEquals(SignalingState.STABLE, caller.signalingState());
        assertTrue(camera.mid().isEmpty());
        assertTrue(caller.localDescription().isEmpty());
        assertEquals(PeerException.Name.INVALID_STATE_ERROR, refused(caller::rollback));
    }

    @Test
    void sectionsAreAddedTurnedAndStoppedInACall() throws PeerException {
        var camera = caller.addTrack(MediaKind.VIDEO, "s", "camera");
        peers.connect();
        var screen = caller.addTransceiver(MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s2", "screen"));
        camera.setDirection(Direction.RECVONLY);
        peers.negotiate();
        assertEquals(Direction.SENDONLY, screen.currentDirection().orElseThrow());
        assertTrue(screen.sender().sendFrame(peers.now(), TestFrames.vp8(1, true, 3000), 0));
        assertFalse(camera.sender().sendFrame(peers.now(), TestFrames.vp8(1, true, 3000), 0));
        step(peers.caller, 100);
        var received = frames(peers.callee, MediaKind.VIDEO);
        assertEquals(1, received.size());
        assertEquals("s2", received.getFirst().receiver().msids().getFirst().streamId());

        screen.stop();
        peers.negotiate();
        assertTrue(callee.transceivers().getLast().isStopped());
        assertTrue(caller.localDescription().orElseThrow().sdp().contains("m=video 0 "));
        assertTrue(peers.caller.isConnected());
    }

    @Test
    void iceRestartsAndTheKeysStay() throws PeerException {
        var camera = caller.addTrack(MediaKind.VIDEO, "s", "t");
        peers.connect();
        var before = caller.localDescription().orElseThrow().sdp();
        var old = caller.statistics()
                .transport()
                .orElseThrow()
                .selectedCandidatePair()
                .orElseThrow();
        peers.caller.detach(old.base());
        peers.caller.attach("192.0.2.50");
        caller.restartIce();
        assertFalse(drained(peers.caller, PeerEvent.NegotiationNeeded.class).isEmpty());
        peers.negotiate();
        assertNotEquals(
                ufrag(before), ufrag(caller.localDescription().orElseThrow().sdp()));
        assertTrue(peers.run(() -> caller.statistics()
                .transport()
                .flatMap(TransportStatistics::selectedCandidatePair)
                .filter(pair -> pair.base().address().host().equals("192.0.2.50"))
                .isPresent()));
        send(camera.sender(), 10);
        assertEquals(10, frames(peers.callee, MediaKind.VIDEO).size());
        var connected =
                peers.callee.events(PeerEvent.ConnectionStateChange.class).getLast();
        assertEquals(PeerConnectionState.CONNECTED, connected.state());
    }

    @Test
    void theOtherSideLearnsOfTheEnd() throws PeerException {
        caller.addTrack(MediaKind.VIDEO, "s", "t");
        peers.connect();
        caller.close();
        peers.caller.drain();
        assertTrue(peers.run(() -> callee.connectionState() == PeerConnectionState.CLOSED));
        assertEquals(SignalingState.CLOSED, callee.signalingState());
        assertEquals(Long.MAX_VALUE, callee.nextTimeout());
    }

    @Test
    void aPathThatFallsSilentIsNoticed() throws PeerException {
        caller.addTrack(MediaKind.VIDEO, "s", "t");
        peers.connect();
        peers.network.detach(TransportAddress.of("192.0.2.2", 5000));
        peers.network.runFor(20 * SECOND);
        assertEquals(PeerConnectionState.DISCONNECTED, caller.connectionState());
        peers.network.runFor(40 * SECOND);
        assertEquals(PeerConnectionState.FAILED, caller.connectionState());
        assertEquals(IceState.FAILED, caller.iceConnectionState());
    }

    @Test
    void anotherCertificateInACallIsRefused() throws PeerException {
        caller.addTrack(MediaKind.VIDEO, "s", "t");
        peers.connect();
        var offer = caller.setLocalDescription(peers.now()).sdp();
        var foreign = TwoPeers.certificate().fingerprint("sha-256").value();
        var forged = offer.replaceAll("a=fingerprint:sha-256 [^\r]*", "a=fingerprint:sha-256 " + foreign);
        callee.setRemoteDescription(peers.now(), Description.offer(forged));
        assertEquals(PeerException.Name.INVALID_ACCESS_ERROR, refused(() -> callee.setLocalDescription(peers.now())));
        assertTrue(peers.callee.isConnected());
    }

    @Test
    void bytesFromTheNetworkNeverThrow() throws PeerException {
        var camera = caller.addTrack(MediaKind.VIDEO, "s", "t");
        peers.connect();
        send(camera.sender(), 1);
        var random = new Random(11);
        var pair = callee.statistics()
                .transport()
                .orElseThrow()
                .selectedCandidatePair()
                .orElseThrow();
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(1, 200)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (new int[] {0, 1, 22, 23, 128, 129, 144, 200})[random.nextInt(8)];
            callee.handle(peers.now(), Datagram.copyOf(bytes), pair.base(), pair.remoteAddress());
        }
        assertTrue(callee.statistics().transport().orElseThrow().packetsDiscarded() > 1000);
        send(camera.sender(), 10);
        assertEquals(11, frames(peers.callee, MediaKind.VIDEO).size());
    }

    private void send(RtpSender sender, int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(sender.sendFrame(peers.now(), videoFrame(i), i * TestFrames.VIDEO_TICKS));
            step(peers.caller, 33);
        }
        step(peers.caller, 100);
    }

    private static byte[] videoFrame(int number) {
        return TestFrames.vp8(number, number % 10 == 0, 500 + 300 * (number % 20));
    }

    private void step(TwoPeers.Side side, int millis) {
        side.drain();
        peers.network.runFor(millis * MILLIS);
    }

    private static List<PeerEvent.Frame> frames(TwoPeers.Side side, MediaKind kind) {
        return side.events(PeerEvent.Frame.class).stream()
                .filter(frame -> side.connection.transceivers().stream()
                        .anyMatch(each -> each.receiver() == frame.receiver() && each.kind() == kind))
                .toList();
    }

    private static <E extends PeerEvent> List<E> drained(TwoPeers.Side side, Class<E> kind) {
        side.drain();
        return side.events(kind);
    }

    private static String ufrag(String sdp) {
        return sdp.lines()
                .filter(line -> line.startsWith("a=ice-ufrag:"))
                .findFirst()
                .orElseThrow();
    }

    private interface Call {
        void run() throws PeerException;
    }

    private static PeerException.Name refused(Call call) {
        return assertThrows(PeerException.class, call::run).name();
    }
}
