package dev.stoa.fuzz;

import dev.stoa.ice.Candidate;
import dev.stoa.sdp.AnswerResult;
import dev.stoa.sdp.Capabilities;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.Fingerprint;
import dev.stoa.sdp.Jsep;
import dev.stoa.sdp.LocalParameters;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiationResult;
import dev.stoa.sdp.Origin;
import dev.stoa.sdp.ParseResult;
import dev.stoa.sdp.SectionAnswer;
import dev.stoa.sdp.SectionOffer;
import dev.stoa.sdp.SendTrack;
import dev.stoa.sdp.SessionDescription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A description: read, written, answered as an offer, taken as an answer to ours; its candidates are read too. */
final class SdpTarget implements FuzzTarget {
    private static final Fingerprint FINGERPRINT = new Fingerprint("sha-256", "AA:".repeat(31) + "AA");
    private static final LocalParameters LOCAL = LocalParameters.server(
            Origin.of(1, 1),
            "serverfrag",
            "serverpasswordserverpassword",
            FINGERPRINT,
            List.of("1 1 udp 2130706431 192.0.2.10 7881 typ host"));
    private static final SessionDescription OURS = Jsep.offer(
            LocalParameters.peer(Origin.of(2, 1), "peerfrag", "peerpasswordpeerpassword", FINGERPRINT),
            List.of(
                    SectionOffer.Media.send("0", MediaKind.AUDIO, Capabilities.AUDIO, track(0)),
                    SectionOffer.Media.receive("1", MediaKind.VIDEO, Capabilities.VIDEO),
                    new SectionOffer.Data("2", 5000, 262_144)),
            List.of());

    @Override
    public void run(byte[] input) {
        if (!(SessionDescription.parse(new String(input, StandardCharsets.UTF_8))
                instanceof ParseResult.Parsed(var description))) {
            return;
        }
        Promise.that(description.equals(parsed(description.write())), "what was read is written as it was");
        Promise.canBeRead(Jsep.applyAnswer(OURS, description));
        for (var section : description.media()) {
            for (var candidate : section.candidates()) {
                Promise.canBeRead(Candidate.parse(candidate));
            }
        }
        switch (Jsep.answer(description, LOCAL, decisions(description))) {
            case AnswerResult.Answered(var answer, var session) -> {
                Promise.that(answer.media().size() == description.media().size(), "each m-section has its answer");
                Promise.that(session.sections().size() <= answer.media().size(), "no more is agreed on");
                Promise.that(answer.equals(parsed(answer.write())), "an answer can be read");
                Promise.that(
                        Jsep.applyAnswer(description, answer) instanceof NegotiationResult.Negotiated,
                        "an answer fits its offer");
            }
            case AnswerResult.Refused(var problems) -> Promise.that(!problems.isEmpty(), "a refusal says why");
        }
    }

    private static SessionDescription parsed(String text) {
        return switch (SessionDescription.parse(text)) {
            case ParseResult.Parsed(var description) -> description;
            case ParseResult.Refused refused -> throw new AssertionError("broken: what we write we read: " + refused);
        };
    }

    private static List<SectionAnswer> decisions(SessionDescription offer) {
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

    private static SendTrack track(int index) {
        return new SendTrack("slot" + index, "track" + index, 1000 + index, OptionalLong.of(2000 + index), "stoa");
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(OFFER.getBytes(StandardCharsets.UTF_8), OURS.write().getBytes(StandardCharsets.UTF_8));
    }

    /** One of everything, in little. */
    private static final String OFFER = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1 2 3
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63
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
            a=rtpmap:63 red/48000/2
            a=fmtp:63 111/111
            a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
            a=rtcp-fb:111 transport-cc
            m=video 9 UDP/TLS/RTP/SAVPF 96 97 98
            b=TIAS:100000
            a=mid:1
            a=sendonly
            a=rtcp-mux
            a=rtcp-rsize
            a=candidate:1 1 udp 1 192.0.2.1 1 typ host
            a=candidate:2 1 tcp 1 x.local 9 typ host tcptype active generation 0
            a=end-of-candidates
            a=extmap-allow-mixed
            a=extmap:9/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
            a=msid:s t
            a=rtpmap:96 H264/90000
            a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
            a=rtcp-fb:* nack pli
            a=rtpmap:97 rtx/90000
            a=fmtp:97 apt=96
            a=rtpmap:98 VP9/90000
            a=rid:a send pt=96;max-width=320
            a=rid:b send
            a=simulcast:send a;~b
            m=video 0 UDP/TLS/RTP/SAVPF 96
            a=mid:2
            a=bundle-only
            a=recvonly
            a=rtcp-mux
            a=rtpmap:96 VP8/90000
            a=ssrc-group:FID 1 2
            a=ssrc:1 cname:c
            a=ssrc:2 cname:c
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel
            a=mid:3
            a=sctp-port:5000
            a=max-message-size:262144
            """.formatted(FINGERPRINT.value());
}
