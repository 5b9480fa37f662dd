package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sdp.SdpProblem.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerCheckTest {
    private static final SessionDescription OFFER = Jsep.offer(Offers.PEER, OfferTest.publisherWithSlots(), List.of());
    private static final String ANSWER = Offers.answered(OFFER).answer().write();

    private static List<SdpProblem> problems(String answer) {
        return assertInstanceOf(NegotiationResult.Refused.class, Jsep.applyAnswer(OFFER, Offers.parse(answer)))
                .problems();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m=audio 7881|m=video 7881|SECTION_MISMATCH",
                "m=video 9 UDP/TLS/RTP/SAVPF|m=video 9 RTP/SAVPF|SECTION_MISMATCH",
                "a=mid:3|a=mid:x3|MID",
                "BUNDLE 0 1|BUNDLE 0 x 1|MID",
                "BUNDLE 0 1 2 3 4 5|BUNDLE 0 1 2 3 4|BUNDLE",
                "a=setup:passive|a=setup:actpass|SETUP",
                "a=setup:passive|a=setup:holdconn|SETUP",
                "a=ice-ufrag:serverfrag|a=ice-ufrag:s|ICE_CREDENTIALS",
                "a=ice-pwd:server|a=x-pwd:server|ICE_CREDENTIALS",
                "a=fingerprint:sha-256|a=x-fingerprint:sha-256|FINGERPRINT",
                "a=rtcp-mux|a=x-mux|RTCP_MUX",
                "a=recvonly|a=sendrecv|DIRECTION",
                "a=recvonly|a=x-recvonly|DIRECTION",
                "opus/48000/2|opus/48000|CODEC",
                "a=extmap:1 urn|a=extmap:99 urn|EXTENSION",
                "rtp-hdrext:sdes:mid|rtp-hdrext:sdes:mad|EXTENSION",
                "a=rid:q recv|a=rid:z recv|RID",
                "a=rid:q recv|a=rid:q send|RID",
                "a=simulcast:recv|a=simulcast:send|RID",
                "a=sctp-port:5000|a=x-port:5000|SCTP",
            })
    void saysWhatDoesNotFit(String from, String to, Code code) {
        assertTrue(ANSWER.contains(from), from);
        var problems = problems(ANSWER.replace(from, to));
        assertTrue(problems.stream().anyMatch(p -> p.code() == code), problems::toString);
        assertTrue(problems.stream().noneMatch(p -> p.message().isBlank()));
    }

    @Test
    void saysThatASectionIsMissing() {
        var problems = problems(ANSWER.substring(0, ANSWER.indexOf("m=application")));
        assertEquals(Code.SECTION_COUNT, problems.getFirst().code());
        assertEquals("section-count", problems.getFirst().code().text());
    }

    @Test
    void saysThatARejectedSectionIsInTheBundle() {
        var problems = problems(ANSWER.replace("m=application 9", "m=application 0"));
        assertEquals(
                List.of(Code.BUNDLE), problems.stream().map(SdpProblem::code).toList());
    }

    @Test
    void saysThatAStoppedSectionWasAccepted() {
        var offer = Jsep.offer(
                Offers.PEER,
                List.of(
                        SectionOffer.Media.receive("0", MediaKind.AUDIO, Capabilities.AUDIO),
                        new SectionOffer.Stopped("1", MediaKind.AUDIO)),
                List.of());
        var answer = Offers.answered(offer).answer().write().replace("m=audio 0", "m=audio 9");
        var refused = assertInstanceOf(NegotiationResult.Refused.class, Jsep.applyAnswer(offer, Offers.parse(answer)));
        assertTrue(refused.problems().stream().anyMatch(p -> p.code() == Code.SECTION_MISMATCH));
    }

    @Test
    void letsASectionBeRejected() {
        var answer =
                ANSWER.replace("m=application 9", "m=application 0").replace("BUNDLE 0 1 2 3 4 5", "BUNDLE 0 1 2 3 4");
        var session = assertInstanceOf(
                        NegotiationResult.Negotiated.class, Jsep.applyAnswer(OFFER, Offers.parse(answer)))
                .session();
        assertTrue(session.data().isEmpty());
        assertEquals(5, session.sections().size());
    }
}
