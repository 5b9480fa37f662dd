package dev.stoa.sdp;

import dev.stoa.wire.Malformation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Collects the lines of one m-section, whatever their order. */
final class SectionCollector {
    private static final int MAX_MID = 64;
    private static final int MAX_CLOCK_RATE = 10_000_000;
    private static final int MAX_CHANNELS = 255;

    /** The payload types of RFC 3551, 6 that browsers still offer, without need of an rtpmap. */
    private static final Map<Integer, RtpMap> STATIC = Map.of(
            0, new RtpMap("PCMU", 8000, 1),
            8, new RtpMap("PCMA", 8000, 1),
            9, new RtpMap("G722", 8000, 1),
            13, new RtpMap("CN", 8000, 1));

    private record RtpMap(String name, int clockRate, int channels) {}

    final MediaDescription.Builder media;
    private final SdpLimits limits;
    private final boolean rtp;
    private final TransportCollector transport;
    private final Map<Integer, RtpMap> rtpMaps = new HashMap<>();
    private final Map<Integer, FormatParameters> parameters = new HashMap<>();
    private final Map<Integer, List<String>> feedback = new HashMap<>();
    private final List<String> feedbackOfAll = new ArrayList<>();
    private final Map<Long, List<Attribute>> sources = new LinkedHashMap<>();

    private SectionCollector(MediaDescription.Builder media, SdpLimits limits) {
        this.media = media;
        this.limits = limits;
        this.rtp = MediaDescription.isRtpProtocol(media.protocol);
        this.transport = new TransportCollector(limits);
    }

    /** @param line the value of {@code m=} */
    static SectionCollector of(String line, SdpLimits limits) throws SdpSyntaxException {
        var words = Lines.words(line);
        if (words.size() < 4) {
            throw new SdpSyntaxException(Malformation.TRUNCATED, "m= has not kind, port, protocol and a format");
        }
        var kind = Lines.token(words.get(0), "the kind of media");
        int port = Lines.number(Lines.head(words.get(1), '/'), 0xFFFF, "the port");
        var formats = words.subList(3, words.size());
        if (formats.size() > limits.codecs()) {
            throw SdpSyntaxException.tooMany("formats in an m-section", limits.codecs());
        }
        var section = new SectionCollector(MediaDescription.builder(kind, port, words.get(2), List.of()), limits);
        for (var format : formats) {
            // A payload type is written without leading zeros from here on.
            section.media.formats.add(section.rtp ? Integer.toString(payloadType(format)) : format);
        }
        SdpParser.require(
                new HashSet<>(section.media.formats).size() == section.media.formats.size(), "a format twice in m=");
        return section;
    }

    void attribute(String name, String value) throws SdpSyntaxException {
        if (transport.take(name, value) || (rtp && rtpAttribute(name, value))) {
            return;
        }
        switch (name) {
            case "mid" -> mid(value.strip());
            case "sendrecv", "sendonly", "recvonly", "inactive" -> media.direction = Direction.parse(name);
            case "bundle-only" -> media.bundleOnly = true;
            case "candidate" -> {
                if (!value.isBlank()) {
                    SdpParser.add(media.candidates, value.strip(), limits.candidates(), "candidates in an m-section");
                }
            }
            case "end-of-candidates" -> media.endOfCandidates = true;
            case "extmap-allow-mixed" -> media.extmapAllowMixed = true;
            case "sctp-port" -> media.sctpPort = OptionalInt.of(Lines.number(value.strip(), 0xFFFF, "sctp-port"));
            case "max-message-size" ->
                media.maxMessageSize = OptionalLong.of(Lines.number(value.strip(), Long.MAX_VALUE, name));
            default ->
                SdpParser.add(
                        media.attributes, new Attribute(name, value), limits.others(), "attributes of an m-section");
        }
    }

    private boolean rtpAttribute(String name, String value) throws SdpSyntaxException {
        switch (name) {
            case "rtpmap" -> rtpMap(value);
            case "fmtp" ->
                parameters.put(
                        payloadType(Lines.head(value, ' ')),
                        new FormatParameters(Lines.tail(value, ' ').strip()));
            case "rtcp-fb" -> feedback(value);
            case "rtcp-mux" -> media.rtcpMux = true;
            case "rtcp-rsize" -> media.rtcpRsize = true;
            case "extmap" -> extension(value);
            case "msid" -> msid(value);
            case "ssrc" -> source(value);
            case "ssrc-group" -> sourceGroup(value);
            case "rid" -> rid(value);
            case "simulcast" -> media.simulcast = simulcast(value);
            case "ptime" -> {
                // A fraction is allowed (RFC 8866, 6.4); it stays as it is.
                int millis = Lines.numberOr(value.strip(), 60_000, -1);
                media.packetMillis = millis < 0 ? media.packetMillis : OptionalInt.of(millis);
                return millis >= 0;
            }
            case "maxptime" -> {
                int millis = Lines.numberOr(value.strip(), 60_000, -1);
                media.maxPacketMillis = millis < 0 ? media.maxPacketMillis : OptionalInt.of(millis);
                return millis >= 0;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    MediaDescription finish() throws SdpSyntaxException {
        media.transport(transport.description());
        if (rtp) {
            for (var format : media.formats) {
                codec(Integer.parseInt(format));
            }
        }
        sources.forEach((ssrc, attributes) -> media.source(new Source(ssrc, attributes)));
        return media.build();
    }

    private void codec(int payloadType) throws SdpSyntaxException {
        var map = Optional.ofNullable(rtpMaps.get(payloadType)).or(() -> Optional.ofNullable(STATIC.get(payloadType)));
        if (map.isEmpty()) {
            return;
        }
        var all = new ArrayList<>(feedback.getOrDefault(payloadType, List.of()));
        for (var each : feedbackOfAll) {
            if (!all.contains(each)) {
                SdpParser.add(all, each, limits.others(), "rtcp-fb lines of a payload type");
            }
        }
        media.codec(new Codec(
                payloadType,
                map.get().name,
                map.get().clockRate,
                map.get().channels,
                parameters.getOrDefault(payloadType, FormatParameters.NONE),
                all));
    }

    private void mid(String value) throws SdpSyntaxException {
        SdpParser.require(media.mid.isEmpty(), "a second mid");
        SdpParser.require(value.length() <= MAX_MID, "a mid longer than " + MAX_MID);
        media.mid = Optional.of(Lines.token(value, "mid"));
    }

    private void rtpMap(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(words.size() == 2, "rtpmap is a payload type and a codec");
        var parts = Lines.parts(words.get(1), '/');
        SdpParser.require(parts.size() == 2 || parts.size() == 3, "rtpmap's codec is name/clock[/channels]");
        var name = Lines.token(parts.getFirst(), "a codec's name");
        int clockRate = Lines.number(parts.get(1), MAX_CLOCK_RATE, "the clock rate");
        int channels = parts.size() == 3 ? Lines.number(parts.get(2), MAX_CHANNELS, "the channels") : 1;
        rtpMaps.put(payloadType(words.getFirst()), new RtpMap(name, clockRate, Math.max(1, channels)));
    }

    private void feedback(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(words.size() >= 2, "rtcp-fb is a payload type and a kind of feedback");
        var target = words.getFirst().equals("*")
                ? feedbackOfAll
                : feedback.computeIfAbsent(payloadType(words.getFirst()), _ -> new ArrayList<>());
        var text = String.join(" ", words.subList(1, words.size()));
        if (!target.contains(text)) {
            SdpParser.add(target, text, limits.others(), "rtcp-fb lines of a payload type");
        }
    }

    private void extension(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(words.size() >= 2, "extmap is an id and a URI");
        var first = words.getFirst();
        int id = Lines.number(Lines.head(first, '/'), HeaderExtension.MAX_ID, "an extension's id");
        SdpParser.require(id > 0, "an extension's id is 0");
        Optional<Direction> direction = Optional.empty();
        if (first.indexOf('/') >= 0) {
            direction = Direction.parse(Lines.tail(first, '/'));
            SdpParser.require(direction.isPresent(), "no such direction: " + Lines.quote(first));
        }
        SdpParser.require(
                media.extensions.stream().noneMatch(e -> e.id() == id), "an extension's id is used twice: " + id);
        var rest = String.join(" ", words.subList(2, words.size()));
        SdpParser.add(
                media.extensions,
                new HeaderExtension(id, direction, words.get(1), rest),
                limits.extensions(),
                "extmap lines in an m-section");
    }

    private void msid(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(words.size() == 1 || words.size() == 2, "msid is a stream and perhaps a track");
        SdpParser.add(
                media.msids,
                new Msid(words.getFirst(), words.size() == 2 ? words.get(1) : ""),
                limits.others(),
                "msid lines in an m-section");
    }

    private void source(String value) throws SdpSyntaxException {
        long ssrc = Lines.number(Lines.head(value, ' '), 0xFFFF_FFFFL, "an SSRC");
        var rest = Lines.tail(value, ' ').strip();
        var name = Lines.token(Lines.head(rest, ':'), "an SSRC's attribute");
        if (!sources.containsKey(ssrc) && sources.size() >= limits.sources()) {
            throw SdpSyntaxException.tooMany("SSRCs in an m-section", limits.sources());
        }
        SdpParser.add(
                sources.computeIfAbsent(ssrc, _ -> new ArrayList<>()),
                new Attribute(name, Lines.tail(rest, ':')),
                limits.others(),
                "attributes of an SSRC");
    }

    private void sourceGroup(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(!words.isEmpty(), "an ssrc-group without semantics");
        if (words.size() - 1 > limits.sources()) {
            throw SdpSyntaxException.tooMany("SSRCs in a group", limits.sources());
        }
        var ssrcs = new ArrayList<Long>();
        for (var word : words.subList(1, words.size())) {
            ssrcs.add(Lines.number(word, 0xFFFF_FFFFL, "an SSRC"));
        }
        SdpParser.add(
                media.sourceGroups,
                new SourceGroup(Lines.token(words.getFirst(), "a group's semantics"), ssrcs),
                limits.sources(),
                "ssrc-group lines in an m-section");
    }

    private void rid(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(words.size() >= 2 && Rid.isId(words.getFirst()), "rid is an id and send or recv");
        var id = words.getFirst();
        var way = words.get(1);
        SdpParser.require(way.equals("send") || way.equals("recv"), "a rid neither send nor recv");
        SdpParser.require(media.rids.stream().noneMatch(rid -> rid.id().equals(id)), "a rid twice");
        var restrictions = new FormatParameters(String.join(" ", words.subList(2, words.size())));
        SdpParser.add(
                media.rids, new Rid(id, way.equals("send"), restrictions), limits.rids(), "rid lines in an m-section");
    }

    private Simulcast simulcast(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(words.size() == 2 || words.size() == 4, "simulcast is send or recv and streams");
        List<List<Simulcast.Stream>> send = List.of();
        List<List<Simulcast.Stream>> receive = List.of();
        for (int i = 0; i < words.size(); i += 2) {
            var way = words.get(i);
            boolean first = way.equals("send") ? send.isEmpty() : way.equals("recv") && receive.isEmpty();
            SdpParser.require(first, "simulcast is neither send nor recv, or the same twice");
            var streams = streams(words.get(i + 1));
            send = way.equals("send") ? streams : send;
            receive = way.equals("recv") ? streams : receive;
        }
        return new Simulcast(send, receive);
    }

    private List<List<Simulcast.Stream>> streams(String text) throws SdpSyntaxException {
        var streams = new ArrayList<List<Simulcast.Stream>>();
        int count = 0;
        for (var part : Lines.parts(text, ';')) {
            var alternatives = new ArrayList<Simulcast.Stream>();
            for (var one : Lines.parts(part, ',')) {
                boolean paused = one.startsWith("~");
                var id = paused ? one.substring(1) : one;
                SdpParser.require(Rid.isId(id), "not a rid in simulcast: " + Lines.quote(one));
                if (++count > limits.rids()) {
                    throw SdpSyntaxException.tooMany("streams in simulcast", limits.rids());
                }
                alternatives.add(new Simulcast.Stream(id, paused));
            }
            streams.add(alternatives);
        }
        return streams;
    }

    private static int payloadType(String text) throws SdpSyntaxException {
        return Lines.number(text, 127, "a payload type");
    }
}
