package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Offers that are almost right, from a seeded random: nothing throws, what is read can be written, answers stay small. */
class SdpFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final long SEED = 8866;

    /** One of everything, in little: in a long offer most mutations hit the same kind of line. */
    private static final String DENSE = Offers.withLines(
                    "a=extmap:1 " + HeaderExtensionUri.MID,
                    "a=rtcp-fb:111 transport-cc",
                    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 119 121",
                    "b=TIAS:100000",
                    "a=mid:1",
                    "a=sendonly",
                    "a=rtcp-mux",
                    "a=rtcp-rsize",
                    "a=candidate:1 1 udp 1 192.0.2.1 1 typ host",
                    "a=end-of-candidates",
                    "a=extmap:1 " + HeaderExtensionUri.MID,
                    "a=extmap:9/sendonly " + HeaderExtensionUri.RID,
                    "a=msid:s t",
                    "a=rtpmap:96 H264/90000",
                    "a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
                    "a=rtcp-fb:* nack pli",
                    "a=rtpmap:97 rtx/90000",
                    "a=fmtp:97 apt=96",
                    "a=rtpmap:98 VP9/90000",
                    "a=fmtp:98 profile-id=0",
                    "a=rtpmap:99 rtx/90000",
                    "a=fmtp:99 apt=98",
                    "a=rtpmap:119 red/90000",
                    "a=rtpmap:121 ulpfec/90000",
                    "a=rid:a send pt=96;max-width=320",
                    "a=rid:b send",
                    "a=simulcast:send a;~b",
                    "m=video 0 UDP/TLS/RTP/SAVPF 96 97",
                    "a=mid:2",
                    "a=bundle-only",
                    "a=recvonly",
                    "a=rtcp-mux",
                    "a=rtpmap:96 VP8/90000",
                    "a=ssrc-group:FID 1 2",
                    "a=ssrc:1 cname:c",
                    "a=ssrc:2 cname:c",
                    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
                    "a=mid:3",
                    "a=sctp-port:5000",
                    "a=max-message-size:262144")
            .replace("BUNDLE 0", "BUNDLE 0 1 2 3");

    private static final List<String> LONG = List.of(
            Offers.text("firefox-audio-video-data"),
            Offers.text("chromium-audio-video-data"),
            Offers.text("safari-audio-video-data"),
            Offers.text("firefox-simulcast-slots"));

    private static final List<String> SHORT = List.of(
            DENSE, DENSE, Offers.withLines(), Offers.text("chromium-data-only"), Offers.text("firefox-answer-stopped"));

    private static final List<String> PIECES = List.of(
            "a=",
            "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n",
            "m=video 0 RTP/AVP 0\r\n",
            "a=mid:0\r\n",
            "a=bundle-only\r\n",
            "a=group:BUNDLE 0 1\r\n",
            "a=rid:a send\r\n",
            "a=simulcast:send a;b recv c\r\n",
            "a=rtcp-fb:* nack\r\n",
            "a=fmtp:96 apt=96\r\n",
            "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f\r\n",
            "a=ssrc:1 x\r\n",
            "a=ssrc-group:FID 1 1\r\n",
            "a=extmap:1 urn:x\r\n",
            "a=sctp-port:0\r\n",
            "4294967295",
            "-1",
            " ",
            ":",
            "/",
            ";",
            "=",
            "\r\n",
            "\n",
            "\t",
            "\u0000",
            "ä",
            "\uD800",
            "99999999999999999999",
            "a=rtpmap:97 rtx/90000\r\n");

    private static final SdpLimits LIMITS = SdpLimits.DEFAULT;

    @Test
    void mutatedOffersNeverThrowAndAnswersStaySmall() {
        var random = new Random(SEED);
        int parsed = 0;
        int answered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var text = mutated(random);
            try {
                if (SessionDescription.parse(text, LIMITS) instanceof ParseResult.Parsed(var description)) {
                    parsed++;
                    answered += use(description, text) ? 1 : 0;
                }
            } catch (Throwable e) {
                fail("seed " + SEED + ", round " + round + ":\n" + text, e);
            }
        }
        // Otherwise only the first lines of the parser would be tried.
        assertTrue(parsed > ROUNDS / 5, "parsed " + parsed);
        assertTrue(answered > ROUNDS / 20, "answered " + answered);
    }

    /** Whether it could be answered. */
    private static boolean use(SessionDescription description, String text) {
        var written = description.write();
        assertTrue(written.length() <= 2 * text.length() + 100 * LIMITS.codecs(), "it grew when written");
        assertEquals(description, Offers.parse(written));
        return switch (Jsep.answer(description, Offers.SERVER, Offers.decisions(description))) {
            case AnswerResult.Answered(var answer, var session) -> {
                assertEquals(description.media().size(), answer.media().size());
                assertEquals(answer, Offers.parse(answer.write()));
                assertTrue(answer.write().length()
                        < 2 * text.length() + 1000 * (1 + answer.media().size()));
                assertTrue(session.sections().size() <= answer.media().size());
                assertTrue(
                        Jsep.applyAnswer(description, answer) instanceof NegotiationResult.Negotiated,
                        () -> Jsep.applyAnswer(description, answer).toString());
                yield true;
            }
            case AnswerResult.Refused(var problems) -> {
                assertTrue(!problems.isEmpty());
                yield false;
            }
        };
    }

    @Test
    void mutatedAnswersNeverThrow() {
        var random = new Random(SEED + 1);
        var offer = Jsep.offer(Offers.PEER, OfferTest.publisherWithSlots(), List.of());
        var answer = Offers.answered(offer).answer().write();
        int negotiated = 0;
        for (int round = 0; round < ROUNDS / 10; round++) {
            var text = mutate(answer, random);
            try {
                if (SessionDescription.parse(text, LIMITS) instanceof ParseResult.Parsed(var description)) {
                    negotiated += Jsep.applyAnswer(offer, description) instanceof NegotiationResult.Negotiated ? 1 : 0;
                }
            } catch (Throwable e) {
                fail("seed " + (SEED + 1) + ", round " + round + ":\n" + text, e);
            }
        }
        assertTrue(negotiated > 0);
    }

    @Test
    void randomTextNeverThrows() {
        var random = new Random(SEED + 2);
        for (int round = 0; round < ROUNDS; round++) {
            var text = new StringBuilder(random.nextBoolean() ? "v=0\no=- 1 1 IN IP4 1\ns=-\n" : "");
            for (int i = random.nextInt(200); i > 0; i--) {
                text.append(
                        random.nextInt(4) == 0
                                ? PIECES.get(random.nextInt(PIECES.size()))
                                : String.valueOf((char) random.nextInt(random.nextInt(8) == 0 ? 0x10000 : 0x80)));
            }
            if (SessionDescription.parse(text.toString()) instanceof ParseResult.Parsed(var description)) {
                assertEquals(description, Offers.parse(description.write()), "seed " + (SEED + 2) + ", round " + round);
            }
        }
    }

    private static String mutated(Random random) {
        var corpus = random.nextInt(200) == 0 ? LONG : SHORT;
        return mutate(corpus.get(random.nextInt(corpus.size())), random);
    }

    private static String mutate(String original, Random random) {
        var text = new StringBuilder(original);
        for (int i = 1 + random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            int line = text.lastIndexOf("\n", at) + 1;
            int next = text.indexOf("\n", at) + 1;
            next = next == 0 ? text.length() : next;
            switch (random.nextInt(8)) {
                case 0 -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.delete(line, next);
                case 3 -> text.insert(line, text.substring(line, next));
                case 4 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 5 -> text.insert(line, PIECES.get(random.nextInt(PIECES.size())));
                case 6 -> {
                    // A line moves.
                    var moved = text.substring(line, next);
                    text.delete(line, next);
                    int to = text.isEmpty() ? 0 : text.lastIndexOf("\n", random.nextInt(text.length())) + 1;
                    text.insert(to, moved);
                }
                default -> text.setLength(random.nextInt(20) == 0 ? at : text.length());
            }
        }
        return text.toString();
    }
}
