package dev.stoa.sdp;

import dev.stoa.wire.Malformation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Reads a description line by line. A line that cannot be read refuses the whole (RFC 9429, 5.8); an attribute that is not
 * known is kept as it is (RFC 8866, 5.13).
 */
final class SdpParser {
    private final SdpLimits limits;
    private final List<MediaDescription> media = new ArrayList<>();
    private final List<Bandwidth> bandwidths = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final List<Attribute> attributes = new ArrayList<>();
    private final TransportCollector transport;
    private Optional<Origin> origin = Optional.empty();
    private Optional<String> sessionName = Optional.empty();
    private Optional<String> connection = Optional.empty();
    private Optional<String> timing = Optional.empty();
    private List<String> msidSemantic = List.of();
    private boolean extmapAllowMixed;
    private boolean iceLite;
    private Optional<Direction> direction = Optional.empty();
    private Optional<SectionCollector> section = Optional.empty();
    private int lineNumber;

    private SdpParser(SdpLimits limits) {
        this.limits = limits;
        this.transport = new TransportCollector(limits);
    }

    static ParseResult parse(String text, SdpLimits limits) {
        if (text.length() > limits.bytes() || utf8Length(text) > limits.bytes()) {
            return new ParseResult.Refused(0, Malformation.TOO_MANY, "more than " + limits.bytes() + " bytes");
        }
        var parser = new SdpParser(limits);
        try {
            return new ParseResult.Parsed(parser.read(text));
        } catch (SdpSyntaxException e) {
            return new ParseResult.Refused(parser.lineNumber, e.malformation(), e.reason());
        }
    }

    private SessionDescription read(String text) throws SdpSyntaxException {
        int from = 0;
        boolean blank = false;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            int next = end < 0 ? text.length() : end + 1;
            end = end < 0 ? text.length() : end;
            if (end > from && text.charAt(end - 1) == '\r') {
                end--;
            }
            lineNumber++;
            if (lineNumber > limits.lines()) {
                throw SdpSyntaxException.tooMany("lines", limits.lines());
            }
            if (end == from) {
                blank = true;
            } else if (blank) {
                throw SdpSyntaxException.badValue("an empty line before it");
            } else if (end - from > limits.lineLength()) {
                throw SdpSyntaxException.tooMany("characters in a line", limits.lineLength());
            } else {
                line(text.substring(from, end));
            }
            from = next;
        }
        if (section.isPresent()) {
            media.add(section.get().finish());
        }
        if (origin.isEmpty() || sessionName.isEmpty()) {
            throw new SdpSyntaxException(Malformation.TRUNCATED, "v=, o= and s= are not all there");
        }
        checkMids();
        return new SessionDescription(
                origin.get(),
                sessionName.get(),
                connection,
                bandwidths,
                timing.orElse("0 0"),
                groups,
                msidSemantic,
                extmapAllowMixed,
                iceLite,
                transport.description(),
                direction,
                attributes,
                media);
    }

    private void line(String line) throws SdpSyntaxException {
        if (line.length() < 2 || line.charAt(1) != '=') {
            throw new SdpSyntaxException(Malformation.BAD_MAGIC, "not type=value: " + Lines.quote(line));
        }
        if (!Lines.isPlain(line)) {
            throw SdpSyntaxException.badValue("a control character");
        }
        char type = line.charAt(0);
        var value = line.substring(2);
        switch (lineNumber) {
            case 1 -> require(type == 'v' && value.equals("0"), "the first line is not v=0");
            case 2 -> require(type == 'o', "the second line is not o=");
            case 3 -> require(type == 's', "the third line is not s=");
            default -> require(type != 'v' && type != 'o' && type != 's', "a second " + type + "=");
        }
        switch (type) {
            case 'o' -> origin = Optional.of(origin(value));
            case 's' -> sessionName = Optional.of(value);
            case 'm' -> beginSection(value);
            case 'a' -> attribute(value);
            case 'c' -> connection(value);
            case 'b' -> bandwidth(value);
            case 't' -> timing(value);
            case 'v', 'i', 'u', 'e', 'p', 'r', 'z', 'k' -> {
                // Without a meaning in WebRTC (RFC 9429, 5.8.1).
            }
            default -> throw new SdpSyntaxException(Malformation.UNKNOWN_TYPE, "no such line: " + Lines.quote(line));
        }
    }

    private static Origin origin(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        require(words.size() == 6, "o= has not six words");
        long version = Lines.number(words.get(2), Long.MAX_VALUE, "the session's version");
        return new Origin(words.get(0), words.get(1), version, String.join(" ", words.subList(3, 6)));
    }

    private void timing(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        require(words.size() == 2 && words.stream().allMatch(Lines::isDigits), "t= has not two numbers");
        if (timing.isEmpty()) {
            timing = Optional.of(String.join(" ", words));
        }
    }

    private void connection(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        require(words.size() == 3, "c= has not three words");
        var text = Optional.of(String.join(" ", words));
        if (section.isPresent()) {
            section.get().media.connection = text;
        } else {
            connection = text;
        }
    }

    private void bandwidth(String value) throws SdpSyntaxException {
        var type = Lines.token(Lines.head(value, ':'), "the bandwidth's type");
        long amount = Lines.number(Lines.tail(value, ':').strip(), Long.MAX_VALUE, "the bandwidth");
        var target = section.map(s -> s.media.bandwidths).orElse(bandwidths);
        add(target, new Bandwidth(type, amount), limits.others(), "b= lines");
    }

    private void beginSection(String value) throws SdpSyntaxException {
        if (section.isPresent()) {
            media.add(section.get().finish());
        }
        if (media.size() == limits.sections()) {
            throw SdpSyntaxException.tooMany("m-sections", limits.sections());
        }
        section = Optional.of(SectionCollector.of(value, limits));
    }

    private void attribute(String line) throws SdpSyntaxException {
        var name = Lines.token(Lines.head(line, ':'), "an attribute's name");
        var value = Lines.tail(line, ':');
        if (section.isPresent()) {
            section.get().attribute(name, value);
        } else {
            sessionAttribute(name, value);
        }
    }

    private void sessionAttribute(String name, String value) throws SdpSyntaxException {
        if (transport.take(name, value)) {
            return;
        }
        switch (name) {
            case "group" -> add(groups, group(value), limits.others(), "groups");
            case "msid-semantic" -> {
                msidSemantic = Lines.words(value);
                if (msidSemantic.size() > limits.sections()) {
                    throw SdpSyntaxException.tooMany("streams in msid-semantic", limits.sections());
                }
            }
            case "extmap-allow-mixed" -> extmapAllowMixed = true;
            case "ice-lite" -> iceLite = true;
            case "sendrecv", "sendonly", "recvonly", "inactive" -> direction = Direction.parse(name);
            default -> add(attributes, new Attribute(name, value), limits.others(), "attributes of the session");
        }
    }

    private Group group(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        require(!words.isEmpty(), "a group without semantics");
        if (words.size() - 1 > limits.sections()) {
            throw SdpSyntaxException.tooMany("m-sections in a group", limits.sections());
        }
        return new Group(Lines.token(words.getFirst(), "a group's semantics"), words.subList(1, words.size()));
    }

    /** RFC 5888, 4: an m-section's identification is its own. */
    private void checkMids() throws SdpSyntaxException {
        var mids = new HashSet<String>();
        for (var one : media) {
            if (one.mid().isPresent()) {
                require(
                        mids.add(one.mid().get()),
                        "two m-sections with the mid " + Lines.quote(one.mid().get()));
            }
        }
    }

    static void require(boolean holds, String otherwise) throws SdpSyntaxException {
        if (!holds) {
            throw SdpSyntaxException.badValue(otherwise);
        }
    }

    static <T> void add(List<T> list, T value, int limit, String what) throws SdpSyntaxException {
        if (list.size() >= limit) {
            throw SdpSyntaxException.tooMany(what, limit);
        }
        list.add(value);
    }

    private static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts for two of its four bytes.
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }
}
