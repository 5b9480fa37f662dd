package dev.stoa.loop;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.ice.IceCredentials;
import dev.stoa.sctp.SctpOptions;
import dev.stoa.sdp.AnswerResult;
import dev.stoa.sdp.Attribute;
import dev.stoa.sdp.Capabilities;
import dev.stoa.sdp.Fingerprint;
import dev.stoa.sdp.Jsep;
import dev.stoa.sdp.LocalParameters;
import dev.stoa.sdp.MediaDescription;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiatedSession;
import dev.stoa.sdp.Origin;
import dev.stoa.sdp.SectionAnswer;
import dev.stoa.sdp.SendTrack;
import dev.stoa.sdp.SessionDescription;
import dev.stoa.sfu.SfuSettings;
import dev.stoa.sfu.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The descriptions of one participant's PeerConnection with the server: takes its offers one after the other and makes the
 * answers. It is off the media loop; what is agreed crosses over as {@link Agreed}.
 *
 * <p>Calling contract: one thread at a time.
 */
final class Negotiation {
    /** The web client numbers its offers by this attribute, and an answer repeats it (docs/PROTOCOL.md). */
    private static final String OFFER_NUMBER = "x-stoa-offer";

    /** M-sections stay for good (RFC 9429, 5.2.2): whoever names ever new ones does not follow the rules. */
    static final int MAX_SLOTS = SfuSettings.DEFAULT.maxSlots();

    private static final SectionAnswer REJECT = new SectionAnswer.Reject();

    /** What came of an offer. */
    sealed interface Result {}

    /**
     * @param publications the m-sections in which the participant sends
     * @param slots those in which it receives, by mid, with what the server sends there
     * @param credentials ours, of the present ICE generation
     * @param restarted whether the offer began a new ICE generation
     */
    record Agreed(
            String sdp,
            NegotiatedSession session,
            List<Publication> publications,
            Map<String, SendTrack> slots,
            IceCredentials credentials,
            boolean restarted)
            implements Result {
        Agreed {
            publications = List.copyOf(publications);
            slots = Map.copyOf(slots);
        }
    }

    /** @param reason for people */
    record Refused(String reason) implements Result {}

    private final RandomGenerator random;
    private final Fingerprint fingerprint;
    private final List<String> candidates;
    private final long sessionId;
    private final String remoteSessionId;
    private final Map<String, SendTrack> tracks = new HashMap<>();
    private final Set<Long> ssrcs = new HashSet<>();
    private long version;
    private IceCredentials credentials;
    private String remoteUfrag = "";

    /**
     * @param first the offer that begins it
     * @param candidates the server's, as lines
     */
    Negotiation(
            SessionDescription first, DtlsCertificate certificate, List<String> candidates, RandomGenerator random) {
        this.random = random;
        var own = certificate.fingerprint("sha-256");
        this.fingerprint = new Fingerprint(own.hash(), own.value());
        this.candidates = List.copyOf(candidates);
        this.sessionId = random.nextLong() >>> 2;
        this.remoteSessionId = first.origin().sessionId();
        this.credentials = IceCredentials.generate(random);
    }

    /** Whether {@code offer} is of the same PeerConnection; else it is of a new one, which takes its place. */
    boolean isContinuedBy(SessionDescription offer) {
        return offer.origin().sessionId().equals(remoteSessionId);
    }

    /** @param sources what the participant says it sends, by mid */
    Result answer(SessionDescription offer, Map<String, Source> sources) {
        var ufrag = ufragOf(offer);
        boolean restarted = !remoteUfrag.isEmpty() && !remoteUfrag.equals(ufrag);
        if (restarted) {
            credentials = IceCredentials.generate(random);
        }
        var publications = new ArrayList<Publication>();
        var slots = new HashMap<String, SendTrack>();
        var decisions = new ArrayList<SectionAnswer>();
        for (var section : offer.media()) {
            decisions.add(decide(offer, section, sources, publications, slots));
        }
        var local = LocalParameters.server(
                Origin.of(sessionId, version), credentials.ufrag(), credentials.pwd(), fingerprint, candidates);
        return switch (Jsep.answer(offer, local, decisions)) {
            case AnswerResult.Refused(var problems) ->
                new Refused(problems.getFirst().message());
            case AnswerResult.Answered(var answer, var session) -> {
                version++;
                remoteUfrag = ufrag;
                var text = withOfferNumber(answer, offer).write();
                publications.removeIf(each -> session.section(each.mid()).isEmpty());
                slots.keySet().removeIf(mid -> session.section(mid).isEmpty());
                yield new Agreed(text, session, publications, slots, credentials, restarted);
            }
        };
    }

    private SectionAnswer decide(
            SessionDescription offer,
            MediaDescription section,
            Map<String, Source> sources,
            List<Publication> publications,
            Map<String, SendTrack> slots) {
        var kind = section.kind();
        if (kind == MediaKind.APPLICATION && section.isData()) {
            return new SectionAnswer.AcceptData(SctpOptions.DEFAULT_PORT, SctpOptions.MAX_MESSAGE_BYTES);
        }
        if ((kind != MediaKind.AUDIO && kind != MediaKind.VIDEO)
                || section.mid().isEmpty()) {
            return REJECT;
        }
        boolean video = kind == MediaKind.VIDEO;
        var capabilities = video ? Capabilities.VIDEO : audio(section);
        var mid = section.mid().get();
        var source = sources.get(mid);
        var direction = offer.directionOf(section);
        if (source != null && source.isVideo() == video && direction.sends()) {
            publications.add(new Publication(mid, source));
            return SectionAnswer.Accept.receive(capabilities);
        }
        if (direction.receives() && (tracks.containsKey(mid) || tracks.size() < MAX_SLOTS)) {
            var track = tracks.computeIfAbsent(mid, _ -> newTrack(video, indexAmongKind(offer, section)));
            slots.put(mid, track);
            return SectionAnswer.Accept.send(capabilities, track);
        }
        return REJECT;
    }

    /** Redundant audio is taken too; and it is sent by who names it before Opus: it costs twice the bitrate. */
    private static Capabilities audio(MediaDescription section) {
        var first = section.codecs().stream().findFirst();
        return first.isPresent() && first.get().is("red")
                ? Capabilities.AUDIO.withRedFirst()
                : Capabilities.AUDIO.plus(Capabilities.RED_AUDIO);
    }

    /**
     * The streams' names pair the first audio slot with the first video slot, and so on: a browser plays in step what
     * shares a stream.
     */
    private SendTrack newTrack(boolean video, int index) {
        return new SendTrack(
                "slot-" + index,
                (video ? "video-" : "audio-") + index,
                newSsrc(),
                video ? OptionalLong.of(newSsrc()) : OptionalLong.empty(),
                "stoa-" + Long.toString(sessionId, Character.MAX_RADIX));
    }

    /** How many sections of its kind to receive in stand before it. */
    private static int indexAmongKind(SessionDescription offer, MediaDescription section) {
        int place = offer.media().indexOf(section);
        return (int) offer.media().subList(0, place).stream()
                .filter(other -> other.kind() == section.kind()
                        && !offer.directionOf(other).sends())
                .count();
    }

    private long newSsrc() {
        while (true) {
            long ssrc = random.nextInt() & 0xFFFF_FFFFL;
            if (ssrc != 0 && ssrcs.add(ssrc)) {
                return ssrc;
            }
        }
    }

    private static String ufragOf(SessionDescription offer) {
        return offer.media().stream()
                .filter(section -> !section.isRejected())
                .flatMap(section -> offer.transportOf(section).iceUfrag().stream())
                .findFirst()
                .orElse("");
    }

    private static SessionDescription withOfferNumber(SessionDescription answer, SessionDescription offer) {
        var number = offer.attributes().stream()
                .filter(attribute -> attribute.name().equals(OFFER_NUMBER))
                .toList();
        if (number.isEmpty()) {
            return answer;
        }
        var attributes = new ArrayList<Attribute>(answer.attributes());
        attributes.add(number.getFirst());
        return new SessionDescription(
                answer.origin(),
                answer.sessionName(),
                answer.connection(),
                answer.bandwidths(),
                answer.timing(),
                answer.groups(),
                answer.msidSemantic(),
                answer.extmapAllowMixed(),
                answer.iceLite(),
                answer.transport(),
                answer.direction(),
                attributes,
                answer.media());
    }
}
