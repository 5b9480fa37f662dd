package dev.stoa.loop;

import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.sdp.Feedback;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiatedCodec;
import dev.stoa.sdp.NegotiatedSection;
import dev.stoa.sdp.NegotiatedSession;
import dev.stoa.sdp.SendTrack;
import dev.stoa.sfu.Codec;
import dev.stoa.sfu.CodecKind;
import dev.stoa.sfu.MemberParameters;
import dev.stoa.sfu.SlotParameters;
import dev.stoa.sfu.Source;
import dev.stoa.sfu.TrackId;
import dev.stoa.sfu.TrackParameters;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says to the router what descriptions have agreed on. */
final class RouterParameters {
    private RouterParameters() {}

    static MemberParameters member(String participant, NegotiatedSession session) {
        boolean reducedSize = session.sections().stream().allMatch(NegotiatedSection::reducedSizeRtcp);
        return new MemberParameters(participant, extensions(session.receiveExtensions()), reducedSize);
    }

    static TrackParameters track(String participant, Source source, NegotiatedSection section) {
        var announced = section.remoteSources().isEmpty()
                ? null
                : section.remoteSources().getFirst();
        return new TrackParameters(
                new TrackId(participant, source),
                section.mid(),
                codecs(section.receiveCodecs()),
                announced == null ? TrackParameters.UNKNOWN : announced.ssrc(),
                announced == null
                        ? TrackParameters.UNKNOWN
                        : announced.rtxSsrc().orElse(TrackParameters.UNKNOWN),
                section.receiveRids());
    }

    static SlotParameters slot(NegotiatedSection section, SendTrack track) {
        return new SlotParameters(
                section.mid(),
                section.kind() == MediaKind.VIDEO,
                track.ssrc(),
                track.rtxSsrc().orElse(TrackParameters.UNKNOWN),
                codecs(section.sendCodecs()),
                extensions(section.sendExtensions()));
    }

    private static List<Codec> codecs(List<NegotiatedCodec> negotiated) {
        return negotiated.stream().map(RouterParameters::codec).toList();
    }

    private static Codec codec(NegotiatedCodec codec) {
        var name = codec.name().toUpperCase(Locale.ROOT);
        return new Codec(
                kind(name),
                name + variant(name, codec),
                codec.payloadType(),
                codec.rtxPayloadType().orElse(Codec.NO_RTX),
                codec.clockRate(),
                codec.feedback().contains(Feedback.NACK));
    }

    private static CodecKind kind(String name) {
        return switch (name) {
            case "OPUS" -> CodecKind.OPUS;
            case "VP8" -> CodecKind.VP8;
            case "VP9" -> CodecKind.VP9;
            case "H264" -> CodecKind.H264;
            case "AV1" -> CodecKind.AV1;
            case "RED" -> CodecKind.RED;
            default -> CodecKind.OTHER;
        };
    }

    /** What tells apart the configurations of a codec that do not decode each other. */
    private static String variant(String name, NegotiatedCodec codec) {
        var parameters = codec.parameters();
        return switch (name) {
            case "VP9" -> "/" + parameters.get("profile-id").orElse("0");
            case "AV1" -> "/" + parameters.get("profile").orElse("0");
            // The payload type within, which stands in every packet (RFC 2198, 5).
            case "RED" -> "/" + parameters.text().split("/", 2)[0].strip();
            // The profile, without the level: what may be sent may be decoded at any level both know (RFC 6184, 8.1).
            case "H264" ->
                "/"
                        + parameters
                                .get("profile-level-id")
                                .orElse("42000a")
                                .substring(0, 4)
                                .toLowerCase(Locale.ROOT) + "/"
                        + parameters.get("packetization-mode").orElse("0");
            default -> "";
        };
    }

    private static RtpExtensionIds extensions(Map<String, Integer> idsByUri) {
        var ids = new EnumMap<RtpHeaderExtension, Integer>(RtpHeaderExtension.class);
        idsByUri.forEach((uri, id) -> {
            var extension = RtpHeaderExtension.of(uri);
            if (extension != null && !ids.containsValue(id)) {
                ids.put(extension, id);
            }
        });
        return new RtpExtensionIds(ids);
    }
}
