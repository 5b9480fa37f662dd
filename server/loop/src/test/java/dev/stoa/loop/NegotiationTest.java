package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.MediaDescription;
import dev.stoa.sdp.ParseResult;
import dev.stoa.sdp.SessionDescription;
import dev.stoa.sfu.Codec;
import dev.stoa.sfu.CodecKind;
import dev.stoa.sfu.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NegotiationTest {
    private static final DtlsCertificate CERTIFICATE =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH, Duration.ofDays(1));
    private static final List<String> CANDIDATES = List.of("1 1 udp 2130706431 192.0.2.1 7881 typ host");

    static final String OFFER = text("chromium-microphone-camera-slots.sdp");
    private static final Map<String, Source> SOURCES = Map.of("0", Source.MICROPHONE, "1", Source.CAMERA);

    @Test
    void takesWhatIsSentAndFillsTheRestWithSlots() {
        var agreed = agree(negotiation(OFFER), OFFER);
        assertEquals(
                List.of(new Publication("0", Source.MICROPHONE), new Publication("1", Source.CAMERA)),
                agreed.publications());
        var answer = parse(agreed.sdp());
        assertEquals(Direction.RECVONLY, direction(answer, "0"));
        assertEquals(Direction.RECVONLY, direction(answer, "1"));
        for (var mid : agreed.slots().keySet()) {
            assertEquals(Direction.SENDONLY, direction(answer, mid));
        }
        assertEquals(parse(OFFER).media().size() - 2, agreed.slots().size());
    }

    @Test
    void everySlotHasAnSsrcOfItsOwnWhichStaysInLaterAnswers() {
        var negotiation = negotiation(OFFER);
        var first = agree(negotiation, OFFER);
        var ssrcs = new HashSet<Long>();
        first.slots().values().forEach(track -> {
            assertTrue(ssrcs.add(track.ssrc()));
            track.rtxSsrc().ifPresent(rtx -> assertTrue(ssrcs.add(rtx)));
        });
        assertEquals(first.slots(), agree(negotiation, OFFER).slots());
    }

    @Test
    void playsTheFirstAudioSlotInStepWithTheFirstVideoSlot() {
        var tracks = agree(negotiation(OFFER), OFFER).slots().values();
        var streams = tracks.stream()
                .map(track -> track.streamId())
                .filter("slot-0"::equals)
                .count();
        assertEquals(2, streams);
    }

    @Test
    void saysThatItIsLitePassiveAndWhereItIs() {
        var sdp = agree(negotiation(OFFER), OFFER).sdp();
        assertTrue(sdp.contains("\r\na=ice-lite\r\n"), sdp);
        assertTrue(sdp.contains("\r\na=setup:passive\r\n"), sdp);
        assertTrue(sdp.contains("\r\na=candidate:" + CANDIDATES.getFirst() + "\r\n"), sdp);
        assertTrue(sdp.contains(CERTIFICATE.fingerprint("sha-256").value()), sdp);
    }

    @Test
    void anotherUfragIsARestartWithCredentialsNeverUsedBefore() {
        var negotiation = negotiation(OFFER);
        var first = agree(negotiation, OFFER);
        assertFalse(agree(negotiation, OFFER).restarted());
        var again = agree(negotiation, OFFER.replaceAll("a=ice-ufrag:.*", "a=ice-ufrag:other"));
        assertTrue(again.restarted());
        assertNotEquals(first.credentials(), again.credentials());
    }

    @Test
    void anotherSessionIdIsAnotherPeerConnection() {
        var negotiation = negotiation(OFFER);
        assertTrue(negotiation.isContinuedBy(parse(OFFER)));
        assertFalse(negotiation.isContinuedBy(parse(OFFER.replaceFirst("o=- \\d+", "o=- 4711"))));
    }

    @Test
    void repeatsTheNumberOfTheOffer() {
        var offer = OFFER.replaceFirst("t=0 0\r?\n", "t=0 0\r\na=x-stoa-offer:17\r\n");
        assertTrue(agree(negotiation(offer), offer).sdp().contains("\r\na=x-stoa-offer:17\r\n"));
    }

    /** Threat rule 5: mids are the other side's. */
    @Test
    void slotsThatAreNamedAnewEachTimeAreNotAllRemembered() {
        var negotiation = negotiation(OFFER);
        var mids = new HashSet<String>();
        for (int round = 0; round < 100; round++) {
            var prefix = "r" + round + "-";
            var bundle = parse(OFFER).media().stream()
                    .map(section -> prefix + section.mid().orElseThrow())
                    .collect(Collectors.joining(" "));
            var offer = OFFER.replace("a=mid:", "a=mid:" + prefix).replaceFirst("BUNDLE [\\w ]*", "BUNDLE " + bundle);
            mids.addAll(agree(negotiation, offer).slots().keySet());
        }
        assertEquals(Negotiation.MAX_SLOTS, mids.size());
    }

    @Test
    void refusesAnOfferWithoutAFingerprint() {
        var offer = OFFER.replaceAll("a=fingerprint:.*\r?\n", "");
        assertInstanceOf(Negotiation.Refused.class, negotiation(offer).answer(parse(offer), SOURCES));
    }

    @Test
    void takesSimulcastByRid() {
        var lines = "a=mid:1\r\na=rid:l send\r\na=rid:m send\r\na=rid:h send\r\na=simulcast:send l;m;h\r\n";
        var offer = OFFER.replaceFirst("a=mid:1\r?\n", lines).replaceAll("a=ssrc(-group)?:.*\r?\n", "");
        var agreed = agree(negotiation(offer), offer);
        assertTrue(agreed.sdp().contains("\r\na=simulcast:recv l;m;h\r\n"), agreed.sdp());
        var section = agreed.session().section("1").orElseThrow();
        var track = RouterParameters.track("p", Source.CAMERA, section);
        assertEquals(List.of("l", "m", "h"), track.rids());
        var extensions = RouterParameters.member("p", agreed.session()).extensions();
        assertEquals(10, extensions.id(RtpHeaderExtension.RTP_STREAM_ID));
        assertEquals(11, extensions.id(RtpHeaderExtension.REPAIRED_RTP_STREAM_ID));
    }

    @Test
    void takesTheDependencyDescriptorBothWays() {
        var uri = RtpHeaderExtension.DEPENDENCY_DESCRIPTOR.uri();
        var offer = OFFER.replaceAll("a=mid:([15])\r?\n", "a=mid:$1\r\na=extmap:12 " + uri + "\r\n");
        var agreed = agree(negotiation(offer), offer);
        var extensions = RouterParameters.member("p", agreed.session()).extensions();
        assertEquals(12, extensions.id(RtpHeaderExtension.DEPENDENCY_DESCRIPTOR));
        var slot = agreed.slots().get("5");
        assertNotNull(slot);
        var parameters = RouterParameters.slot(agreed.session().section("5").orElseThrow(), slot);
        assertEquals(12, parameters.extensions().id(RtpHeaderExtension.DEPENDENCY_DESCRIPTOR));
    }

    @Test
    void takesRedundantAudioAndLetsWhoNamesItFirstSendIt() {
        var agreed = agree(negotiation(OFFER), OFFER);
        assertEquals(List.of(CodecKind.OPUS, CodecKind.RED), audioCodecs(agreed, Codec::kind));
        assertEquals(List.of("OPUS", "RED/111"), audioCodecs(agreed, Codec::format));
        var offer = OFFER.replace("SAVPF 111 63 ", "SAVPF 63 111 ");
        assertEquals(
                List.of(CodecKind.RED, CodecKind.OPUS), audioCodecs(agree(negotiation(offer), offer), Codec::kind));
    }

    private static <T> List<T> audioCodecs(Negotiation.Agreed agreed, Function<Codec, T> of) {
        var section = agreed.session().section("0").orElseThrow();
        return RouterParameters.track("p", Source.MICROPHONE, section).codecs().stream()
                .map(of)
                .toList();
    }

    @Test
    void whatIsSaidToBeACameraButIsAudioIsNotTaken() {
        var agreed = assertInstanceOf(
                Negotiation.Agreed.class, negotiation(OFFER).answer(parse(OFFER), Map.of("0", Source.CAMERA)));
        assertEquals(List.of(), agreed.publications());
    }

    private static Negotiation negotiation(String offer) {
        return new Negotiation(parse(offer), CERTIFICATE, CANDIDATES, new Random(1));
    }

    private static Negotiation.Agreed agree(Negotiation negotiation, String offer) {
        return assertInstanceOf(Negotiation.Agreed.class, negotiation.answer(parse(offer), SOURCES));
    }

    private static Direction direction(SessionDescription description, String mid) {
        MediaDescription section = description.section(mid).orElseThrow();
        return description.directionOf(section);
    }

    private static SessionDescription parse(String sdp) {
        return assertInstanceOf(ParseResult.Parsed.class, SessionDescription.parse(sdp))
                .description();
    }

    private static String text(String name) {
        try (var stream = NegotiationTest.class.getResourceAsStream("/offers/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("no " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
