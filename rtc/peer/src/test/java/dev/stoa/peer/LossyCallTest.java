package dev.stoa.peer;

import static dev.stoa.peer.TwoPeers.MILLIS;
import static dev.stoa.peer.TwoPeers.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sdp.Capabilities;
import dev.stoa.sdp.CodecCapability;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.MediaKind;
import dev.stoa.testkit.Link;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What packets that are lost, late or doubled do to frames. */
class LossyCallTest {
    private static final int FRAMES = 300;

    private final TwoPeers peers = new TwoPeers(5);

    @AfterEach
    void close() {
        peers.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.05, 0.1})
    void lostPacketsAreSentAgain(double loss) throws PeerException {
        var camera = peers.caller.connection.addTransceiver(
                MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s", "t"));
        peers.connect();
        send(camera.sender(), new Link(loss, 0.02, 20 * MILLIS, 5 * MILLIS));
        assertAllCame();
        var sent = statistics();
        assertTrue(sent.retransmittedPacketsSent() > 0, sent.toString());
        // Once or twice each; more would be a storm.
        assertTrue(sent.retransmittedPacketsSent() < sent.packetsSent() * loss * 3, sent.toString());
        var received = peers.callee.connection.statistics().inbound().getFirst();
        assertTrue(received.retransmittedPacketsReceived() > 0, received.toString());
        assertEquals(0, received.framesDropped());
    }

    @Test
    void withoutRtxTheVeryPacketIsSentAgain() throws PeerException {
        var plain = new CodecCapability(
                "VP8",
                90_000,
                1,
                Capabilities.VIDEO.codecs().getFirst().parameters(),
                List.of(),
                Capabilities.VIDEO.codecs().getFirst().feedback(),
                false);
        var camera = peers.caller.connection.addTransceiver(
                MediaKind.VIDEO,
                new TransceiverInit(Direction.SENDONLY, "s", "t", Capabilities.VIDEO.withCodecs(List.of(plain))));
        peers.connect();
        send(camera.sender(), new Link(0.05, 0, 20 * MILLIS, 0));
        assertAllCame();
        assertTrue(statistics().retransmittedPacketsSent() > 0);
        assertEquals(
                0, peers.callee.connection.statistics().inbound().getFirst().retransmittedPacketsReceived());
    }

    @Test
    void afterAnOutageAKeyFrameIsAskedForAndNothingBrokenIsShown() throws PeerException {
        var camera = peers.caller.connection.addTransceiver(
                MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s", "t"));
        peers.connect();
        int number = 0;
        for (; number < 30; number++) {
            sendOne(camera.sender(), number, number == 0);
        }
        peers.network.setLink(Link.DOWN);
        // So long that nothing of it is kept for sending again.
        for (; number < 500; number++) {
            sendOne(camera.sender(), number, false);
        }
        peers.network.setLink(Link.GOOD);
        int asked = -1;
        for (; number < 700; number++) {
            boolean wanted =
                    !peers.caller.events(PeerEvent.KeyFrameRequested.class).isEmpty();
            if (wanted && asked < 0) {
                asked = number;
            }
            sendOne(camera.sender(), number, number == asked);
        }
        assertTrue(asked > 0, "nobody asked for a key frame");
        var numbers = peers.callee.events(PeerEvent.Frame.class).stream()
                .map(frame -> frame.frame().timestamp())
                .toList();
        int first = numbers.getFirst();
        int resumed = asked;
        // Those before the outage, and all from the key frame on: nothing in between could be decoded.
        assertTrue(numbers.stream()
                .map(timestamp -> (timestamp - first) / TestFrames.VIDEO_TICKS)
                .allMatch(shown -> shown < 30 || shown >= resumed));
        assertEquals(30 + 700 - asked, numbers.size());
        assertTrue(peers.callee.connection.statistics().inbound().getFirst().pliCount() >= 1);
    }

    @Test
    void aReceiverThatWantsAKeyFrameAsksUntilThereIsOne() throws PeerException {
        var camera = peers.caller.connection.addTransceiver(
                MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s", "t"));
        peers.connect();
        sendOne(camera.sender(), 0, true);
        sendOne(camera.sender(), 1, false);
        assertEquals(List.of(), peers.caller.events(PeerEvent.KeyFrameRequested.class));
        var receiver = peers.callee.connection.transceivers().getFirst().receiver();
        receiver.sendKeyFrameRequest(peers.now());
        receiver.sendKeyFrameRequest(peers.now());
        int number = 2;
        for (; number < 40; number++) {
            sendOne(camera.sender(), number, false);
        }
        assertEquals(
                List.of(camera.sender(), camera.sender()),
                peers.caller.events(PeerEvent.KeyFrameRequested.class).stream()
                        .map(PeerEvent.KeyFrameRequested::sender)
                        .toList(),
                "at once, and again after a second");
        sendOne(camera.sender(), number++, true);
        for (; number < 80; number++) {
            sendOne(camera.sender(), number, false);
        }
        assertEquals(2, peers.caller.events(PeerEvent.KeyFrameRequested.class).size(), "not after it has come");
        assertEquals(80, peers.callee.events(PeerEvent.Frame.class).size(), "those in between are shown");
    }

    @Test
    void pictureAndSoundHaveOneClock() throws PeerException {
        var camera = peers.caller.connection.addTransceiver(
                MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s", "t"));
        var microphone = peers.caller.connection.addTransceiver(
                MediaKind.AUDIO, TransceiverInit.sendOnly(MediaKind.AUDIO, "s", "u"));
        microphone.sender().setAudioLevel(true, 20);
        peers.connect();
        long began = peers.now();
        for (int i = 0; i < 100; i++) {
            microphone.sender().sendFrame(peers.now(), TestFrames.opus(i), i * TestFrames.AUDIO_TICKS);
            if (i % 2 == 0) {
                camera.sender().sendFrame(peers.now(), TestFrames.vp8(i, true, 900), i / 2 * 3600);
            }
            step(20);
        }
        step(100);
        for (var frame : peers.callee.events(PeerEvent.Frame.class)) {
            boolean video = frame.receiver().codec().orElseThrow().is("VP8");
            var all = peers.callee.events(PeerEvent.Frame.class).stream()
                    .filter(each -> each.receiver() == frame.receiver())
                    .toList();
            int at = all.indexOf(frame);
            long captured = frame.receiver()
                    .captureEpochNanos(frame.frame().timestamp())
                    .orElseThrow();
            long expected = TwoPeers.EPOCH_NANOS + began + at * (video ? 40L : 20L) * MILLIS;
            assertTrue(
                    Math.abs(expected - captured) < MILLIS, (video ? "picture " : "sound ") + at + " at " + captured);
        }
        var report = peers.caller.connection.statistics().outbound().getFirst();
        assertEquals(0.02, report.roundTripTime(), 0.002);
        assertEquals(0, report.packetsLost());
    }

    private void assertAllCame() {
        var frames = peers.callee.events(PeerEvent.Frame.class);
        assertEquals(FRAMES, frames.size());
        for (int i = 0; i < FRAMES; i++) {
            assertArrayEquals(frame(i, i == 0), frames.get(i).frame().data(), "frame " + i);
        }
    }

    private OutboundStatistics statistics() {
        return peers.caller.connection.statistics().outbound().getFirst();
    }

    /** The first frame, a key frame, comes safely: the beginning of a stream is nothing that could be missed. */
    private void send(RtpSender sender, Link afterwards) {
        sendOne(sender, 0, true);
        peers.network.setLink(afterwards);
        for (int i = 1; i < FRAMES; i++) {
            sendOne(sender, i, false);
        }
        step(2 * SECOND / MILLIS);
    }

    private void sendOne(RtpSender sender, int number, boolean key) {
        assertTrue(sender.sendFrame(peers.now(), frame(number, key), number * TestFrames.VIDEO_TICKS));
        step(33);
    }

    private static byte[] frame(int number, boolean key) {
        return TestFrames.vp8(number, key, key ? 20_000 : 1500 + number % 7 * 400);
    }

    private void step(long millis) {
        peers.caller.drain();
        peers.network.runFor(millis * MILLIS);
    }
}
