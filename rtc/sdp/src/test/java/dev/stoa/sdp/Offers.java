package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Descriptions that browsers wrote (src/test/resources/offers), and our side of a session. */
final class Offers {
    static final List<String> ALL = List.of(
            "chromium-audio-video-data",
            "chromium-answer-audio-video-data",
            "chromium-simulcast-slots",
            "chromium-reoffer-recycled",
            "chromium-reoffer-stopped",
            "chromium-answer-stopped",
            "chromium-data-only",
            "firefox-audio-video-data",
            "firefox-answer-audio-video-data",
            "firefox-simulcast-slots",
            "firefox-reoffer-recycled",
            "firefox-reoffer-stopped",
            "firefox-answer-stopped",
            "firefox-data-only",
            "safari-audio-video-data");

    static final Fingerprint FINGERPRINT = new Fingerprint(
            "sha-256",
            "11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00");

    static final LocalParameters SERVER = LocalParameters.server(
            Origin.of(4711, 1),
            "serverfrag",
            "serverpasswordserverpassword",
            FINGERPRINT,
            List.of("1 1 udp 2130706431 192.0.2.10 7881 typ host"));

    static final LocalParameters PEER =
            LocalParameters.peer(Origin.of(815, 1), "peerfrag", "peerpasswordpeerpassword", FINGERPRINT);

    private Offers() {}

    static String text(String name) {
        return resource("/offers/" + name + ".sdp");
    }

    static String resource(String path) {
        try (var stream = Offers.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalArgumentException("no resource " + path);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SessionDescription description(String name) {
        return parse(text(name));
    }

    static SessionDescription parse(String text) {
        return assertInstanceOf(ParseResult.Parsed.class, SessionDescription.parse(text))
                .description();
    }

    static ParseResult.Refused refused(String text) {
        return assertInstanceOf(ParseResult.Refused.class, SessionDescription.parse(text));
    }

    /** A description with one audio section to which {@code lines} are added, from line 17 on. */
    static String withLines(String... lines) {
        return """
                v=0
                o=- 1 1 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE 0
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                c=IN IP4 0.0.0.0
                a=mid:0
                a=ice-ufrag:abcd
                a=ice-pwd:abcdefghijklmnopqrstuv
                a=fingerprint:sha-256 %s
                a=setup:actpass
                a=sendrecv
                a=rtcp-mux
                a=rtpmap:111 opus/48000/2
                a=fmtp:111 minptime=10
                """.formatted(FINGERPRINT.value()) + String.join("\n", lines) + "\n";
    }

    /** What a server does with an offer: takes what is sent, fills what is received, agrees to data. */
    static List<SectionAnswer> decisions(SessionDescription offer) {
        var decisions = new ArrayList<SectionAnswer>();
        for (int i = 0; i < offer.media().size(); i++) {
            var section = offer.media().get(i);
            var capabilities = section.kind() == MediaKind.AUDIO ? Capabilities.AUDIO : Capabilities.VIDEO;
            if (section.isData()) {
                decisions.add(new SectionAnswer.AcceptData(5000, 262_144));
            } else if (offer.directionOf(section) == Direction.RECVONLY) {
                decisions.add(SectionAnswer.Accept.send(capabilities, track(i)));
            } else {
                decisions.add(SectionAnswer.Accept.receive(capabilities));
            }
        }
        return decisions;
    }

    static SendTrack track(int index) {
        return new SendTrack("slot" + index, "track" + index, 1000 + index, OptionalLong.of(2000 + index), "stoa");
    }

    static AnswerResult.Answered answered(SessionDescription offer) {
        return answered(offer, decisions(offer));
    }

    static AnswerResult.Answered answered(SessionDescription offer, List<? extends SectionAnswer> decisions) {
        return assertInstanceOf(AnswerResult.Answered.class, Jsep.answer(offer, SERVER, decisions));
    }

    static Optional<MediaDescription> first(SessionDescription description, MediaKind kind) {
        return description.media().stream().filter(s -> s.kind() == kind).findFirst();
    }
}
