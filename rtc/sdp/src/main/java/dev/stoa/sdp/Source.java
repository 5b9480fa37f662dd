package dev.stoa.sdp;

import java.util.List;
import java.util.Optional;

/**
 * An SSRC that is announced, and what is said of it (RFC 5576, 4.1).
 *
 * @param ssrc 0 to 2^32 - 1
 * @param attributes at least one: a source of which nothing is said has no line
 */
public record Source(long ssrc, List<Attribute> attributes) {
    public Source {
        if (ssrc < 0 || ssrc > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("an SSRC has 32 bits: " + ssrc);
        }
        if (attributes.isEmpty()) {
            throw new IllegalArgumentException("nothing is said of SSRC " + ssrc);
        }
        attributes = List.copyOf(attributes);
    }

    public static Source of(long ssrc, String cname) {
        return new Source(ssrc, List.of(new Attribute("cname", cname)));
    }

    public Optional<String> cname() {
        return attributes.stream()
                .filter(a -> a.name().equals("cname"))
                .map(Attribute::value)
                .findFirst();
    }
}
