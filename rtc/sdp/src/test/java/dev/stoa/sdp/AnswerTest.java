package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sdp.SectionAnswer.Accept;
import dev.stoa.sdp.SectionAnswer.AcceptData;
import dev.stoa.sdp.SectionAnswer.Reject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
    private static final String VIDEO = """
            m=video 9 UDP/TLS/RTP/SAVPF 96 97
            a=mid:1
            a=rtcp-mux
            a=rtpmap:96 VP8/90000
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            """;

    private static SessionDescription withVideo(String... lines) {
        return Offers.parse(Offers.withLines(VIDEO + String.join("\n", lines)).replace("BUNDLE 0", "BUNDLE 0 1"));
    }

    private static MediaDescription answer(SessionDescription offer, int index) {
        return Offers.answered(offer).answer().media().get(index);
    }

    private static List<String> payloads(MediaDescription section) {
        return section.codecs().stream()
                .map(c -> c.payloadType() + " " + c.name())
                .toList();
    }

    /** Chromium 150 and Firefox 140 took such answers to offers like these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "chromium-audio-video-data",
                "chromium-simulcast-slots",
                "chromium-reoffer-recycled",
                "firefox-audio-video-data",
                "firefox-simulcast-slots",
                "firefox-reoffer-recycled",
                "safari-audio-video-data",
            })
    void answersBrowsersAsWrittenDown(String name) {
        var answer = Offers.answered(Offers.description(name)).answer();
        assertEquals(Offers.resource("/answers/" + name + ".sdp"), answer.write());
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium-simulcast-slots", "firefox-simulcast-slots", "firefox-reoffer-recycled"})
    void hasAsManySectionsAsTheOfferAndOfTheSameKinds(String name) {
        var offer = Offers.description(name);
        var answer = Offers.answered(offer).answer();
        assertEquals(
                offer.media().stream()
                        .map(m -> m.media() + m.protocol() + m.mid())
                        .toList(),
                answer.media().stream()
                        .map(m -> m.media() + m.protocol() + m.mid())
                        .toList());
    }

    @Test
    void namesPayloadTypesInOurOrderEachWithItsRtx() {
        var offer = Offers.description("safari-audio-video-data");
        assertEquals(
                List.of("127 VP8", "103 rtx", "104 VP9", "105 rtx", "98 H264", "99 rtx", "35 AV1", "36 rtx"),
                payloads(answer(offer, 1)));
        var decisions = new ArrayList<>(Offers.decisions(offer));
        decisions.set(1, Accept.receive(Capabilities.VIDEO.only("H264", "VP8")));
        assertEquals(
                List.of("98 H264", "99 rtx", "127 VP8", "103 rtx"),
                payloads(Offers.answered(offer, decisions).answer().media().get(1)));
    }

    @Test
    void keepsNoRtxForACodecWithoutIt() {
        var plain = new CodecCapability("VP8", 90_000, 1, FormatParameters.NONE, List.of(), Set.of(), false);
        var offer = withVideo();
        var decisions = List.of(new Reject(), Accept.receive(Capabilities.VIDEO.withCodecs(List.of(plain))));
        assertEquals(
                List.of("96 VP8"),
                payloads(Offers.answered(offer, decisions).answer().media().get(1)));
    }

    @Test
    void keepsRedOnlyWhenItIsSupportedAndWhatItRepeatsToo() {
        var offer = Offers.description("chromium-audio-video-data");
        assertEquals(List.of("111 opus"), payloads(answer(offer, 0)));
        var red = Capabilities.AUDIO.plus(Capabilities.RED_AUDIO);
        var decisions = List.of(Accept.receive(red), new Reject(), new Reject());
        var answer = Offers.answered(offer, decisions).answer().media().getFirst();
        assertEquals(List.of("111 opus", "63 red"), payloads(answer));
        assertEquals("111/111", answer.codecs().getLast().parameters().text());
        // First of all, as a server wants it that prefers redundancy.
        var first = new ArrayList<>(red.codecs());
        Collections.reverse(first);
        var redFirst = List.of(Accept.receive(red.withCodecs(first)), new Reject(), new Reject());
        assertEquals(
                List.of("63 red", "111 opus"),
                payloads(Offers.answered(offer, redFirst).answer().media().getFirst()));
        var alone = List.of(Accept.receive(red.only("red")), new Reject(), new Reject());
        assertTrue(Offers.answered(offer, alone).answer().media().getFirst().isRejected());
    }

    @Test
    void keepsUlpfecOnlyWhenItIsSupported() {
        var offer = Offers.description("chromium-audio-video-data");
        var capabilities = Capabilities.VIDEO
                .only("VP8")
                .plus(CodecCapability.video("red", ""))
                .plus(new CodecCapability("ulpfec", 90_000, 1, FormatParameters.NONE, List.of(), Set.of(), false));
        var decisions = List.of(new Reject(), Accept.receive(capabilities), new Reject());
        assertEquals(
                List.of("96 VP8", "97 rtx", "119 red", "120 rtx", "121 ulpfec"),
                payloads(Offers.answered(offer, decisions).answer().media().get(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "usedtx=1, minptime=10;useinbandfec=1;usedtx=1",
        "usedtx=0;stereo=1, minptime=10;useinbandfec=1;usedtx=0",
        "minptime=20, minptime=10;useinbandfec=1",
    })
    void asksForInbandFecAndLeavesDtxAsOffered(String offered, String answered) {
        var offer = Offers.parse(Offers.withLines().replace("minptime=10", offered));
        assertEquals(answered, answer(offer, 0).codecs().getFirst().parameters().text());
    }

    @Test
    void answersFeedbackThatBothSpeak() {
        var offer = withVideo("a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack rpsi", "a=rtcp-fb:96 transport-cc");
        assertEquals(
                List.of("nack", "transport-cc"),
                answer(offer, 1).codecs().getFirst().feedback());
    }

    @Test
    void answersHeaderExtensionsThatBothKnowWithTheOffersIds() {
        var offer = withVideo(
                "a=extmap:7 " + HeaderExtensionUri.MID,
                "a=extmap:3 urn:unknown",
                "a=extmap:9/sendonly " + HeaderExtensionUri.RID,
                "a=extmap:5/recvonly " + HeaderExtensionUri.PLAYOUT_DELAY,
                "a=extmap:20 " + HeaderExtensionUri.TRANSPORT_CC,
                "a=extmap:4096 " + HeaderExtensionUri.ABS_SEND_TIME,
                "a=extmap:11/inactive " + HeaderExtensionUri.DEPENDENCY_DESCRIPTOR);
        var answered = Offers.answered(offer);
        assertEquals(
                List.of(
                        HeaderExtension.of(7, HeaderExtensionUri.MID),
                        new HeaderExtension(9, Optional.of(Direction.RECVONLY), HeaderExtensionUri.RID, ""),
                        new HeaderExtension(5, Optional.of(Direction.SENDONLY), HeaderExtensionUri.PLAYOUT_DELAY, ""),
                        HeaderExtension.of(20, HeaderExtensionUri.TRANSPORT_CC)),
                answered.answer().media().get(1).extensions());
        var section = answered.session().section("1").orElseThrow();
        assertEquals(9, section.receiveExtensions().get(HeaderExtensionUri.RID));
        assertFalse(section.sendExtensions().containsKey(HeaderExtensionUri.RID));
        assertEquals(5, section.sendExtensions().get(HeaderExtensionUri.PLAYOUT_DELAY));
        assertEquals(7, answered.session().receiveExtensions().get(HeaderExtensionUri.MID));
    }

    @Test
    void receivesTheSimulcastThatIsOffered() {
        var offer = Offers.description("chromium-simulcast-slots");
        var answered = Offers.answered(offer);
        var camera = answered.answer().media().get(1);
        assertEquals(
                List.of("q recv", "h recv", "f recv"),
                camera.rids().stream()
                        .map(rid -> rid.id() + (rid.sends() ? " send" : " recv"))
                        .toList());
        assertTrue(camera.simulcast().send().isEmpty());
        assertEquals(
                List.of("q", "h", "f"),
                answered.session().section("1").orElseThrow().receiveRids());
        assertEquals(List.of(), answered.session().section("2").orElseThrow().receiveRids());
    }

    @Test
    void receivesNoMoreStreamsOfSimulcastThanItCan() {
        var offer = Offers.description("chromium-simulcast-slots");
        var video = new Capabilities(Capabilities.VIDEO.codecs(), Capabilities.VIDEO.extensions(), 2);
        var decisions = new ArrayList<>(Offers.decisions(offer));
        decisions.set(1, Accept.receive(video));
        assertEquals(
                List.of("q", "h"),
                Offers.answered(offer, decisions)
                        .session()
                        .section("1")
                        .orElseThrow()
                        .receiveRids());
    }

    @Test
    void dropsStreamsOfSimulcastThatItCannotName() {
        var ext = "a=extmap:9 " + HeaderExtensionUri.RID;
        var offer = withVideo(
                ext,
                "a=rid:a send pt=96",
                "a=rid:b send pt=100",
                "a=rid:c send strange=1",
                "a=rid:d recv",
                "a=simulcast:send ~a;b;c;d;e;a");
        var section = answer(offer, 1);
        assertEquals(List.of(new Rid("a", false, new FormatParameters("pt=96"))), section.rids());
        assertEquals(
                List.of(List.of(new Simulcast.Stream("a", false))),
                section.simulcast().receive());
        // Nothing in a packet would say which stream it is.
        var unnamed = withVideo("a=rid:a send", "a=simulcast:send a");
        assertTrue(answer(unnamed, 1).simulcast().isEmpty());
    }

    @Test
    void fillsASlotWithATrackOfItsOwn() {
        var offer = Offers.description("chromium-simulcast-slots");
        var answer = Offers.answered(offer).answer();
        var slot = answer.media().get(3);
        assertEquals(Optional.of(Direction.SENDONLY), slot.direction());
        assertEquals(List.of(new Msid("slot3", "track3")), slot.msids());
        assertEquals(List.of(new SourceGroup("FID", List.of(1003L, 2003L))), slot.sourceGroups());
        assertEquals(List.of(Source.of(1003, "stoa"), Source.of(2003, "stoa")), slot.sources());
        var audio = answer.media().get(7);
        assertEquals(List.of(Source.of(1007, "stoa")), audio.sources());
        assertEquals(List.of(), audio.sourceGroups());
        assertEquals(List.of("WMS", "*"), answer.msidSemantic());
    }

    @Test
    void announcesNoTrackWhereItDoesNotSend() {
        var offer = Offers.description("chromium-simulcast-slots");
        var decisions = new ArrayList<>(Offers.decisions(offer));
        decisions.set(1, Accept.both(Capabilities.VIDEO, Offers.track(1)));
        var camera = Offers.answered(offer, decisions).answer().media().get(1);
        assertEquals(Optional.of(Direction.RECVONLY), camera.direction());
        assertEquals(List.of(), camera.msids());
        assertEquals(List.of(), camera.sources());
    }

    @ParameterizedTest
    @CsvSource({
        "sendrecv, SENDRECV, SENDRECV",
        "sendrecv, RECVONLY, RECVONLY",
        "sendonly, SENDRECV, RECVONLY",
        "sendonly, SENDONLY, INACTIVE",
        "recvonly, SENDRECV, SENDONLY",
        "inactive, SENDRECV, INACTIVE",
    })
    void sendsAndReceivesWhatBothWant(String offered, Direction wanted, Direction answered) {
        var offer = Offers.parse(Offers.withLines().replace("a=sendrecv", "a=" + offered));
        var decision = new Accept(wanted, Capabilities.AUDIO, Optional.empty());
        var result = Offers.answered(offer, List.of(decision));
        assertEquals(Optional.of(answered), result.answer().media().getFirst().direction());
        assertEquals(answered, result.session().sections().getFirst().direction());
    }

    @Test
    void makesTheSectionThatHoldsTheTransportInactiveRatherThanRejectingIt() {
        var offer = Offers.description("chromium-simulcast-slots");
        var decisions = new ArrayList<>(Offers.decisions(offer));
        decisions.set(0, new Reject());
        decisions.set(1, new Reject());
        var answered = Offers.answered(offer, decisions);
        var microphone = answered.answer().media().getFirst();
        assertFalse(microphone.isRejected());
        assertEquals(Optional.of(Direction.INACTIVE), microphone.direction());
        assertEquals("0", answered.session().transport().orElseThrow().mid());
        assertEquals(
                Direction.INACTIVE,
                answered.session().section("0").orElseThrow().direction());
        assertTrue(answered.answer().media().get(1).isRejected(), "others are rejected");
    }

    @Test
    void bundlesWhatItAcceptsInTheOffersOrderAndPutsCandidatesInTheFirst() {
        var offer = Offers.parse(Offers.text("chromium-audio-video-data").replace("opus", "x-opus"));
        var decisions = List.of(
                Accept.receive(Capabilities.AUDIO), Accept.receive(Capabilities.VIDEO), new AcceptData(5000, 1000));
        var answered = Offers.answered(offer, decisions);
        var answer = answered.answer();
        assertEquals(List.of(new Group("BUNDLE", List.of("1", "2"))), answer.groups());
        assertEquals(Offers.SERVER.candidates(), answer.media().get(1).candidates());
        assertEquals(7881, answer.media().get(1).port());
        assertEquals(Optional.of("IN IP4 192.0.2.10"), answer.media().get(1).connection());
        assertEquals(List.of(), answer.media().get(2).candidates());
        assertEquals(9, answer.media().get(2).port());
        assertTrue(answer.iceLite());
        assertEquals("1", answered.session().transport().orElseThrow().mid());
    }

    @Test
    void rejectsInPlaceWithPortZero() {
        var offer = Offers.description("chromium-audio-video-data");
        var answer = Offers.answered(offer, Collections.nCopies(3, new Reject()));
        for (var section : answer.answer().media()) {
            assertTrue(section.isRejected());
            assertEquals(1, section.formats().size());
        }
        assertEquals(List.of(), answer.answer().groups());
        assertTrue(answer.session().transport().isEmpty());
        assertEquals(List.of(), answer.session().sections());
    }

    @Test
    void leavesAStoppedSectionRejectedWhateverIsDecided() {
        var offer = Offers.description("firefox-reoffer-recycled");
        var answered = Offers.answered(offer);
        assertTrue(answered.answer().media().get(1).isRejected());
        assertFalse(answered.answer().media().get(4).isRejected(), "port 0 with bundle-only is in use");
        assertEquals(
                List.of(0, 3, 4),
                answered.session().sections().stream()
                        .map(NegotiatedSection::index)
                        .toList());
    }

    @Test
    void rejectsWhatHasNoCodecInCommon() {
        var offer = Offers.parse(Offers.withLines("a=rtpmap:111 telephone-event/48000"));
        assertTrue(answer(offer, 0).isRejected());
        assertTrue(answer(withVideo("a=rtpmap:96 H265/90000"), 1).isRejected());
    }

    @Test
    void rejectsWhatHasNoRtcpMux() {
        assertTrue(answer(Offers.parse(Offers.withLines().replace("a=rtcp-mux\n", "")), 0)
                .isRejected());
    }

    @Test
    void rejectsWhatIsNotBundled() {
        var offer = Offers.parse(Offers.withLines(VIDEO));
        assertFalse(answer(offer, 0).isRejected());
        assertTrue(answer(offer, 1).isRejected());
    }

    @Test
    void acceptsTheFirstOfAnOfferWithoutBundle() {
        var offer = Offers.parse(Offers.withLines(VIDEO).replace("a=group:BUNDLE 0\n", ""));
        var answer = Offers.answered(offer).answer();
        assertFalse(answer.media().getFirst().isRejected());
        assertTrue(answer.media().getLast().isRejected());
        assertEquals(List.of(), answer.groups());
    }

    @Test
    void rejectsKindsOfMediaAndDecisionsThatDoNotFit() {
        var offer = Offers.parse(
                Offers.withLines("m=text 9 UDP/TLS/RTP/SAVPF 100", "a=mid:t", "a=rtcp-mux", "a=rtpmap:100 t140/1000")
                        .replace("BUNDLE 0", "BUNDLE 0 t"));
        assertTrue(answer(offer, 1).isRejected());
        var wrong = List.of(new AcceptData(5000, 1), new AcceptData(5000, 1));
        assertTrue(Offers.answered(offer, wrong).answer().media().getFirst().isRejected());
    }

    @ParameterizedTest
    @CsvSource({
        "actpass, PASSIVE, PASSIVE",
        "actpass, ACTIVE, ACTIVE",
        "active, ACTIVE, PASSIVE",
        "passive, PASSIVE, ACTIVE"
    })
    void takesTheDtlsRoleThatIsLeft(String offered, Setup role, Setup answered) {
        var offer = Offers.parse(Offers.withLines().replace("setup:actpass", "setup:" + offered));
        var local = new LocalParameters(
                Origin.of(1, 1),
                "ufrag",
                "passwordpasswordpassword",
                List.of(Offers.FINGERPRINT),
                false,
                List.of(),
                List.of(),
                false,
                role);
        var result = assertInstanceOf(AnswerResult.Answered.class, Jsep.answer(offer, local, Offers.decisions(offer)));
        assertEquals(
                Optional.of(answered),
                result.answer().media().getFirst().transport().setup());
        assertEquals(answered, result.session().transport().orElseThrow().localSetup());
    }

    @Test
    void saysWhatTheTransportNeeds() {
        var transport = Offers.answered(Offers.description("firefox-audio-video-data"))
                .session()
                .transport()
                .orElseThrow();
        assertEquals("0", transport.mid());
        assertEquals("serverfrag", transport.localUfrag());
        assertTrue(transport.localIceLite());
        assertEquals("0f6821ea", transport.remoteUfrag());
        assertEquals("96bdcc91184b76f7f1bc8a1e3faf86fb", transport.remotePwd());
        assertEquals(1, transport.remoteFingerprints().size());
        assertEquals(Setup.PASSIVE, transport.localSetup());
        assertEquals(8, transport.remoteCandidates().size());
        assertTrue(transport.remoteEndOfCandidates());
        assertFalse(transport.remoteTrickles());
    }

    @Test
    void saysWhatTheRtpLayersNeed() {
        var session =
                Offers.answered(Offers.description("chromium-simulcast-slots")).session();
        assertEquals(10, session.sections().size());
        var screen = session.section("2").orElseThrow();
        assertEquals(MediaKind.VIDEO, screen.kind());
        assertEquals(Direction.RECVONLY, screen.direction());
        assertEquals(1, screen.remoteSources().size());
        assertEquals(2169484575L, screen.remoteSources().getFirst().ssrc());
        assertEquals(2793998895L, screen.remoteSources().getFirst().rtxSsrc().orElseThrow());
        var vp8 = screen.receiveCodecs().getFirst();
        assertEquals(96, vp8.payloadType());
        assertEquals(97, vp8.rtxPayloadType().orElseThrow());
        assertEquals(Set.of(Feedback.values()), vp8.feedback());
        assertEquals(Optional.of(vp8), screen.receiveCodec(97));
        assertTrue(screen.receiveCodecs().stream().noneMatch(c -> c.is("rtx")));
        var slot = session.section("3").orElseThrow();
        assertEquals(Direction.SENDONLY, slot.direction());
        assertEquals(List.of(), slot.remoteSources());
        assertTrue(slot.sendCodecs().stream().anyMatch(c -> c.carries(vp8)));
        assertEquals(262_144, session.data().orElseThrow().maxMessageSize());
        assertEquals(10, session.data().orElseThrow().index());
    }

    @Test
    void sendsH264AsTheReceiverSaysIt() {
        var session =
                Offers.answered(Offers.description("chromium-audio-video-data")).session();
        var codecs = session.section("1").orElseThrow().sendCodecs().stream()
                .filter(c -> c.is("H264"))
                .map(NegotiatedCodec::payloadType)
                .toList();
        assertEquals(List.of(109, 103, 115, 107), codecs);
    }

    @ParameterizedTest
    @CsvSource({
        "a=mid:0, a=x, MID",
        "a=ice-ufrag:abcd, a=ice-ufrag:abc, ICE_CREDENTIALS",
        "a=ice-pwd:abcdefghijklmnopqrstuv, a=ice-pwd:short, ICE_CREDENTIALS",
        "a=fingerprint:sha-256, a=x-fingerprint:sha-256, FINGERPRINT",
        "setup:actpass, setup:holdconn, SETUP",
        "BUNDLE 0, BUNDLE 0 7, MID",
        "BUNDLE 0, BUNDLE 0 0, MID",
    })
    void refusesAnOfferThatCannotBeUsed(String from, String to, SdpProblem.Code code) {
        var offer = Offers.parse(Offers.withLines().replace(from, to));
        var refused = assertInstanceOf(
                AnswerResult.Refused.class, Jsep.answer(offer, Offers.SERVER, Offers.decisions(offer)));
        assertTrue(refused.problems().stream().anyMatch(p -> p.code() == code), () -> refused.toString());
    }

    @Test
    void refusesAFingerprintThatIsTooWeak() {
        var sha1 = "AA:".repeat(19) + "AA";
        var offer = Offers.parse(Offers.withLines().replace("sha-256 " + Offers.FINGERPRINT.value(), "sha-1 " + sha1));
        assertEquals(
                SdpProblem.Code.FINGERPRINT, Jsep.checkOffer(offer).getFirst().code());
    }

    @Test
    void refusesAnExtensionIdThatMeansTwoThingsInTheBundle() {
        var offer = Offers.parse(
                Offers.withLines("a=extmap:1 urn:x", VIDEO + "a=extmap:1 urn:y").replace("BUNDLE 0", "BUNDLE 0 1"));
        assertEquals(
                SdpProblem.Code.EXTENSION, Jsep.checkOffer(offer).getFirst().code());
    }

    @Test
    void needsOneDecisionForEachSection() {
        var offer = Offers.description("chromium-audio-video-data");
        assertThrows(IllegalArgumentException.class, () -> Jsep.answer(offer, Offers.SERVER, List.of(new Reject())));
    }
}
