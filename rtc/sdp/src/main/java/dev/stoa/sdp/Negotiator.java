package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads out of an offer and its answer what one of the two sides is to do. */
final class Negotiator {
    /** Which of the two we are. */
    enum Side {
        OFFERER,
        ANSWERER
    }

    /** RFC 8841, 6.1: what no max-message-size means. */
    private static final long DEFAULT_MAX_MESSAGE_SIZE = 65_536;

    private final SessionDescription offer;
    private final SessionDescription answer;
    private final Side side;

    private Negotiator(SessionDescription offer, SessionDescription answer, Side side) {
        this.offer = offer;
        this.answer = answer;
        this.side = side;
    }

    /** Both have as many m-sections, and the answer was made here or checked. */
    static NegotiatedSession negotiate(SessionDescription offer, SessionDescription answer, Side side) {
        return new Negotiator(offer, answer, side).session();
    }

    private NegotiatedSession session() {
        var sections = new ArrayList<NegotiatedSection>();
        Optional<NegotiatedData> data = Optional.empty();
        for (int i = 0; i < answer.media().size(); i++) {
            var answered = answer.media().get(i);
            if (answered.isRejected()) {
                continue;
            }
            if (answered.isRtp()) {
                sections.add(section(i));
            } else if (data.isEmpty() && answered.isData()) {
                data = Optional.of(data(i));
            }
        }
        return new NegotiatedSession(OfferCheck.transportSection(answer).map(this::transport), sections, data);
    }

    private SessionDescription local() {
        return side == Side.OFFERER ? offer : answer;
    }

    private SessionDescription remote() {
        return side == Side.OFFERER ? answer : offer;
    }

    private NegotiatedTransport transport(MediaDescription tagged) {
        int index = answer.media().indexOf(tagged);
        var local = local().transportOf(local().media().get(index));
        var remoteSection = remote().media().get(index);
        var remote = remote().transportOf(remoteSection);
        // RFC 4145, 4.1: an answer without the attribute is passive.
        boolean answererIsClient = answer.transportOf(tagged).setup().equals(Optional.of(Setup.ACTIVE));
        return new NegotiatedTransport(
                tagged.mid().orElse(""),
                local.iceUfrag().orElse(""),
                local.icePwd().orElse(""),
                local().iceLite(),
                remote.iceUfrag().orElse(""),
                remote.icePwd().orElse(""),
                remote().iceLite(),
                remote.fingerprints().stream().filter(Fingerprint::isStrong).toList(),
                answererIsClient == (side == Side.ANSWERER) ? Setup.ACTIVE : Setup.PASSIVE,
                remoteSection.candidates(),
                remoteSection.endOfCandidates(),
                remote.iceOptions().contains("trickle") && !remoteSection.endOfCandidates());
    }

    private NegotiatedData data(int index) {
        var local = local().media().get(index);
        var remote = remote().media().get(index);
        return new NegotiatedData(
                index,
                local.mid().orElse(""),
                local.sctpPort().orElse(0),
                remote.sctpPort().orElse(0),
                remote.maxMessageSize().orElse(DEFAULT_MAX_MESSAGE_SIZE));
    }

    private NegotiatedSection section(int index) {
        var offered = offer.media().get(index);
        var answered = answer.media().get(index);
        var local = local().media().get(index);
        var remote = remote().media().get(index);
        var direction = ours(answer.directionOf(answered));
        var sendCodecs = new ArrayList<NegotiatedCodec>();
        var receiveCodecs = new ArrayList<NegotiatedCodec>();
        for (var codec : answered.codecs()) {
            var pair = codec.isRtx() ? Optional.<Codec>empty() : counterpart(codec, offered);
            pair.ifPresent(other -> {
                var localCodec = side == Side.OFFERER ? other : codec;
                var remoteCodec = side == Side.OFFERER ? codec : other;
                sendCodecs.add(codec(remoteCodec, remote, localCodec, local));
                receiveCodecs.add(codec(localCodec, local, remoteCodec, remote));
            });
        }
        return new NegotiatedSection(
                index,
                answered.mid().orElse(""),
                answered.kind(),
                direction,
                sendCodecs,
                receiveCodecs,
                extensions(offered, answered, true),
                extensions(offered, answered, false),
                direction.receives() ? sources(remote) : List.of(),
                direction.receives() ? remote.msids() : List.of(),
                direction.sends() ? rids(offered, answered, side == Side.OFFERER) : List.of(),
                direction.receives() ? rids(offered, answered, side == Side.ANSWERER) : List.of(),
                offered.rtcpRsize() && answered.rtcpRsize());
    }

    /** The offered payload type that an answered one is: the same number, or another of the same codec (RFC 3264, 6.1). */
    static Optional<Codec> counterpart(Codec answered, MediaDescription offered) {
        return offered.codecs().stream()
                .filter(codec -> codec.sameFormat(answered)
                        && CodecCapability.sameConfiguration(codec.name(), codec.parameters(), answered.parameters()))
                .min((a, b) -> Boolean.compare(
                        a.payloadType() != answered.payloadType(), b.payloadType() != answered.payloadType()));
    }

    /** The codec with the payload type and parameters of {@code codec}'s side, and what both sides have beside it. */
    private static NegotiatedCodec codec(
            Codec codec, MediaDescription section, Codec other, MediaDescription otherSection) {
        var rtx = otherSection
                .rtxOf(other.payloadType())
                .flatMap(_ -> section.rtxOf(codec.payloadType()))
                .map(Codec::payloadType);
        var common = new HashSet<>(codec.feedback());
        common.retainAll(other.feedback());
        return new NegotiatedCodec(
                codec.payloadType(),
                codec.name(),
                codec.clockRate(),
                codec.channels(),
                codec.parameters(),
                rtx.map(OptionalInt::of).orElse(OptionalInt.empty()),
                Feedback.known(common));
    }

    private Map<String, Integer> extensions(MediaDescription offered, MediaDescription answered, boolean send) {
        var ids = new HashMap<String, Integer>();
        for (var extension : answered.extensions()) {
            boolean known = offered.extensions().stream()
                    .anyMatch(o -> o.id() == extension.id() && o.uri().equals(extension.uri()));
            var direction = ours(extension.direction().orElse(Direction.SENDRECV));
            if (known && (send ? direction.sends() : direction.receives())) {
                ids.putIfAbsent(extension.uri(), extension.id());
            }
        }
        return ids;
    }

    private static List<RemoteSource> sources(MediaDescription remote) {
        var rtx = new LinkedHashMap<Long, Long>();
        var secondary = new HashSet<Long>();
        for (var group : remote.sourceGroups()) {
            boolean pairs = group.semantics().equals(SourceGroup.FID)
                    || group.semantics().startsWith("FEC");
            if (pairs && group.ssrcs().size() == 2) {
                secondary.add(group.ssrcs().get(1));
                if (group.semantics().equals(SourceGroup.FID)) {
                    rtx.putIfAbsent(group.ssrcs().get(0), group.ssrcs().get(1));
                }
            }
        }
        return remote.sources().stream()
                .filter(source -> !secondary.contains(source.ssrc()))
                .map(source -> {
                    var repeated = rtx.get(source.ssrc());
                    return new RemoteSource(
                            source.ssrc(),
                            repeated == null ? OptionalLong.empty() : OptionalLong.of(repeated),
                            source.cname().orElse(""));
                })
                .toList();
    }

    /** The streams that flow one way, in the order of the answer. */
    private static List<String> rids(MediaDescription offered, MediaDescription answered, boolean fromOfferer) {
        var lists = fromOfferer
                ? answered.simulcast().receive()
                : answered.simulcast().send();
        Stream<String> ids = lists.stream().flatMap(List::stream).map(Simulcast.Stream::rid);
        return ids.filter(id -> has(answered, id, !fromOfferer) && has(offered, id, fromOfferer))
                .toList();
    }

    private static boolean has(MediaDescription section, String id, boolean sends) {
        return section.rids().stream()
                .anyMatch(rid -> rid.sends() == sends && rid.id().equals(id));
    }

    /** A direction in the answer, as our side sees it. */
    private Direction ours(Direction answered) {
        return side == Side.ANSWERER ? answered : answered.reversed();
    }
}
