package dev.stoa.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.sdp.MediaKind;
import dev.stoa.wire.Datagram;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threat rule 5: what is kept for SSRCs that the other side makes up. */
class RtpSessionCapTest {
    private final TwoPeers peers = new TwoPeers(5);

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void ssrcsAreFewHoweverManyThereAre() throws PeerException {
        peers.caller.connection.addTrack(MediaKind.VIDEO, "s", "t");
        peers.negotiate();
        var transceivers = peers.callee.connection.transceivers();
        var output = new CountingOutput();
        var session = new RtpSession(output, _ -> {}, 0, new byte[] {'c'}, 1, transceivers);
        var receiver = transceivers.getFirst().receiver();
        int payloadType = IntStream.range(96, 128)
                .filter(type -> receiver.codecOf(type) != null)
                .findFirst()
                .orElseThrow();
        var packet = Datagram.allocate(100);
        var writer = new RtpHeaderWriter();
        for (int i = 0; i < 3 * RtpSession.MAX_SSRCS; i++) {
            writer.begin(packet, 0, true, payloadType, 1, 1, 1000 + i);
            int payload = writer.end();
            packet.fill(payload, 20, 0);
            packet.setLength(payload + 20);
            session.handleRtp(i, packet);
        }
        assertEquals(2 * RtpSession.MAX_SSRCS, output.discarded);
    }

    private static final class CountingOutput implements RtpSession.Output {
        int discarded;

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void sendRtp(Datagram plain) {}

        @Override
        public void sendRtcp(Datagram plain) {}

        @Override
        public void countDiscarded() {
            discarded++;
        }

        @Override
        public long roundTripNanos() {
            return 0;
        }
    }
}
