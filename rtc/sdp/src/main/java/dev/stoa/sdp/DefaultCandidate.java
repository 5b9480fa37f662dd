package dev.stoa.sdp;

import java.util.List;
import java.util.Optional;

/**
 * The candidate that the m= and c= lines name, for who does not speak ICE (RFC 8839, 4.2.1).
 *
 * @param connection the value of {@code c=}
 */
record DefaultCandidate(int port, String connection) {
    /** The first UDP candidate with an address in digits, IPv4 before IPv6. */
    static Optional<DefaultCandidate> of(List<String> candidates) {
        var found = candidates.stream().flatMap(line -> parse(line).stream()).toList();
        return found.stream()
                .filter(candidate -> candidate.connection.startsWith("IN IP4"))
                .findFirst()
                .or(() -> found.stream().findFirst());
    }

    /** foundation, component, transport, priority, address, port, … */
    private static Optional<DefaultCandidate> parse(String line) {
        var words = Lines.words(line);
        if (words.size() < 6 || !words.get(1).equals("1") || !words.get(2).equalsIgnoreCase("udp")) {
            return Optional.empty();
        }
        var address = words.get(4);
        int port = Lines.numberOr(words.get(5), 0xFFFF, 0);
        boolean ipv6 = address.indexOf(':') >= 0;
        boolean ipv4 = address.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return port > 0 && (ipv4 || ipv6)
                ? Optional.of(new DefaultCandidate(port, (ipv6 ? "IN IP6 " : "IN IP4 ") + address))
                : Optional.empty();
    }
}
