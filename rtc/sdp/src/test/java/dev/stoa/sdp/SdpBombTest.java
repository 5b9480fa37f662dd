package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Malformation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Descriptions made to be expensive: each kind of thing that can be repeated has its cap (threat rule 5). */
class SdpBombTest {
    private static final SdpLimits LIMITS = SdpLimits.DEFAULT;

    static List<Arguments> bombs() {
        return List.of(
                bomb("candidates", LIMITS.candidates(), i -> "a=candidate:" + i + " 1 udp 1 192.0.2.1 1 typ host"),
                bomb("extmaps", LIMITS.extensions(), i -> "a=extmap:" + (i + 1) + " urn:x" + i),
                bomb("SSRCs", LIMITS.sources(), i -> "a=ssrc:" + i + " cname:x"),
                bomb("SSRC groups", LIMITS.sources(), i -> "a=ssrc-group:FID " + i),
                bomb("attributes of an SSRC", LIMITS.others(), i -> "a=ssrc:7 x" + i + ":y"),
                bomb("rids", LIMITS.rids(), i -> "a=rid:r" + i + " send"),
                bomb("msids", LIMITS.others(), i -> "a=msid:s" + i + " t"),
                bomb("feedback of a payload type", LIMITS.others(), i -> "a=rtcp-fb:111 f" + i),
                bomb("feedback of all payload types", LIMITS.others(), i -> "a=rtcp-fb:* f" + i),
                bomb("fingerprints", LIMITS.others() - 1, _ -> "a=fingerprint:sha-256 " + Offers.FINGERPRINT.value()),
                bomb("bandwidths", LIMITS.others(), i -> "b=AS:" + i),
                bomb("attributes not known", LIMITS.others(), i -> "a=x" + i),
                bomb("m-sections", LIMITS.sections() - 1, i -> "m=audio 9 RTP/AVP 0\na=mid:m" + i));
    }

    private static Arguments bomb(String name, int limit, IntFunction<String> line) {
        return Arguments.of(name, limit, line);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("bombs")
    void aSectionMayHaveSoManyAndNotOneMore(String name, int limit, IntFunction<String> line) {
        var enough = IntStream.range(0, limit).mapToObj(line).toArray(String[]::new);
        assertInstanceOf(ParseResult.Parsed.class, SessionDescription.parse(Offers.withLines(enough)), name);
        var tooMany = IntStream.range(0, limit + 1).mapToObj(line).toArray(String[]::new);
        assertEquals(
                Malformation.TOO_MANY, Offers.refused(Offers.withLines(tooMany)).malformation(), name);
    }

    @ParameterizedTest
    @MethodSource("sessionBombs")
    void theSessionMayHaveSoManyAndNotOneMore(String name, String before, String each, int limit) {
        for (int more = 0; more <= 1; more++) {
            var lines = before + each.repeat(limit + more);
            var result = SessionDescription.parse(Offers.withLines().replace("t=0 0", "t=0 0\n" + lines.strip()));
            boolean refused = result instanceof ParseResult.Refused(int _, Malformation why, String _)
                    && why == Malformation.TOO_MANY;
            assertEquals(more == 1, refused, name);
        }
    }

    static List<Arguments> sessionBombs() {
        return List.of(
                Arguments.of("groups", "", "a=group:LS\n", LIMITS.others() - 1),
                Arguments.of("mids of a group", "a=group:LS", " m", LIMITS.sections()),
                Arguments.of("ICE options", "a=ice-options:", "x ", LIMITS.others()),
                Arguments.of("msid-semantic", "a=msid-semantic:", " x", LIMITS.sections()),
                Arguments.of("attributes", "", "a=x\n", LIMITS.others()));
    }

    @Test
    void aSectionHasNoMoreFormatsThanAllowed() {
        var formats = IntStream.rangeClosed(0, LIMITS.codecs()).mapToObj(Integer::toString);
        var refused = Offers.refused(Offers.withLines("m=audio 9 RTP/AVP " + formats.collect(Collectors.joining(" "))));
        assertEquals(Malformation.TOO_MANY, refused.malformation());
    }

    @Test
    void simulcastHasNoMoreStreamsThanAllowed() {
        var streams = IntStream.rangeClosed(0, LIMITS.rids()).mapToObj(i -> "r" + i);
        var refused = Offers.refused(Offers.withLines("a=simulcast:send " + streams.collect(Collectors.joining(","))));
        assertEquals(Malformation.TOO_MANY, refused.malformation());
    }

    @Test
    void anSsrcGroupHasNoMoreSourcesThanAllowed() {
        var refused = Offers.refused(Offers.withLines("a=ssrc-group:SIM" + " 1".repeat(LIMITS.sources() + 1)));
        assertEquals(Malformation.TOO_MANY, refused.malformation());
    }

    @Test
    void aLineMayNotBeTooLong() {
        var refused = Offers.refused(Offers.withLines("a=x:" + "y".repeat(LIMITS.lineLength())));
        assertEquals(Malformation.TOO_MANY, refused.malformation());
        assertEquals(17, refused.line());
    }

    @Test
    void theWholeMayNotHaveTooManyLines() {
        var refused = Offers.refused(Offers.withLines("i=x\n".repeat(LIMITS.lines())));
        assertEquals(LIMITS.lines() + 1, refused.line());
    }

    @Test
    void theWholeMayNotHaveTooManyBytes() {
        var line = "i=" + "x".repeat(4000) + "\n";
        assertEquals(0, Offers.refused(Offers.withLines(line.repeat(66))).line());
        // As many characters as are allowed, each of three bytes.
        var wide = "i=" + "\u20AC".repeat(4000) + "\n";
        assertInstanceOf(ParseResult.Parsed.class, SessionDescription.parse(Offers.withLines(wide.repeat(21))));
        assertEquals(0, Offers.refused(Offers.withLines(wide.repeat(22))).line());
    }

    @Test
    void limitsCanBeTightened() {
        var tight = new SdpLimits(1000, 200, 50, 1, 1, 5, 5, 5, 5, 5);
        assertInstanceOf(ParseResult.Parsed.class, SessionDescription.parse(Offers.withLines(), tight));
        assertInstanceOf(
                ParseResult.Refused.class, SessionDescription.parse(Offers.text("chromium-audio-video-data"), tight));
    }

    /** The most codecs with the longest parameters, all alike, in the most work that 256 KiB can make. */
    @Test
    void answeringTheWorstOfferTakesNoTime() {
        var lines = new ArrayList<String>();
        var formats = new ArrayList<String>();
        for (int i = 0; i < 50; i++) {
            formats.add(Integer.toString(i));
            formats.add(Integer.toString(50 + i));
            lines.add("a=rtpmap:" + i + " H264/90000");
            lines.add("a=fmtp:" + i + " " + "x;".repeat(1200) + "packetization-mode=1;profile-level-id=42e01f");
            lines.add("a=rtpmap:" + (50 + i) + " rtx/90000");
            lines.add("a=fmtp:" + (50 + i) + " " + "x;".repeat(1200) + "apt=" + i);
        }
        var video = "m=video 9 UDP/TLS/RTP/SAVPF " + String.join(" ", formats) + "\na=mid:1\na=rtcp-mux\n";
        var text = Offers.withLines(video + String.join("\n", lines)).replace("BUNDLE 0", "BUNDLE 0 1");
        assertTimeout(Duration.ofSeconds(2), () -> {
            var answer = Offers.answered(Offers.parse(text));
            assertEquals(
                    50, answer.session().section("1").orElseThrow().sendCodecs().size());
        });
    }

    @Test
    void anAnswerIsNotMuchLongerThanTheOffer() {
        var sections = new ArrayList<String>();
        var mids = new ArrayList<String>();
        for (int i = 1; i < LIMITS.sections(); i++) {
            mids.add("m" + i);
            sections.add(
                    "m=video 9 UDP/TLS/RTP/SAVPF 96\na=mid:m" + i + "\na=recvonly\na=rtcp-mux\na=rtpmap:96 VP8/90000");
        }
        var text =
                Offers.withLines(String.join("\n", sections)).replace("BUNDLE 0", "BUNDLE 0 " + String.join(" ", mids));
        var offer = Offers.parse(text);
        var answer = Offers.answered(offer).answer();
        assertEquals(LIMITS.sections(), answer.media().size());
        int perSection = answer.write().length() / LIMITS.sections();
        assertTrue(perSection < 700, () -> String.format(Locale.ROOT, "%d bytes a section", perSection));
        assertEquals(Collections.frequency(answer.media(), answer.media().getFirst()), 1);
    }
}
