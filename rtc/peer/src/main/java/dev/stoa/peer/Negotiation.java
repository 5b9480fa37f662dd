package dev.stoa.peer;

import dev.stoa.ice.IceCredentials;
import dev.stoa.sctp.SctpOptions;
import dev.stoa.sdp.AnswerResult;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.Fingerprint;
import dev.stoa.sdp.Jsep;
import dev.stoa.sdp.LocalParameters;
import dev.stoa.sdp.MediaDescription;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiatedSession;
import dev.stoa.sdp.NegotiatedTransport;
import dev.stoa.sdp.NegotiationResult;
import dev.stoa.sdp.Origin;
import dev.stoa.sdp.ParseResult;
import dev.stoa.sdp.SectionAnswer;
import dev.stoa.sdp.SectionOffer;
import dev.stoa.sdp.SessionDescription;
import dev.stoa.sdp.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The descriptions of a PeerConnection (RFC 9429, 4.1 and 5): whose turn it is, which transceiver has which m-section, and
 * what the two sides have agreed on.
 */
final class Negotiation {
    /** A place among the m-sections; a medium's without a transceiver is of no use here and stays rejected. */
    private record Place(
            String mid, MediaKind kind, @Nullable RtpTransceiver transceiver) {}

    /** @param credentials ours, of the ICE generation that the exchange leads to */
    record Agreed(NegotiatedSession session, IceCredentials credentials) {}

    /** Makes transceivers for what the other side offers. */
    interface Transceivers {
        RtpTransceiver forOffered(MediaKind kind);
    }

    private final RandomGenerator random;
    private final Fingerprint fingerprint;
    private final long sessionId;
    private final List<RtpTransceiver> transceivers;
    private final Transceivers factory;
    private final Predicate<NegotiatedTransport> acceptable;
    private final List<Place> places = new ArrayList<>();
    private final List<String> candidates = new ArrayList<>();
    private boolean candidatesEnded;
    private long version;
    private SignalingState state = SignalingState.STABLE;
    private IceCredentials credentials;
    private @Nullable IceCredentials nextCredentials;
    private boolean restartWanted;
    private @Nullable SessionDescription currentLocal;
    private @Nullable SessionDescription currentRemote;
    /** In the exchange that made the current ones. */
    private boolean weOffered;
    /** The offer that waits for its answer, ours or the other side's by the state. */
    private @Nullable SessionDescription offer;

    private boolean dataWanted;
    private int placesBeforeOffer;
    private int nextMid;

    /**
     * @param transceivers the connection's, which adds to them
     * @param acceptable whether the transport may go on as this one
     */
    Negotiation(
            RandomGenerator random,
            Fingerprint fingerprint,
            List<RtpTransceiver> transceivers,
            Transceivers factory,
            Predicate<NegotiatedTransport> acceptable) {
        this.random = random;
        this.fingerprint = fingerprint;
        this.sessionId = random.nextLong() >>> 2;
        this.credentials = IceCredentials.generate(random);
        this.transceivers = transceivers;
        this.factory = factory;
        this.acceptable = acceptable;
    }

    SignalingState state() {
        return state;
    }

    void close() {
        state = SignalingState.CLOSED;
    }

    /** Ours, of the present generation. */
    IceCredentials credentials() {
        return credentials;
    }

    /** The next offer begins a new ICE generation. */
    void wantRestart() {
        restartWanted = true;
    }

    /** The next offer has a place for data channels, if none was there. */
    void wantData() {
        dataWanted = true;
    }

    private boolean hasData() {
        return places.stream().anyMatch(place -> place.kind() == MediaKind.APPLICATION);
    }

    /** @param line without {@code candidate:} */
    void addCandidate(String line) {
        candidates.add(line);
    }

    void endCandidates() {
        candidatesEnded = true;
    }

    /** The m-section that stands for the transport; empty before there is one. */
    String transportMid() {
        return places.isEmpty() ? "" : places.getFirst().mid();
    }

    Optional<Description> localDescription() {
        return describe(SignalingState.HAVE_LOCAL_OFFER, currentLocal, weOffered);
    }

    Optional<Description> remoteDescription() {
        return describe(SignalingState.HAVE_REMOTE_OFFER, currentRemote, !weOffered);
    }

    private Optional<Description> describe(
            SignalingState whenPending, @Nullable SessionDescription current, boolean isOffer) {
        if (state == whenPending && offer != null) {
            return Optional.of(Description.offer(offer.write()));
        }
        return Optional.ofNullable(current)
                .map(description -> new Description(isOffer ? SdpType.OFFER : SdpType.ANSWER, description.write()));
    }

    // Offering

    SessionDescription offer() throws PeerException {
        require(state == SignalingState.STABLE || state == SignalingState.HAVE_LOCAL_OFFER, "offer");
        if (state == SignalingState.HAVE_LOCAL_OFFER) {
            rollback();
        }
        placesBeforeOffer = places.size();
        for (var transceiver : transceivers) {
            if (transceiver.mid().isEmpty() && !transceiver.isStopped()) {
                place(newMid(), transceiver.kind(), transceiver);
            }
        }
        if (dataWanted && !hasData()) {
            place(newMid(), MediaKind.APPLICATION, null);
        }
        if (places.isEmpty()) {
            throw new PeerException(
                    PeerException.Name.INVALID_STATE_ERROR,
                    "An offer needs a transceiver or a data channel: add one first.");
        }
        nextCredentials = restartWanted ? IceCredentials.generate(random) : credentials;
        offer = Jsep.offer(local(nextCredentials, Setup.ACTIVE), sections(), earlier());
        state = SignalingState.HAVE_LOCAL_OFFER;
        return offer;
    }

    private List<SectionOffer> sections() {
        var sections = new ArrayList<SectionOffer>();
        for (var place : places) {
            sections.add(section(place));
        }
        return sections;
    }

    private static SectionOffer section(Place place) {
        if (place.kind() == MediaKind.APPLICATION) {
            return new SectionOffer.Data(place.mid(), SctpOptions.DEFAULT_PORT, SctpOptions.MAX_MESSAGE_BYTES);
        }
        var transceiver = place.transceiver();
        if (transceiver == null || transceiver.isStopped()) {
            return new SectionOffer.Stopped(place.mid(), place.kind());
        }
        var direction = transceiver.direction();
        return new SectionOffer.Media(
                place.mid(),
                transceiver.kind(),
                direction,
                transceiver.capabilities(),
                direction.sends() ? Optional.of(transceiver.sender().track()) : Optional.empty(),
                List.of());
    }

    Agreed acceptAnswer(String sdp) throws PeerException {
        require(state == SignalingState.HAVE_LOCAL_OFFER, "answer");
        var answer = parse(sdp);
        var offered = offered();
        return switch (Jsep.applyAnswer(offered, answer)) {
            case NegotiationResult.Refused(var problems) ->
                throw unusable(problems.getFirst().message());
            case NegotiationResult.Negotiated(var session) -> {
                requireAcceptable(session);
                currentLocal = offered;
                currentRemote = answer;
                weOffered = true;
                yield agree(session);
            }
        };
    }

    // Answering

    void acceptOffer(String sdp) throws PeerException {
        require(state == SignalingState.STABLE || state == SignalingState.HAVE_LOCAL_OFFER, "offer of the other side");
        var received = parse(sdp);
        var problems = Jsep.checkOffer(received);
        if (!problems.isEmpty()) {
            throw unusable(problems.getFirst().message());
        }
        if (state == SignalingState.HAVE_LOCAL_OFFER) {
            rollback(); // W3C WebRTC, 4.4.1.5: the polite side gives way
        }
        placesBeforeOffer = places.size();
        for (int i = places.size(); i < received.media().size(); i++) {
            placeOffered(received.media().get(i), i);
        }
        offer = received;
        state = SignalingState.HAVE_REMOTE_OFFER;
    }

    private void placeOffered(MediaDescription section, int index) {
        var mid = section.mid().orElse("section-" + index);
        var kind = section.kind();
        boolean isMedia = (kind == MediaKind.AUDIO || kind == MediaKind.VIDEO) && !section.isRejected();
        place(mid, kind, isMedia ? transceiverFor(kind) : null);
    }

    private RtpTransceiver transceiverFor(MediaKind kind) {
        return transceivers.stream()
                .filter(transceiver -> transceiver.mayTakeOfferedSection(kind))
                .findFirst()
                .orElseGet(() -> factory.forOffered(kind));
    }

    /** What {@link #answer} made. */
    record Answer(SessionDescription description, Agreed agreed) {}

    Answer answer() throws PeerException {
        require(state == SignalingState.HAVE_REMOTE_OFFER, "answer");
        var offered = offered();
        var decisions = new ArrayList<SectionAnswer>();
        for (int i = 0; i < offered.media().size(); i++) {
            decisions.add(decide(places.get(i)));
        }
        nextCredentials = restarts(offered) ? IceCredentials.generate(random) : credentials;
        return switch (Jsep.answer(offered, local(nextCredentials, Setup.ACTIVE), decisions)) {
            case AnswerResult.Refused(var problems) ->
                throw unusable(problems.getFirst().message());
            case AnswerResult.Answered(var answer, var session) -> {
                requireAcceptable(session);
                weOffered = false;
                currentLocal = answer;
                currentRemote = offered;
                yield new Answer(answer, agree(session));
            }
        };
    }

    private static SectionAnswer decide(Place place) {
        if (place.kind() == MediaKind.APPLICATION) {
            return new SectionAnswer.AcceptData(SctpOptions.DEFAULT_PORT, SctpOptions.MAX_MESSAGE_BYTES);
        }
        var transceiver = place.transceiver();
        if (transceiver == null || transceiver.isStopped()) {
            return new SectionAnswer.Reject();
        }
        var direction = transceiver.direction();
        return new SectionAnswer.Accept(
                direction,
                transceiver.capabilities(),
                direction.sends() ? Optional.of(transceiver.sender().track()) : Optional.empty());
    }

    /** RFC 8839, 5.4: another user name fragment than before is a restart. */
    private boolean restarts(SessionDescription received) {
        var before = currentRemote == null ? "" : ufrag(currentRemote);
        return !before.isEmpty() && !before.equals(ufrag(received));
    }

    private static String ufrag(SessionDescription description) {
        return description.media().stream()
                .filter(section -> !section.isRejected())
                .flatMap(section -> description.transportOf(section).iceUfrag().stream())
                .findFirst()
                .orElse("");
    }

    // Both

    /** Takes the offer back, ours or the other side's (RFC 9429, 5.7). */
    void rollback() throws PeerException {
        require(state == SignalingState.HAVE_LOCAL_OFFER || state == SignalingState.HAVE_REMOTE_OFFER, "rollback");
        while (places.size() > placesBeforeOffer) {
            var place = places.removeLast();
            if (place.transceiver() != null) {
                place.transceiver().setMid(null);
            }
        }
        offer = null;
        state = SignalingState.STABLE;
    }

    /** The association stays when only ICE begins anew; a second one in a session is not for us. */
    private void requireAcceptable(NegotiatedSession session) throws PeerException {
        if (session.transport().filter(transport -> !acceptable.test(transport)).isPresent()) {
            throw unusable("another certificate than before takes a new PeerConnection");
        }
    }

    private Agreed agree(NegotiatedSession session) {
        var agreed = nextCredentials == null ? credentials : nextCredentials;
        if (!agreed.equals(credentials)) {
            restartWanted = false;
        }
        credentials = agreed;
        offer = null;
        state = SignalingState.STABLE;
        return new Agreed(session, agreed);
    }

    /** Whether the next offer would say something new (W3C WebRTC, 4.7.3). */
    boolean isNegotiationNeeded() {
        if (restartWanted || (dataWanted && !hasData())) {
            return true;
        }
        for (var transceiver : transceivers) {
            var mid = transceiver.mid();
            if (transceiver.isStopped()) {
                if (mid.isPresent() && isInUse(mid.get())) {
                    return true;
                }
            } else if (mid.isEmpty() || !isSettled(transceiver)) {
                return true;
            }
        }
        return false;
    }

    private boolean isInUse(String mid) {
        return currentLocal != null
                && currentLocal
                        .section(mid)
                        .filter(section -> !section.isRejected())
                        .isPresent();
    }

    /** Whether what is wanted is what was offered, or all that the other side allows. */
    private boolean isSettled(RtpTransceiver transceiver) {
        var mid = transceiver.mid();
        var local = currentLocal;
        var remote = currentRemote;
        if (mid.isEmpty() || local == null || remote == null) {
            return false;
        }
        var ours = local.section(mid.get()).map(local::directionOf).orElse(Direction.INACTIVE);
        var theirs = remote.section(mid.get()).map(remote::directionOf).orElse(Direction.INACTIVE);
        return ours == transceiver.direction()
                || ours == transceiver.direction().and(theirs.reversed());
    }

    private void place(String mid, MediaKind kind, @Nullable RtpTransceiver transceiver) {
        places.add(new Place(mid, kind, transceiver));
        if (transceiver != null) {
            transceiver.setMid(mid);
        }
    }

    private String newMid() {
        while (true) {
            var mid = Integer.toString(nextMid++);
            if (places.stream().noneMatch(place -> place.mid().equals(mid))) {
                return mid;
            }
        }
    }

    private LocalParameters local(IceCredentials ice, Setup role) {
        return new LocalParameters(
                Origin.of(sessionId, version++),
                ice.ufrag(),
                ice.pwd(),
                List.of(fingerprint),
                false,
                List.of("ice2", "trickle"),
                candidates,
                candidatesEnded,
                role);
    }

    private List<SessionDescription> earlier() {
        return Stream.of(Optional.ofNullable(currentLocal), Optional.ofNullable(currentRemote))
                .flatMap(Optional::stream)
                .toList();
    }

    private SessionDescription offered() {
        if (offer == null) {
            throw new IllegalStateException("no offer in " + state);
        }
        return offer;
    }

    private static SessionDescription parse(String sdp) throws PeerException {
        return switch (SessionDescription.parse(sdp)) {
            case ParseResult.Parsed(var description) -> description;
            case ParseResult.Refused refused ->
                throw new PeerException(PeerException.Name.SDP_SYNTAX_ERROR, "Not a description: " + refused + ".");
        };
    }

    private static PeerException unusable(String reason) {
        return new PeerException(PeerException.Name.INVALID_ACCESS_ERROR, "The description cannot be used: " + reason);
    }

    private void require(boolean allowed, String what) throws PeerException {
        if (!allowed) {
            throw new PeerException(
                    PeerException.Name.INVALID_STATE_ERROR, "In the state " + state + " there can be no " + what + ".");
        }
    }
}
