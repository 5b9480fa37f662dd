package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Malformation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private static MediaDescription section(String... lines) {
        return Offers.parse(Offers.withLines(lines)).media().getFirst();
    }

    @Test
    void readsTheSessionOfAChromiumOffer() {
        var offer = Offers.description("chromium-audio-video-data");
        assertEquals(new Origin("-", "7483570062887999913", 2, "IN IP4 127.0.0.1"), offer.origin());
        assertEquals("-", offer.sessionName());
        assertEquals(List.of(new Group("BUNDLE", List.of("0", "1", "2"))), offer.groups());
        assertEquals(List.of("WMS", "31dc41d5-82b0-4a9e-a9da-88f60c6701b7"), offer.msidSemantic());
        assertTrue(offer.extmapAllowMixed());
        assertFalse(offer.iceLite());
        assertEquals(3, offer.media().size());
        assertEquals(List.of(), offer.attributes());
    }

    @Test
    void readsTheVideoSectionOfAChromiumOffer() {
        var video = Offers.first(Offers.description("chromium-audio-video-data"), MediaKind.VIDEO)
                .orElseThrow();
        assertEquals(51196, video.port());
        assertEquals("UDP/TLS/RTP/SAVPF", video.protocol());
        assertEquals(Optional.of("1"), video.mid());
        assertEquals(Optional.of(Direction.SENDRECV), video.direction());
        assertEquals(4, video.candidates().size());
        assertEquals(
                "2945862628 1 udp 2122194687 192.0.2.2 51196 typ host generation 0 network-id 1",
                video.candidates().getFirst());
        assertEquals(Optional.of("niH1"), video.transport().iceUfrag());
        assertEquals(Optional.of("GiVlw+BzyS6S9rzwResfgARR"), video.transport().icePwd());
        assertEquals(List.of("trickle"), video.transport().iceOptions());
        assertEquals(Optional.of(Setup.ACTPASS), video.transport().setup());
        assertEquals((byte) 0xCC, video.transport().fingerprints().getFirst().bytes()[0]);
        assertEquals(23, video.codecs().size());
        assertEquals(
                new Codec(
                        109,
                        "H264",
                        90_000,
                        1,
                        new FormatParameters("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
                        List.of("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")),
                video.codec(109).orElseThrow());
        assertEquals(114, video.rtxOf(109).orElseThrow().payloadType());
        assertEquals(
                HeaderExtension.of(4, HeaderExtensionUri.MID),
                video.extensions().get(8));
        assertTrue(video.rtcpMux());
        assertTrue(video.rtcpRsize());
        assertEquals(
                List.of(new Msid("31dc41d5-82b0-4a9e-a9da-88f60c6701b7", "b6afa0d5-e6f7-45da-8741-4bb444f05a6a")),
                video.msids());
        assertEquals(List.of(new SourceGroup("FID", List.of(3345127668L, 2823680063L))), video.sourceGroups());
        assertEquals(Optional.of("R+5lfva11hO33C2R"), video.sources().getFirst().cname());
        assertEquals(List.of(new Attribute("rtcp", "9 IN IP4 0.0.0.0")), video.attributes());
    }

    @Test
    void readsTheSimulcastOfAChromiumOffer() {
        var camera = Offers.description("chromium-simulcast-slots").media().get(1);
        assertEquals(List.of("q", "h", "f"), camera.rids().stream().map(Rid::id).toList());
        assertTrue(camera.rids().stream().allMatch(Rid::sends));
        assertEquals(
                List.of(
                        List.of(new Simulcast.Stream("q", false)),
                        List.of(new Simulcast.Stream("h", false)),
                        List.of(new Simulcast.Stream("f", false))),
                camera.simulcast().send());
        assertEquals(List.of(), camera.sources());
    }

    @Test
    void readsWhatFirefoxSaysAtSessionLevelAndBeforeTheRtpmap() {
        var offer = Offers.description("firefox-audio-video-data");
        assertEquals(Optional.of(Direction.SENDRECV), offer.direction());
        assertEquals(1, offer.transport().fingerprints().size());
        var audio = offer.media().getFirst();
        assertEquals(List.of(), audio.transport().fingerprints());
        assertEquals(offer.transport().fingerprints(), offer.transportOf(audio).fingerprints());
        assertEquals(
                Optional.of("1"), audio.codec(109).orElseThrow().parameters().get("stereo"));
        assertEquals(
                new HeaderExtension(
                        2, Optional.of(Direction.RECVONLY), "urn:ietf:params:rtp-hdrext:csrc-audio-level", ""),
                audio.extensions().get(1));
        assertTrue(audio.endOfCandidates());
        assertEquals(8, audio.candidates().size());
        assertTrue(audio.candidates().get(4).contains(" 2 UDP "), "component 2 is kept");
    }

    @Test
    void readsTheDataSectionOfBoth() {
        var chromium = Offers.description("chromium-data-only").media().getFirst();
        assertTrue(chromium.isData());
        assertEquals(OptionalInt.of(5000), chromium.sctpPort());
        assertEquals(OptionalLong.of(262_144), chromium.maxMessageSize());
        var firefox = Offers.description("firefox-data-only").media().getFirst();
        assertEquals(OptionalLong.of(1_073_741_823), firefox.maxMessageSize());
    }

    @Test
    void tellsABundleOnlySectionFromARejectedOne() {
        var offer = Offers.description("firefox-reoffer-recycled");
        assertEquals(
                List.of(false, true, false, false, false),
                offer.media().stream().map(MediaDescription::isRejected).toList());
        assertEquals(0, offer.media().getLast().port());
        assertTrue(offer.media().getLast().bundleOnly());
    }

    @Test
    void takesTheTransportOfABundledSectionFromTheTaggedOne() {
        var offer = Offers.parse(
                Offers.withLines("m=video 0 UDP/TLS/RTP/SAVPF 96", "a=mid:1", "a=bundle-only", "a=rtpmap:96 VP8/90000")
                        .replace("BUNDLE 0", "BUNDLE 0 1"));
        assertEquals(
                Optional.of("abcd"), offer.transportOf(offer.media().getLast()).iceUfrag());
    }

    @Test
    void knowsThePayloadTypesThatNeedNoRtpmap() {
        var section = Offers.parse("""
                v=0
                o=- 1 1 IN IP4 127.0.0.1
                s=-
                m=audio 9 RTP/AVP 0 8 77
                """).media().getFirst();
        assertEquals(
                List.of("PCMU", "PCMA"),
                section.codecs().stream().map(Codec::name).toList());
        assertEquals(List.of("0", "8", "77"), section.formats());
    }

    @Test
    void givesFeedbackForAllPayloadTypesToEach() {
        var section = section("a=rtcp-fb:* nack", "a=rtcp-fb:111 transport-cc", "a=rtcp-fb:111 nack");
        assertEquals(
                List.of("transport-cc", "nack"), section.codecs().getFirst().feedback());
    }

    @Test
    void readsRidsWithRestrictionsAndAlternativesOfSimulcast() {
        var section = section("a=rid:1 send pt=111;max-width=320", "a=rid:2 recv", "a=simulcast:send 1,~4;3 recv 2");
        assertEquals(
                Optional.of("320"), section.rids().getFirst().restrictions().get("max-width"));
        assertFalse(section.rids().getLast().sends());
        assertEquals(
                new Simulcast(
                        List.of(
                                List.of(new Simulcast.Stream("1", false), new Simulcast.Stream("4", true)),
                                List.of(new Simulcast.Stream("3", false))),
                        List.of(List.of(new Simulcast.Stream("2", false)))),
                section.simulcast());
    }

    @Test
    void readsBandwidthAndPacketTime() {
        var section = section("b=AS:500", "b=TIAS:480000", "a=ptime:20", "a=maxptime:60");
        assertEquals(List.of(new Bandwidth("AS", 500), new Bandwidth("TIAS", 480_000)), section.bandwidths());
        assertEquals(OptionalInt.of(20), section.packetMillis());
        assertEquals(OptionalInt.of(60), section.maxPacketMillis());
    }

    @Test
    void keepsAttributesItDoesNotKnow() {
        var section = section("a=x-thing:a value: with colons", "a=x-flag");
        assertEquals(
                List.of(new Attribute("x-thing", "a value: with colons"), new Attribute("x-flag", "")),
                section.attributes());
    }

    @Test
    void passesOverLinesWithoutAMeaningInWebRtc() {
        var text = Offers.withLines("i=a title", "k=prompt").replace("t=0 0", "u=x\ne=x\np=x\nt=0 0\nr=1\nz=0");
        assertEquals(Offers.parse(Offers.withLines()), Offers.parse(text));
    }

    @Test
    void toleratesEmptyLinesAtTheEndAndEmptyCandidates() {
        assertEquals(Offers.parse(Offers.withLines()), Offers.parse(Offers.withLines("a=candidate:", "", "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=mid:1|a second mid",
                "a=rtpmap:111|rtpmap is a payload type and a codec",
                "a=rtpmap:128 opus/48000|a payload type is not a number",
                "a=rtpmap:111 opus/x|the clock rate is not a number",
                "a=fmtp:opus stereo=1|a payload type is not a number",
                "a=rtcp-fb:111|rtcp-fb is a payload type",
                "a=extmap:0 urn:x|an extension's id is 0",
                "a=extmap:1/both urn:x|no such direction",
                "a=extmap:70000 urn:x|an extension's id is not a number",
                "a=setup:maybe|no such setup",
                "a=fingerprint:sha-256 AA:BB|not a fingerprint",
                "a=fingerprint:sha-256|a fingerprint is",
                "a=ice-ufrag:|ice-ufrag is empty",
                "a=ssrc:4294967296 cname:x|an SSRC is not a number",
                "a=ssrc:5|an SSRC's attribute is not a token",
                "a=ssrc-group:FID 1 x|an SSRC is not a number",
                "a=rid:a both|a rid neither send nor recv",
                "a=rid:a/b send|rid is an id",
                "a=simulcast:send|simulcast is send or recv and streams",
                "a=simulcast:send a send b|the same twice",
                "a=simulcast:send a;|not a rid in simulcast",
                "a=sctp-port:65536|sctp-port is not a number",
                "a=max-message-size:-1|max-message-size is not a number",
                "a=|an attribute's name is not a token",
                "b=AS|the bandwidth is not a number",
                "c=IN IP4|c= has not three words",
                "m=audio 9 UDP/TLS/RTP/SAVPF|m= has not kind",
                "m=audio 65536 RTP/AVP 0|the port is not a number",
                "m=audio 9 RTP/AVP 0 00|a format twice",
                "m=audio 9 RTP/AVP opus|a payload type is not a number",
                "q=what|no such line",
                "s=again|a second s=",
                "nonsense|not type=value",
            })
    void saysWhichLineIsWrongAndWhy(String line, String reason) {
        var refused = Offers.refused(Offers.withLines(line));
        assertEquals(17, refused.line(), refused::toString);
        assertTrue(refused.reason().contains(reason), refused::toString);
    }

    @Test
    void refusesTwoSectionsWithOneMid() {
        var refused = Offers.refused(Offers.withLines("m=audio 9 RTP/AVP 0", "a=mid:0"));
        assertTrue(refused.reason().contains("two m-sections"), refused::toString);
    }

    @Test
    void refusesAnExtensionIdThatIsThereTwice() {
        var refused = Offers.refused(Offers.withLines("a=extmap:1 urn:x", "a=extmap:1 urn:y"));
        assertEquals(18, refused.line());
    }

    @Test
    void refusesAnEmptyLineInTheMiddle() {
        assertEquals(18, Offers.refused(Offers.withLines("", "a=x")).line());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n\r\n", "v=0", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"})
    void refusesWhatEndsBeforeTheSessionIsSaid(String text) {
        assertEquals(Malformation.TRUNCATED, Offers.refused(text).malformation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"o=- 1 1 IN IP4 127.0.0.1", "v=1", " v=0", "{\"type\":\"offer\"}"})
    void refusesWhatDoesNotBeginWithTheVersion(String text) {
        assertEquals(1, Offers.refused(text + "\r\n").line());
    }

    @ParameterizedTest
    @ValueSource(chars = {0, 1, 8, '\r', 0x1B, 0x7F})
    void refusesControlCharacters(char c) {
        assertEquals(17, Offers.refused(Offers.withLines("a=x:1" + c + "2")).line());
    }

    @Test
    void quotesLittleOfTheTextInItsReason() {
        var refused = Offers.refused(Offers.withLines("a=setup:" + "<script>".repeat(400)));
        assertTrue(refused.reason().length() < 100, refused::toString);
        var strange = Offers.refused(Offers.withLines("a=setup:\u202Eä\u0085"));
        assertTrue(strange.reason().chars().allMatch(c -> c < 0x7F), strange::toString);
    }
}
