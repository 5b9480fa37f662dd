package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OfferTest {
    private static final Capabilities VIDEO = Capabilities.VIDEO.only("VP8", "H264");

    static List<SectionOffer> publisherWithSlots() {
        return List.of(
                SectionOffer.Media.send("0", MediaKind.AUDIO, Capabilities.AUDIO, Offers.track(0)),
                new SectionOffer.Media(
                        "1",
                        MediaKind.VIDEO,
                        Direction.SENDONLY,
                        VIDEO,
                        Optional.of(Offers.track(1)),
                        List.of("q", "h", "f")),
                SectionOffer.Media.send("2", MediaKind.VIDEO, VIDEO, Offers.track(2)),
                SectionOffer.Media.receive("3", MediaKind.VIDEO, VIDEO),
                SectionOffer.Media.receive("4", MediaKind.AUDIO, Capabilities.AUDIO),
                new SectionOffer.Data("5", 5000, 262_144));
    }

    private static SessionDescription offer(List<? extends SectionOffer> sections) {
        return Jsep.offer(Offers.PEER, sections, List.of());
    }

    private static NegotiatedSession negotiated(SessionDescription offer, SessionDescription answer) {
        return assertInstanceOf(NegotiationResult.Negotiated.class, Jsep.applyAnswer(offer, answer))
                .session();
    }

    @Test
    void isTheSameAfterWritingAndReading() {
        var offer = offer(publisherWithSlots());
        assertEquals(offer, Offers.parse(offer.write()));
        assertEquals(List.of(), Jsep.checkOffer(offer));
    }

    @Test
    void bundlesAllOnOneTransportAndLeavesTheDtlsRoleOpen() {
        var offer = offer(publisherWithSlots());
        assertEquals(
                List.of("0", "1", "2", "3", "4", "5"),
                offer.bundle().orElseThrow().mids());
        for (var section : offer.media()) {
            assertEquals(Optional.of(Setup.ACTPASS), section.transport().setup());
            assertTrue(section.isData() || section.rtcpMux());
        }
    }

    @Test
    void givesACodecOnePayloadTypeInAllSections() {
        var offer = offer(publisherWithSlots());
        assertEquals(offer.media().get(1).formats(), offer.media().get(3).formats());
        assertEquals(offer.media().get(0).formats(), offer.media().get(4).formats());
        var audio = Set.copyOf(offer.media().get(0).formats());
        assertTrue(offer.media().get(1).formats().stream().noneMatch(audio::contains));
    }

    @Test
    void givesAnExtensionOneIdInAllSections() {
        var ids = offer(publisherWithSlots()).media().stream()
                .flatMap(section -> section.extensions().stream())
                .collect(Collectors.groupingBy(HeaderExtension::uri, Collectors.toSet()));
        assertEquals(9, ids.size());
        assertTrue(ids.values().stream().allMatch(same -> same.size() == 1));
    }

    @Test
    void announcesSimulcastByRidAndThenNoSsrc() {
        var camera = offer(publisherWithSlots()).media().get(1);
        assertEquals(3, camera.rids().size());
        assertEquals(3, camera.simulcast().send().size());
        assertEquals(List.of(), camera.sources());
        assertEquals(1, camera.msids().size());
    }

    @Test
    void keepsPayloadTypesAndIdsInALaterOffer() {
        var first = offer(publisherWithSlots());
        var later = new ArrayList<SectionOffer>(publisherWithSlots());
        later.set(0, new SectionOffer.Stopped("0", MediaKind.AUDIO));
        later.add(SectionOffer.Media.receive("6", MediaKind.VIDEO, Capabilities.VIDEO));
        var second = Jsep.offer(Offers.PEER, later, List.of(first));
        assertTrue(second.media().getFirst().isRejected());
        assertFalse(second.bundle().orElseThrow().mids().contains("0"));
        for (int i = 1; i < 5; i++) {
            assertEquals(first.media().get(i).codecs(), second.media().get(i).codecs());
            assertEquals(
                    first.media().get(i).extensions(), second.media().get(i).extensions());
        }
        assertTrue(
                second.media().get(6).codecs().containsAll(first.media().get(3).codecs()));
    }

    @Test
    void usesTheOtherSidesNumbersWhenItOfferedFirst() {
        var theirs = Offers.description("safari-audio-video-data");
        var ours = Jsep.offer(
                Offers.PEER, List.of(SectionOffer.Media.receive("0", MediaKind.VIDEO, VIDEO)), List.of(theirs));
        var section = ours.media().getFirst();
        assertEquals("VP8", section.codec(127).orElseThrow().name());
        assertEquals(103, section.rtxOf(127).orElseThrow().payloadType());
        assertEquals(
                10,
                section.extensions().stream()
                        .filter(e -> e.uri().equals(HeaderExtensionUri.RID))
                        .findFirst()
                        .orElseThrow()
                        .id());
    }

    @Test
    void offersRedAroundOpus() {
        var audio = Capabilities.AUDIO.plus(Capabilities.RED_AUDIO);
        var section = offer(List.of(SectionOffer.Media.receive("0", MediaKind.AUDIO, audio)))
                .media()
                .getFirst();
        assertEquals("96/96", section.codec(97).orElseThrow().parameters().text());
    }

    @Test
    void bothSidesReadTheSameOutOfOfferAndAnswer() {
        var offer = offer(publisherWithSlots());
        var answered = Offers.answered(offer);
        var server = answered.session();
        var peer = negotiated(offer, Offers.parse(answered.answer().write()));
        assertEquals(server.sections().size(), peer.sections().size());
        for (int i = 0; i < 5; i++) {
            var ours = peer.sections().get(i);
            var theirs = server.sections().get(i);
            assertEquals(theirs.direction().reversed(), ours.direction());
            assertEquals(theirs.sendExtensions(), ours.receiveExtensions());
            assertEquals(theirs.receiveExtensions(), ours.sendExtensions());
            assertEquals(theirs.receiveRids(), ours.sendRids());
            assertEquals(theirs.receiveCodecs(), ours.sendCodecs());
            assertEquals(theirs.sendCodecs(), ours.receiveCodecs());
        }
        assertEquals(List.of("q", "h", "f"), peer.section("1").orElseThrow().sendRids());
        assertEquals(
                1003, peer.section("3").orElseThrow().remoteSources().getFirst().ssrc());
        assertEquals(Setup.ACTIVE, peer.transport().orElseThrow().localSetup());
        assertTrue(peer.transport().orElseThrow().remoteIceLite());
        assertEquals("serverfrag", peer.transport().orElseThrow().remoteUfrag());
        assertEquals(Offers.SERVER.candidates(), peer.transport().orElseThrow().remoteCandidates());
        assertEquals(5000, peer.data().orElseThrow().remoteSctpPort());
    }

    @Test
    void readsTheAnswersOfBrowsersToEachOther() {
        for (var browser : List.of("chromium", "firefox")) {
            var session = negotiated(
                    Offers.description(browser + "-audio-video-data"),
                    Offers.description(browser + "-answer-audio-video-data"));
            assertEquals(2, session.sections().size());
            assertEquals(Direction.SENDRECV, session.sections().getFirst().direction());
            assertTrue(session.data().isPresent());
            assertEquals(Setup.PASSIVE, session.transport().orElseThrow().localSetup());
            var later = negotiated(
                    Offers.description(browser + "-reoffer-stopped"), Offers.description(browser + "-answer-stopped"));
            assertEquals(
                    List.of(0, 2),
                    later.sections().stream().map(NegotiatedSection::index).toList());
            assertEquals(Direction.INACTIVE, later.sections().getLast().direction());
        }
    }

    /** RFC 3264, 6.1: each side names the payload types that it wants to receive. */
    @Test
    void sendsWithThePayloadTypesOfTheAnswer() {
        var offer = offer(List.of(SectionOffer.Media.both("0", MediaKind.VIDEO, VIDEO.only("VP8"), Offers.track(0))));
        var text = Offers.answered(offer).answer().write();
        var answer = Offers.parse(text.replace("SAVPF 96 97", "SAVPF 100 101")
                .replace(":96 ", ":100 ")
                .replace(":97 apt=96", ":101 apt=100")
                .replace(":97 ", ":101 "));
        var section = negotiated(offer, answer).sections().getFirst();
        assertEquals(100, section.sendCodecs().getFirst().payloadType());
        assertEquals(101, section.sendCodecs().getFirst().rtxPayloadType().orElseThrow());
        assertEquals(96, section.receiveCodecs().getFirst().payloadType());
        assertEquals(97, section.receiveCodecs().getFirst().rtxPayloadType().orElseThrow());
    }

    @Test
    void refusesTwoSectionsWithOneMid() {
        var section = SectionOffer.Media.receive("0", MediaKind.AUDIO, Capabilities.AUDIO);
        assertThrows(IllegalArgumentException.class, () -> offer(List.of(section, section)));
    }

    @Test
    void refusesMoreCodecsThanPayloadTypes() {
        var many = new ArrayList<CodecCapability>();
        for (int i = 0; i < 31; i++) {
            many.add(CodecCapability.video("X" + i, ""));
        }
        var section = SectionOffer.Media.receive("0", MediaKind.VIDEO, VIDEO.withCodecs(many));
        assertThrows(IllegalArgumentException.class, () -> offer(List.of(section)));
    }
}
