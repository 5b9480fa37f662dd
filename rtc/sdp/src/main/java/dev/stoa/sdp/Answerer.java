package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the answer to an offer that {@link OfferCheck} found nothing wrong with (RFC 9429, 5.3.1). */
final class Answerer {
    /** "Discard": the port where no candidate is known (RFC 8840, 4.1.1). */
    static final int NO_PORT = 9;

    static final String NO_ADDRESS = "IN IP4 0.0.0.0";

    private final SessionDescription offer;
    private final LocalParameters local;

    Answerer(SessionDescription offer, LocalParameters local) {
        this.offer = offer;
        this.local = local;
    }

    SessionDescription answer(List<? extends SectionAnswer> decisions) {
        var accepted = new ArrayList<Optional<MediaDescription.Builder>>();
        for (int i = 0; i < decisions.size(); i++) {
            accepted.add(section(offer.media().get(i), decisions.get(i)));
        }
        keepTagged(accepted, decisions);
        var bundle = bundle(accepted);
        var media = new ArrayList<MediaDescription>();
        var semantic = List.<String>of();
        for (int i = 0; i < accepted.size(); i++) {
            var offered = offer.media().get(i);
            var section = accepted.get(i).filter(s -> bundle.contains(s.mid.orElseThrow()));
            section.ifPresent(s -> transport(s, s.mid.orElseThrow().equals(bundle.getFirst())));
            media.add(section.map(MediaDescription.Builder::build).orElseGet(() -> rejected(offered)));
            semantic = media.getLast().msids().isEmpty() ? semantic : List.of("WMS", "*");
        }
        boolean grouped = offer.bundle().isPresent() && !bundle.isEmpty();
        return new SessionDescription(
                local.origin(),
                "-",
                Optional.empty(),
                List.of(),
                "0 0",
                grouped ? List.of(new Group(Group.BUNDLE, bundle)) : List.of(),
                semantic,
                offer.extmapAllowMixed(),
                local.iceLite(),
                TransportDescription.EMPTY,
                Optional.empty(),
                List.of(),
                media);
    }

    /**
     * A bundle whose first section is rejected may move to the next one (RFC 8843, 7.3.1), but Chromium, having offered
     * max-bundle, refuses such an answer: it has no transport for the others. That section is made inactive instead.
     */
    private void keepTagged(
            List<Optional<MediaDescription.Builder>> accepted, List<? extends SectionAnswer> decisions) {
        var tagged = OfferCheck.transportSection(offer);
        if (offer.bundle().isEmpty() || tagged.isEmpty() || bundle(accepted).isEmpty()) {
            return;
        }
        int index = offer.media().indexOf(tagged.get());
        if (decisions.get(index) instanceof SectionAnswer.Reject) {
            var capabilities = tagged.get().kind() == MediaKind.AUDIO ? Capabilities.AUDIO : Capabilities.VIDEO;
            var inactive = new SectionAnswer.Accept(Direction.INACTIVE, capabilities, Optional.empty());
            accepted.set(index, media(tagged.get(), inactive));
        }
    }

    /**
     * The mids of what stays accepted, in the order of the offer's group, so that the first is the answerer-tagged section
     * (RFC 8843, 7.3.1). Without a group there is one transport all the same, and so one m-section.
     */
    private List<String> bundle(List<Optional<MediaDescription.Builder>> accepted) {
        var mids = accepted.stream()
                .flatMap(Optional::stream)
                .flatMap(section -> section.mid.stream())
                .toList();
        return offer.bundle()
                .map(group -> group.mids().stream().filter(mids::contains).toList())
                .orElseGet(() -> mids.stream().limit(1).toList());
    }

    private Optional<MediaDescription.Builder> section(MediaDescription offered, SectionAnswer decision) {
        if (offered.isRejected()) {
            return Optional.empty();
        }
        return switch (decision) {
            case SectionAnswer.Accept accept -> media(offered, accept);
            case SectionAnswer.AcceptData accept -> data(offered, accept);
            case SectionAnswer.Reject _ -> Optional.empty();
        };
    }

    private static Optional<MediaDescription.Builder> data(MediaDescription offered, SectionAnswer.AcceptData accept) {
        if (!offered.isData() || offered.sctpPort().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(builder(offered, NO_PORT, List.of("webrtc-datachannel"))
                .sctpPort(accept.sctpPort())
                .maxMessageSize(accept.maxMessageSize()));
    }

    private Optional<MediaDescription.Builder> media(MediaDescription offered, SectionAnswer.Accept accept) {
        boolean possible = offered.isRtp()
                && offered.rtcpMux()
                && (offered.kind() == MediaKind.AUDIO || offered.kind() == MediaKind.VIDEO);
        var codecs = possible ? codecs(offered, accept.capabilities()) : List.<Codec>of();
        if (codecs.isEmpty()) {
            return Optional.empty();
        }
        var section = builder(offered, NO_PORT, List.of());
        codecs.forEach(section::payload);
        var direction = offer.directionOf(offered).reversed().and(accept.direction());
        section.direction(direction)
                .rtcpMux(true)
                .rtcpRsize(offered.rtcpRsize())
                .extmapAllowMixed(offered.extmapAllowMixed());
        extensions(section, offered, accept.capabilities());
        if (direction.receives()) {
            simulcast(section, offered, accept.capabilities());
        }
        if (direction.sends()) {
            accept.track().ifPresent(track -> track(section, track));
        }
        return Optional.of(section);
    }

    /** The codecs in common, in our order, each with its RTX; none when all there is in common only helps others. */
    private static List<Codec> codecs(MediaDescription offered, Capabilities capabilities) {
        var chosen = new ArrayList<Codec>();
        var taken = new HashSet<Integer>();
        for (var capability : capabilities.codecs()) {
            for (var codec : offered.codecs()) {
                if (!codec.isRtx() && capability.matches(codec) && taken.add(codec.payloadType())) {
                    chosen.add(capability.answerTo(codec));
                    if (capability.rtx()) {
                        offered.rtxOf(codec.payloadType())
                                .filter(rtx -> taken.add(rtx.payloadType()))
                                .ifPresent(rtx -> chosen.add(rtx(rtx, codec.payloadType())));
                    }
                }
            }
        }
        chosen.removeIf(codec -> codec.is("red") && !redOf(codec, taken));
        return chosen.stream().anyMatch(Answerer::isMedia) ? chosen : List.of();
    }

    static Codec rtx(Codec offered, int payloadType) {
        return new Codec(
                offered.payloadType(),
                "rtx",
                offered.clockRate(),
                offered.channels(),
                new FormatParameters("apt=" + payloadType),
                List.of());
    }

    /** Whether what RED repeats was accepted too; RED of video does not say what it repeats. */
    private static boolean redOf(Codec red, Set<Integer> accepted) {
        return red.parameters().isEmpty()
                || Lines.parts(red.parameters().text(), '/').stream()
                        .allMatch(part -> accepted.contains(Lines.numberOr(part.strip(), 127, -1)));
    }

    /** Whether the codec can stand alone. */
    static boolean isMedia(Codec codec) {
        return !(codec.isRtx()
                || codec.is("red")
                || codec.is("ulpfec")
                || codec.is("flexfec-03")
                || codec.is("flexfec")
                || codec.is("CN")
                || codec.is("telephone-event"));
    }

    /** RFC 8285, 5: what both know, with the ids of the offer, each way that both use it. */
    private static void extensions(
            MediaDescription.Builder section, MediaDescription offered, Capabilities capabilities) {
        var done = new HashSet<String>();
        for (var extension : offered.extensions()) {
            for (var capability : capabilities.extensions()) {
                if (!capability.uri().equals(extension.uri()) || extension.id() > 255 || !done.add(extension.uri())) {
                    continue;
                }
                var direction = extension
                        .direction()
                        .orElse(Direction.SENDRECV)
                        .reversed()
                        .and(capability.direction());
                if (direction != Direction.INACTIVE) {
                    section.extension(new HeaderExtension(
                            extension.id(),
                            direction == Direction.SENDRECV ? Optional.empty() : Optional.of(direction),
                            extension.uri(),
                            ""));
                }
            }
        }
    }

    /** RFC 8853, 5.3.2: the streams that the other side offers to send become those that we receive. */
    private static void simulcast(
            MediaDescription.Builder section, MediaDescription offered, Capabilities capabilities) {
        // Without the extension nothing in a packet says which stream it belongs to.
        boolean named = section.extensions.stream().anyMatch(e -> e.uri().equals(HeaderExtensionUri.RID));
        if (!named || capabilities.maxRids() == 0) {
            return;
        }
        var streams = new ArrayList<List<Simulcast.Stream>>();
        for (var alternatives : offered.simulcast().send()) {
            var kept = new ArrayList<Simulcast.Stream>();
            for (var stream : alternatives) {
                if (section.rids.size() < capabilities.maxRids() && rid(section, offered, stream.rid())) {
                    kept.add(new Simulcast.Stream(stream.rid(), false));
                }
            }
            if (!kept.isEmpty()) {
                streams.add(kept);
            }
        }
        if (!streams.isEmpty()) {
            section.simulcast(new Simulcast(List.of(), streams));
        }
    }

    /** Whether the stream was accepted. */
    private static boolean rid(MediaDescription.Builder section, MediaDescription offered, String id) {
        var offeredRid = offered.rids().stream()
                .filter(rid -> rid.sends() && rid.id().equals(id))
                .findFirst();
        var restrictions = offeredRid.flatMap(rid -> RidRestrictions.answerTo(rid.restrictions(), section.formats));
        boolean twice = section.rids.stream().anyMatch(rid -> rid.id().equals(id));
        if (restrictions.isEmpty() || twice) {
            return false;
        }
        section.rid(new Rid(id, false, restrictions.get()));
        return true;
    }

    static void track(MediaDescription.Builder section, SendTrack track) {
        section.msid(track.msid()).source(Source.of(track.ssrc(), track.cname()));
        if (track.rtxSsrc().isPresent() && section.codecs.stream().anyMatch(Codec::isRtx)) {
            long rtxSsrc = track.rtxSsrc().getAsLong();
            section.source(Source.of(rtxSsrc, track.cname()))
                    .sourceGroup(new SourceGroup(SourceGroup.FID, List.of(track.ssrc(), rtxSsrc)));
        }
    }

    private void transport(MediaDescription.Builder section, boolean tagged) {
        section.transport(local.transport(setup()));
        if (tagged) {
            candidates(section, local);
        }
    }

    static void candidates(MediaDescription.Builder section, LocalParameters local) {
        section.candidates(local.candidates()).endOfCandidates(local.endOfCandidates());
        DefaultCandidate.of(local.candidates())
                .ifPresent(candidate -> section.port(candidate.port()).connection(candidate.connection()));
    }

    /** RFC 8842, 5.3; an offer without the attribute is active (RFC 4145, 4.1). */
    private Setup setup() {
        var offered = OfferCheck.transportSection(offer)
                .flatMap(section -> offer.transportOf(section).setup())
                .orElse(Setup.ACTIVE);
        return switch (offered) {
            case ACTPASS -> local.role();
            case PASSIVE -> Setup.ACTIVE;
            case ACTIVE, HOLDCONN -> Setup.PASSIVE;
        };
    }

    /** RFC 3264, 6: port 0 and at least one format, which says nothing. */
    private static MediaDescription rejected(MediaDescription offered) {
        var section = builder(offered, 0, offered.formats().subList(0, 1));
        offered.codecs().stream()
                .filter(codec -> Integer.toString(codec.payloadType())
                        .equals(offered.formats().getFirst()))
                .findFirst()
                .ifPresent(codec -> section.codec(new Codec(
                        codec.payloadType(),
                        codec.name(),
                        codec.clockRate(),
                        codec.channels(),
                        FormatParameters.NONE,
                        List.of())));
        return section.direction(Direction.INACTIVE).build();
    }

    private static MediaDescription.Builder builder(MediaDescription offered, int port, List<String> formats) {
        var section = MediaDescription.builder(offered.media(), port, offered.protocol(), formats)
                .connection(NO_ADDRESS);
        offered.mid().ifPresent(section::mid);
        return section;
    }
}
