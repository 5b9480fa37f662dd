package dev.stoa.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** Of an offer of Janus 1.1.2's VideoRoom to a subscriber, shortened. */
class LoadSdpTest {
    private static final String OFFER = """
            v=0
            o=- 1795831890021 1 IN IP4 11.5.5.1
            s=VideoRoom 1
            t=0 0
            a=group:BUNDLE 0 1
            a=ice-options:trickle
            a=fingerprint:sha-256 D2:B9:31:8F:DF:24:D8:0E:ED:D2:EF:25:9E:AF:6F:B8:34:AE:53:9C:E6:F3:8F:F2:64:15:FA:E8:7F:53:2D:38
            a=extmap-allow-mixed
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 11.5.5.1
            a=sendonly
            a=mid:0
            a=rtcp-mux
            a=ice-ufrag:DmIb
            a=ice-pwd:9MvSzhAsBFCTx6X9Yxd1Vq
            a=setup:actpass
            a=rtpmap:111 opus/48000/2
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
            a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
            a=extmap:9 urn:example:unknown
            a=candidate:1 1 udp 2015363327 11.5.5.1 41337 typ host
            a=end-of-candidates
            m=video 9 UDP/TLS/RTP/SAVPF 96 97
            c=IN IP4 11.5.5.1
            a=sendonly
            a=mid:1
            a=rtcp-mux
            a=ice-ufrag:DmIb
            a=ice-pwd:9MvSzhAsBFCTx6X9Yxd1Vq
            a=setup:actpass
            a=rtpmap:96 VP8/90000
            a=rtcp-fb:96 nack
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            a=extmap:2/sendonly http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
            a=candidate:1 1 udp 2015363327 11.5.5.1 41337 typ host
            a=end-of-candidates
            """;

    @Test
    void readsTheTransportOnce() throws LoadException {
        var remote = LoadSdp.remote(OFFER);
        assertEquals("DmIb", remote.credentials().ufrag());
        assertEquals("sha-256", remote.fingerprint().hash());
        assertEquals(1, remote.candidates().size());
        assertEquals(
                TransportAddress.of("11.5.5.1", 41337),
                remote.candidates().getFirst().address());
    }

    @Test
    void readsHowMediaIsNamed() {
        assertEquals(new TrackIds(111, 96, 97, 4, 2, 0, 1), LoadSdp.ids(OFFER));
    }

    @Test
    void whatIsMissingIsSaid() {
        var problem = assertThrows(LoadException.class, () -> LoadSdp.remote("v=0\r\n"));
        assertEquals("the server's description has no a=fingerprint:", problem.getMessage());
    }
}
