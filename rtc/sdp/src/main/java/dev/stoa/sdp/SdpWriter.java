package dev.stoa.sdp;

import java.util.List;
import java.util.stream.Collectors;

/** Writes descriptions in one order of lines, whatever they came in. */
final class SdpWriter {
    private final StringBuilder text = new StringBuilder(4096);

    private SdpWriter() {}

    static String write(SessionDescription description) {
        var writer = new SdpWriter();
        writer.session(description);
        description.media().forEach(writer::section);
        return writer.text.toString();
    }

    private void session(SessionDescription description) {
        var origin = description.origin();
        line('v', "0");
        line(
                'o',
                origin.username() + " " + origin.sessionId() + " " + origin.sessionVersion() + " " + origin.address());
        line('s', description.sessionName());
        description.connection().ifPresent(value -> line('c', value));
        description.bandwidths().forEach(this::bandwidth);
        line('t', description.timing());
        for (var group : description.groups()) {
            attribute(
                    "group",
                    group.semantics() + group.mids().stream().map(" "::concat).collect(Collectors.joining()));
        }
        flag("extmap-allow-mixed", description.extmapAllowMixed());
        if (!description.msidSemantic().isEmpty()) {
            attribute("msid-semantic", " " + String.join(" ", description.msidSemantic()));
        }
        flag("ice-lite", description.iceLite());
        transport(description.transport());
        description.direction().ifPresent(direction -> attribute(direction.text(), ""));
        description.attributes().forEach(a -> attribute(a.name(), a.value()));
    }

    private void section(MediaDescription section) {
        line(
                'm',
                section.media() + " " + section.port() + " " + section.protocol() + " "
                        + String.join(" ", section.formats()));
        section.connection().ifPresent(value -> line('c', value));
        section.bandwidths().forEach(this::bandwidth);
        flag("bundle-only", section.bundleOnly());
        section.candidates().forEach(candidate -> attribute("candidate", candidate));
        flag("end-of-candidates", section.endOfCandidates());
        transport(section.transport());
        section.mid().ifPresent(mid -> attribute("mid", mid));
        section.extensions().forEach(this::extension);
        flag("extmap-allow-mixed", section.extmapAllowMixed());
        section.direction().ifPresent(direction -> attribute(direction.text(), ""));
        for (var msid : section.msids()) {
            attribute("msid", msid.streamId() + (msid.trackId().isEmpty() ? "" : " " + msid.trackId()));
        }
        flag("rtcp-mux", section.rtcpMux());
        flag("rtcp-rsize", section.rtcpRsize());
        section.packetMillis().ifPresent(millis -> attribute("ptime", Integer.toString(millis)));
        section.maxPacketMillis().ifPresent(millis -> attribute("maxptime", Integer.toString(millis)));
        section.codecs().forEach(this::codec);
        for (var rid : section.rids()) {
            var restrictions =
                    rid.restrictions().isEmpty() ? "" : " " + rid.restrictions().text();
            attribute("rid", rid.id() + (rid.sends() ? " send" : " recv") + restrictions);
        }
        simulcast(section.simulcast());
        for (var group : section.sourceGroups()) {
            attribute(
                    "ssrc-group",
                    group.semantics()
                            + group.ssrcs().stream().map(ssrc -> " " + ssrc).collect(Collectors.joining()));
        }
        for (var source : section.sources()) {
            for (var a : source.attributes()) {
                attribute("ssrc", source.ssrc() + " " + a.name() + (a.value().isEmpty() ? "" : ":" + a.value()));
            }
        }
        section.sctpPort().ifPresent(port -> attribute("sctp-port", Integer.toString(port)));
        section.maxMessageSize().ifPresent(size -> attribute("max-message-size", Long.toString(size)));
        section.attributes().forEach(a -> attribute(a.name(), a.value()));
    }

    private void transport(TransportDescription transport) {
        transport.iceUfrag().ifPresent(value -> attribute("ice-ufrag", value));
        transport.icePwd().ifPresent(value -> attribute("ice-pwd", value));
        if (!transport.iceOptions().isEmpty()) {
            attribute("ice-options", String.join(" ", transport.iceOptions()));
        }
        for (var fingerprint : transport.fingerprints()) {
            attribute("fingerprint", fingerprint.algorithm() + " " + fingerprint.value());
        }
        transport.setup().ifPresent(setup -> attribute("setup", setup.text()));
        transport.tlsId().ifPresent(value -> attribute("tls-id", value));
    }

    private void codec(Codec codec) {
        attribute(
                "rtpmap",
                codec.payloadType() + " " + codec.name() + "/" + codec.clockRate()
                        + (codec.channels() > 1 ? "/" + codec.channels() : ""));
        codec.feedback().forEach(feedback -> attribute("rtcp-fb", codec.payloadType() + " " + feedback));
        if (!codec.parameters().isEmpty()) {
            attribute("fmtp", codec.payloadType() + " " + codec.parameters().text());
        }
    }

    private void extension(HeaderExtension extension) {
        var direction = extension.direction().map(d -> "/" + d.text()).orElse("");
        var attributes = extension.attributes().isEmpty() ? "" : " " + extension.attributes();
        attribute("extmap", extension.id() + direction + " " + extension.uri() + attributes);
    }

    private void simulcast(Simulcast simulcast) {
        if (simulcast.isEmpty()) {
            return;
        }
        var send = simulcast.send().isEmpty() ? "" : "send " + streams(simulcast.send());
        var receive = simulcast.receive().isEmpty() ? "" : "recv " + streams(simulcast.receive());
        attribute("simulcast", send + (send.isEmpty() || receive.isEmpty() ? "" : " ") + receive);
    }

    private static String streams(List<List<Simulcast.Stream>> streams) {
        return streams.stream()
                .map(alternatives -> alternatives.stream()
                        .map(stream -> (stream.paused() ? "~" : "") + stream.rid())
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining(";"));
    }

    private void bandwidth(Bandwidth bandwidth) {
        line('b', bandwidth.type() + ":" + bandwidth.value());
    }

    private void flag(String name, boolean set) {
        if (set) {
            attribute(name, "");
        }
    }

    private void attribute(String name, String value) {
        line('a', value.isEmpty() ? name : name + ":" + value);
    }

    private void line(char type, String value) {
        // A line break in a field would let whoever chose it write lines of their own.
        if (!Lines.isPlain(value)) {
            throw new IllegalStateException("a control character in the value of " + type + "=");
        }
        text.append(type).append('=').append(value).append("\r\n");
    }
}
