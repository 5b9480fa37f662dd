package dev.stoa.sdp;

import java.util.List;
import java.util.Optional;

/**
 * A whole description (RFC 8866, RFC 9429). It is a value: {@link #parse} makes it from text, {@link #write} makes text of
 * it, and parsing that text gives an equal one. Lines without a meaning in WebRTC (i= u= e= p= r= z= k=) are not kept.
 *
 * @param sessionName "-" in WebRTC
 * @param timing the value of the first {@code t=}: {@code 0 0}
 * @param msidSemantic the words of the line: {@code WMS *}
 * @param transport the default of all m-sections
 * @param direction the default of all m-sections
 * @param attributes those without a field here
 */
public record SessionDescription(
        Origin origin,
        String sessionName,
        Optional<String> connection,
        List<Bandwidth> bandwidths,
        String timing,
        List<Group> groups,
        List<String> msidSemantic,
        boolean extmapAllowMixed,
        boolean iceLite,
        TransportDescription transport,
        Optional<Direction> direction,
        List<Attribute> attributes,
        List<MediaDescription> media) {
    public SessionDescription {
        bandwidths = List.copyOf(bandwidths);
        groups = List.copyOf(groups);
        msidSemantic = List.copyOf(msidSemantic);
        attributes = List.copyOf(attributes);
        media = List.copyOf(media);
    }

    /** Reads a description of at most {@link SdpLimits#DEFAULT}. Lines end with CRLF or LF. Never throws. */
    public static ParseResult parse(String text) {
        return parse(text, SdpLimits.DEFAULT);
    }

    public static ParseResult parse(String text, SdpLimits limits) {
        return SdpParser.parse(text, limits);
    }

    /**
     * The text, lines ending with CRLF.
     *
     * @throws IllegalStateException when a field has a line break or another control character; what was parsed has none
     */
    public String write() {
        return SdpWriter.write(this);
    }

    public Optional<MediaDescription> section(String mid) {
        return media.stream()
                .filter(section -> section.mid().equals(Optional.of(mid)))
                .findFirst();
    }

    /** The first BUNDLE group; of others nothing is used. */
    public Optional<Group> bundle() {
        return groups.stream().filter(Group::isBundle).findFirst();
    }

    /** The direction of one of this description's sections, from the session or {@code sendrecv} when it says none. */
    public Direction directionOf(MediaDescription section) {
        return section.direction().or(() -> direction).orElse(Direction.SENDRECV);
    }

    /**
     * The transport of one of this description's sections: what it says itself, else the session, else the tagged section
     * of its bundle (RFC 8843, 7.1.3: a bundled section need not repeat it).
     */
    public TransportDescription transportOf(MediaDescription section) {
        var own = section.transport().orElse(transport);
        return tagged(section).map(tag -> own.orElse(tag.transport())).orElse(own);
    }

    private Optional<MediaDescription> tagged(MediaDescription section) {
        return bundle()
                .filter(group -> section.mid().filter(group.mids()::contains).isPresent())
                .stream()
                .flatMap(group -> group.mids().stream())
                .findFirst()
                .flatMap(this::section);
    }
}
