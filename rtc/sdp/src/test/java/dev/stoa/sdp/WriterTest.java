package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriterTest {
    @Test
    void writesEveryFieldInItsPlace() {
        var section = MediaDescription.builder("video", 9, "UDP/TLS/RTP/SAVPF", List.of())
                .connection("IN IP4 0.0.0.0")
                .bandwidth(new Bandwidth("TIAS", 1000))
                .mid("1")
                .direction(Direction.SENDONLY)
                .bundleOnly(true)
                .candidates(List.of("1 1 udp 1 192.0.2.1 1 typ host"))
                .endOfCandidates(true)
                .rtcpMux(true)
                .rtcpRsize(true)
                .extension(new HeaderExtension(3, Optional.of(Direction.SENDONLY), "urn:x", "y"))
                .extmapAllowMixed(true)
                .payload(new Codec(96, "VP8", 90_000, 1, new FormatParameters("max-fs=1"), List.of("nack")))
                .msid(new Msid("-", ""))
                .rid(new Rid("a", true, new FormatParameters("pt=96")))
                .simulcast(new Simulcast(
                        List.of(List.of(new Simulcast.Stream("a", true), new Simulcast.Stream("b", false))),
                        List.of(List.of(new Simulcast.Stream("c", false)))))
                .sourceGroup(new SourceGroup("FID", List.of(4294967295L, 2L)))
                .source(Source.of(4294967295L, "c"))
                .attribute(Attribute.flag("x-flag"))
                .build();
        assertEquals("""
                v=0
                o=- 1 2 IN IP4 127.0.0.1
                s=-
                t=0 0
                m=video 9 UDP/TLS/RTP/SAVPF 96
                c=IN IP4 0.0.0.0
                b=TIAS:1000
                a=bundle-only
                a=candidate:1 1 udp 1 192.0.2.1 1 typ host
                a=end-of-candidates
                a=mid:1
                a=extmap:3/sendonly urn:x y
                a=extmap-allow-mixed
                a=sendonly
                a=msid:-
                a=rtcp-mux
                a=rtcp-rsize
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack
                a=fmtp:96 max-fs=1
                a=rid:a send pt=96
                a=simulcast:send ~a,b recv c
                a=ssrc-group:FID 4294967295 2
                a=ssrc:4294967295 cname:c
                a=x-flag
                """, session(section).write().replace("\r\n", "\n"));
    }

    /** Whoever chose the value would write lines of their own. */
    @ParameterizedTest
    @ValueSource(strings = {"x\r\na=candidate:1", "x\ny", "x\ry", "x\u0000"})
    void writesNoLineThatIsHiddenInAValue(String value) {
        var track = new SendTrack(value, "track", 1, OptionalLong.empty(), "cname");
        var offer = Jsep.offer(
                Offers.PEER,
                List.of(SectionOffer.Media.send("0", MediaKind.AUDIO, Capabilities.AUDIO, track)),
                List.of());
        assertThrows(IllegalStateException.class, offer::write);
    }

    private static SessionDescription session(MediaDescription section) {
        return new SessionDescription(
                Origin.of(1, 2),
                "-",
                Optional.empty(),
                List.of(),
                "0 0",
                List.of(),
                List.of(),
                false,
                false,
                TransportDescription.EMPTY,
                Optional.empty(),
                List.of(),
                List.of(section));
    }
}
