package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One m-section (RFC 8866, 5.14; RFC 9429, 5.2). What is not said is empty.
 *
 * @param media the first word; {@link #kind} names the usual ones
 * @param port 9 in most descriptions of WebRTC; 0 says rejected, unless it is bundle-only
 * @param protocol {@code UDP/TLS/RTP/SAVPF}, {@code UDP/DTLS/SCTP}, …
 * @param formats as in the m= line: payload types, or {@code webrtc-datachannel}
 * @param connection the value of {@code c=}
 * @param direction as written; {@link SessionDescription#directionOf} knows the default
 * @param candidates the values of the candidate lines, without the attribute's name, as they came
 * @param codecs in the order of the formats; a format whose codec is not said is none
 * @param sctpPort RFC 8841
 * @param maxMessageSize in bytes, 0 for any (RFC 8841, 6)
 * @param packetMillis {@code ptime}
 * @param maxPacketMillis {@code maxptime}
 * @param attributes those without a field here
 */
public record MediaDescription(
        String media,
        int port,
        String protocol,
        List<String> formats,
        Optional<String> connection,
        List<Bandwidth> bandwidths,
        Optional<String> mid,
        Optional<Direction> direction,
        boolean bundleOnly,
        TransportDescription transport,
        List<String> candidates,
        boolean endOfCandidates,
        boolean rtcpMux,
        boolean rtcpRsize,
        List<HeaderExtension> extensions,
        boolean extmapAllowMixed,
        List<Codec> codecs,
        OptionalInt packetMillis,
        OptionalInt maxPacketMillis,
        List<Msid> msids,
        List<Source> sources,
        List<SourceGroup> sourceGroups,
        List<Rid> rids,
        Simulcast simulcast,
        OptionalInt sctpPort,
        OptionalLong maxMessageSize,
        List<Attribute> attributes) {
    public MediaDescription {
        formats = List.copyOf(formats);
        bandwidths = List.copyOf(bandwidths);
        candidates = List.copyOf(candidates);
        extensions = List.copyOf(extensions);
        codecs = List.copyOf(codecs);
        msids = List.copyOf(msids);
        sources = List.copyOf(sources);
        sourceGroups = List.copyOf(sourceGroups);
        rids = List.copyOf(rids);
        attributes = List.copyOf(attributes);
    }

    public MediaKind kind() {
        return MediaKind.of(media);
    }

    /** Whether the section is not in use: rejected, stopped or waiting to be used again (RFC 9429, 5.2.2). */
    public boolean isRejected() {
        return port == 0 && !bundleOnly;
    }

    public boolean isRtp() {
        return isRtpProtocol(protocol);
    }

    /** Whether these are data channels (RFC 8841, 4.3). */
    public boolean isData() {
        return protocol.endsWith("/DTLS/SCTP") && formats.contains("webrtc-datachannel");
    }

    public Optional<Codec> codec(int payloadType) {
        return codecs.stream().filter(c -> c.payloadType() == payloadType).findFirst();
    }

    /** The RTX payload type that repeats {@code payloadType}. */
    public Optional<Codec> rtxOf(int payloadType) {
        return codecs.stream().filter(c -> c.apt().orElse(-1) == payloadType).findFirst();
    }

    static boolean isRtpProtocol(String protocol) {
        return protocol.endsWith("RTP/SAVPF")
                || protocol.endsWith("RTP/SAVP")
                || protocol.endsWith("RTP/AVPF")
                || protocol.endsWith("RTP/AVP");
    }

    /** A section about which nothing is said yet but its m= line. */
    public static Builder builder(String media, int port, String protocol, List<String> formats) {
        return new Builder(media, port, protocol, formats);
    }

    /** Collects a section; its fields are the record's. Used by one thread. */
    public static final class Builder {
        final String media;
        int port;
        final String protocol;
        final List<String> formats = new ArrayList<>();
        Optional<String> connection = Optional.empty();
        final List<Bandwidth> bandwidths = new ArrayList<>();
        Optional<String> mid = Optional.empty();
        Optional<Direction> direction = Optional.empty();
        boolean bundleOnly;
        TransportDescription transport = TransportDescription.EMPTY;
        final List<String> candidates = new ArrayList<>();
        boolean endOfCandidates;
        boolean rtcpMux;
        boolean rtcpRsize;
        final List<HeaderExtension> extensions = new ArrayList<>();
        boolean extmapAllowMixed;
        final List<Codec> codecs = new ArrayList<>();
        OptionalInt packetMillis = OptionalInt.empty();
        OptionalInt maxPacketMillis = OptionalInt.empty();
        final List<Msid> msids = new ArrayList<>();
        final List<Source> sources = new ArrayList<>();
        final List<SourceGroup> sourceGroups = new ArrayList<>();
        final List<Rid> rids = new ArrayList<>();
        Simulcast simulcast = Simulcast.NONE;
        OptionalInt sctpPort = OptionalInt.empty();
        OptionalLong maxMessageSize = OptionalLong.empty();
        final List<Attribute> attributes = new ArrayList<>();

        private Builder(String media, int port, String protocol, List<String> formats) {
            this.media = media;
            this.port = port;
            this.protocol = protocol;
            this.formats.addAll(formats);
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder connection(String value) {
            connection = Optional.of(value);
            return this;
        }

        public Builder bandwidth(Bandwidth value) {
            bandwidths.add(value);
            return this;
        }

        public Builder mid(String value) {
            mid = Optional.of(value);
            return this;
        }

        public Builder direction(Direction value) {
            direction = Optional.of(value);
            return this;
        }

        public Builder bundleOnly(boolean value) {
            bundleOnly = value;
            return this;
        }

        public Builder transport(TransportDescription value) {
            transport = value;
            return this;
        }

        public Builder candidates(List<String> values) {
            candidates.addAll(values);
            return this;
        }

        public Builder endOfCandidates(boolean value) {
            endOfCandidates = value;
            return this;
        }

        public Builder rtcpMux(boolean value) {
            rtcpMux = value;
            return this;
        }

        public Builder rtcpRsize(boolean value) {
            rtcpRsize = value;
            return this;
        }

        public Builder extension(HeaderExtension value) {
            extensions.add(value);
            return this;
        }

        public Builder extmapAllowMixed(boolean value) {
            extmapAllowMixed = value;
            return this;
        }

        /** Adds a codec, not its payload type to the formats: {@link #payload} does both. */
        public Builder codec(Codec value) {
            codecs.add(value);
            return this;
        }

        /** Adds a codec and its payload type to the formats. */
        public Builder payload(Codec value) {
            formats.add(Integer.toString(value.payloadType()));
            return codec(value);
        }

        public Builder msid(Msid value) {
            msids.add(value);
            return this;
        }

        public Builder source(Source value) {
            sources.add(value);
            return this;
        }

        public Builder sourceGroup(SourceGroup value) {
            sourceGroups.add(value);
            return this;
        }

        public Builder rid(Rid value) {
            rids.add(value);
            return this;
        }

        public Builder simulcast(Simulcast value) {
            simulcast = value;
            return this;
        }

        public Builder sctpPort(int value) {
            sctpPort = OptionalInt.of(value);
            return this;
        }

        public Builder maxMessageSize(long value) {
            maxMessageSize = OptionalLong.of(value);
            return this;
        }

        public Builder attribute(Attribute value) {
            attributes.add(value);
            return this;
        }

        public MediaDescription build() {
            return new MediaDescription(
                    media,
                    port,
                    protocol,
                    formats,
                    connection,
                    bandwidths,
                    mid,
                    direction,
                    bundleOnly,
                    transport,
                    candidates,
                    endOfCandidates,
                    rtcpMux,
                    rtcpRsize,
                    extensions,
                    extmapAllowMixed,
                    codecs,
                    packetMillis,
                    maxPacketMillis,
                    msids,
                    sources,
                    sourceGroups,
                    rids,
                    simulcast,
                    sctpPort,
                    maxMessageSize,
                    attributes);
        }
    }
}
