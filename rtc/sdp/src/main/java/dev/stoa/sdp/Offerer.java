package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes offers of our own (RFC 9429, 5.2): all in one bundle, RTP and RTCP on one transport. */
final class Offerer {
    private static final String RTP = "UDP/TLS/RTP/SAVPF";
    private static final String SCTP = "UDP/DTLS/SCTP";

    private final LocalParameters local;
    private final PayloadTypes payloadTypes;
    private final ExtensionIds extensionIds;

    Offerer(LocalParameters local, List<SessionDescription> earlier) {
        this.local = local;
        this.payloadTypes = new PayloadTypes(earlier);
        this.extensionIds = new ExtensionIds(earlier);
    }

    SessionDescription offer(List<? extends SectionOffer> sections) {
        var used = new HashSet<String>();
        var bundle = new ArrayList<String>();
        var media = new ArrayList<MediaDescription>();
        boolean sends = false;
        for (var section : sections) {
            if (!Lines.isToken(section.mid()) || !used.add(section.mid())) {
                throw new IllegalArgumentException("not a mid, or twice: " + section.mid());
            }
            boolean tagged = bundle.isEmpty();
            media.add(section(section, tagged));
            if (!media.getLast().isRejected()) {
                bundle.add(section.mid());
            }
            sends |= !media.getLast().msids().isEmpty();
        }
        return new SessionDescription(
                local.origin(),
                "-",
                Optional.empty(),
                List.of(),
                "0 0",
                bundle.isEmpty() ? List.of() : List.of(new Group(Group.BUNDLE, bundle)),
                sends ? List.of("WMS", "*") : List.of(),
                true,
                local.iceLite(),
                TransportDescription.EMPTY,
                Optional.empty(),
                List.of(),
                media);
    }

    private MediaDescription section(SectionOffer section, boolean tagged) {
        return switch (section) {
            case SectionOffer.Media media -> media(media, tagged);
            case SectionOffer.Data data ->
                inUse(
                                MediaDescription.builder(
                                        "application", Answerer.NO_PORT, SCTP, List.of("webrtc-datachannel")),
                                section,
                                tagged)
                        .sctpPort(data.sctpPort())
                        .maxMessageSize(data.maxMessageSize())
                        .build();
            case SectionOffer.Stopped stopped -> stopped(stopped);
        };
    }

    private MediaDescription media(SectionOffer.Media media, boolean tagged) {
        var section = inUse(
                        MediaDescription.builder(media.kind().text(), Answerer.NO_PORT, RTP, List.of()), media, tagged)
                .direction(media.direction())
                .rtcpMux(true)
                .rtcpRsize(true)
                .attribute(Attribute.flag("rtcp-mux-only"));
        for (var capability : media.capabilities().codecs()) {
            codec(section, media, capability);
        }
        for (var capability : media.capabilities().extensions()) {
            var direction = capability.direction();
            section.extension(new HeaderExtension(
                    extensionIds.of(capability.uri()),
                    direction == Direction.SENDRECV ? Optional.empty() : Optional.of(direction),
                    capability.uri(),
                    ""));
        }
        if (media.direction().sends()) {
            sending(section, media);
        }
        return section.build();
    }

    private void codec(MediaDescription.Builder section, SectionOffer.Media media, CodecCapability capability) {
        int payloadType = payloadTypes.of(media.kind(), capability);
        var parameters = capability.parameters();
        if (capability.name().equalsIgnoreCase("red") && media.kind() == MediaKind.AUDIO) {
            // RFC 2198, 5: what it repeats is named by its payload type.
            var inner = media.capabilities().codecs().stream()
                    .filter(c ->
                            c.clockRate() == capability.clockRate() && !c.name().equalsIgnoreCase("red"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("RED with nothing to repeat"));
            int repeated = payloadTypes.of(media.kind(), inner);
            parameters = new FormatParameters(repeated + "/" + repeated);
        }
        section.payload(new Codec(
                payloadType,
                capability.name(),
                capability.clockRate(),
                capability.channels(),
                parameters,
                capability.feedback().stream().map(Feedback::text).toList()));
        if (capability.rtx()) {
            section.payload(new Codec(
                    payloadTypes.rtxOf(payloadType),
                    "rtx",
                    capability.clockRate(),
                    1,
                    new FormatParameters("apt=" + payloadType),
                    List.of()));
        }
    }

    private static void sending(MediaDescription.Builder section, SectionOffer.Media media) {
        var track = media.track();
        if (media.rids().isEmpty()) {
            track.ifPresent(t -> Answerer.track(section, t));
            return;
        }
        track.ifPresent(t -> section.msid(t.msid()));
        var streams = new ArrayList<List<Simulcast.Stream>>();
        for (var rid : media.rids()) {
            section.rid(new Rid(rid, true, FormatParameters.NONE));
            streams.add(List.of(new Simulcast.Stream(rid, false)));
        }
        section.simulcast(new Simulcast(streams, List.of()));
    }

    private MediaDescription.Builder inUse(MediaDescription.Builder builder, SectionOffer section, boolean tagged) {
        builder.connection(Answerer.NO_ADDRESS).mid(section.mid()).transport(local.transport(Setup.ACTPASS));
        if (tagged) {
            Answerer.candidates(builder, local);
        }
        return builder;
    }

    private static MediaDescription stopped(SectionOffer.Stopped stopped) {
        boolean data = stopped.kind() == MediaKind.APPLICATION;
        return MediaDescription.builder(
                        stopped.kind().text(), 0, data ? SCTP : RTP, List.of(data ? "webrtc-datachannel" : "0"))
                .connection(Answerer.NO_ADDRESS)
                .mid(stopped.mid())
                .direction(Direction.INACTIVE)
                .build();
    }

    /** Hands out payload types: one for a codec in the whole session, that it had earlier if it had one. */
    private static final class PayloadTypes {
        private record Given(MediaKind kind, Codec codec) {}

        private final List<Given> given = new ArrayList<>();

        PayloadTypes(List<SessionDescription> earlier) {
            for (var description : earlier) {
                for (var section : description.media()) {
                    section.codecs().forEach(codec -> given.add(new Given(section.kind(), codec)));
                }
            }
        }

        int of(MediaKind kind, CodecCapability capability) {
            return given.stream()
                    .filter(g -> g.kind == kind && capability.matches(g.codec))
                    .mapToInt(g -> g.codec.payloadType())
                    .findFirst()
                    .orElseGet(() -> take(
                            kind,
                            capability.name(),
                            capability.clockRate(),
                            capability.channels(),
                            capability.parameters()));
        }

        int rtxOf(int payloadType) {
            return given.stream()
                    .filter(g -> g.codec.apt().equals(OptionalInt.of(payloadType)))
                    .mapToInt(g -> g.codec.payloadType())
                    .findFirst()
                    .orElseGet(
                            () -> take(MediaKind.VIDEO, "rtx", 90_000, 1, new FormatParameters("apt=" + payloadType)));
        }

        private int take(MediaKind kind, String name, int clockRate, int channels, FormatParameters parameters) {
            int free = next();
            given.add(new Given(kind, new Codec(free, name, clockRate, channels, parameters, List.of())));
            return free;
        }

        /** The dynamic ones, then those that cannot be taken for RTCP (RFC 5761, 4; RFC 3551, 3). */
        private int next() {
            for (int i = 0; i < 32 + 29; i++) {
                int candidate = i < 32 ? 96 + i : 35 + i - 32;
                if (given.stream().noneMatch(g -> g.codec.payloadType() == candidate)) {
                    return candidate;
                }
            }
            throw new IllegalArgumentException("more codecs than payload types");
        }
    }

    /** Hands out extension ids: one for a URI in the whole session. */
    private static final class ExtensionIds {
        private final List<HeaderExtension> given = new ArrayList<>();

        ExtensionIds(List<SessionDescription> earlier) {
            for (var description : earlier) {
                description.media().forEach(section -> given.addAll(section.extensions()));
            }
        }

        int of(String uri) {
            return given.stream()
                    .filter(extension -> extension.uri().equals(uri))
                    .mapToInt(HeaderExtension::id)
                    .findFirst()
                    .orElseGet(() -> take(uri));
        }

        private int take(String uri) {
            for (int id = 1; id <= 255; id++) {
                int candidate = id;
                // 15 has no meaning in the one-byte form (RFC 8285, 4.2).
                if (id != 15 && given.stream().noneMatch(extension -> extension.id() == candidate)) {
                    given.add(HeaderExtension.of(id, uri));
                    return id;
                }
            }
            throw new IllegalArgumentException("more header extensions than ids");
        }
    }
}
