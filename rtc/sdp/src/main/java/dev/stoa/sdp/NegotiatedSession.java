package dev.stoa.sdp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an offer and its answer agree on, for the transport and the RTP layers.
 *
 * @param transport empty when no m-section is in use
 * @param sections the media sections in use, in their order; one that is not here is closed
 * @param data the data channels, if in use
 */
public record NegotiatedSession(
        Optional<NegotiatedTransport> transport, List<NegotiatedSection> sections, Optional<NegotiatedData> data) {
    public NegotiatedSession {
        sections = List.copyOf(sections);
    }

    public Optional<NegotiatedSection> section(String mid) {
        return sections.stream().filter(section -> section.mid().equals(mid)).findFirst();
    }

    /**
     * The id of each header extension, by URI, that packets to us may have. It is one for the whole bundle, so that the mid
     * can be read before it is known which section a packet belongs to (RFC 8843, 9.2).
     */
    public Map<String, Integer> receiveExtensions() {
        var all = new LinkedHashMap<String, Integer>();
        sections.forEach(section -> section.receiveExtensions().forEach(all::putIfAbsent));
        return all;
    }
}
