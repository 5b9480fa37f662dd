package dev.stoa.ice;

import dev.stoa.wire.Malformation;
import dev.stoa.wire.TransportAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The candidate attribute (RFC 8839, 5.1; RFC 6544, 4.5):
 *
 * <pre>
 * candidate:foundation component transport priority address port typ type [raddr address] [rport port] *(name value)
 * </pre>
 *
 * Unknown extensions are passed over.
 */
final class CandidateLine {
    /** Chromium's are about 130 characters long. */
    private static final int MAX_LENGTH = 512;

    private static final int MAX_TOKENS = 40;
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern NAME = Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");

    private CandidateLine() {}

    static CandidateParse parse(String line) {
        if (line.length() > MAX_LENGTH) {
            return malformed(Malformation.TOO_MANY);
        }
        var text = line.strip();
        if (text.startsWith("a=")) {
            text = text.substring(2);
        }
        if (text.isEmpty() || text.equals("candidate:")) {
            return CandidateParse.Ignored.END_OF_CANDIDATES;
        }
        if (!text.startsWith("candidate:")) {
            return malformed(Malformation.BAD_MAGIC);
        }
        var tokens = text.substring("candidate:".length()).split(" +", MAX_TOKENS + 1);
        if (tokens.length > MAX_TOKENS) {
            return malformed(Malformation.TOO_MANY);
        }
        return tokens.length < 8 ? malformed(Malformation.TRUNCATED) : parse(tokens);
    }

    private static CandidateParse parse(String[] tokens) {
        long component = number(tokens[1], 256);
        long priority = number(tokens[3], Integer.MAX_VALUE);
        long port = number(tokens[5], 0xFFFF);
        var endpoint = port < 0 ? null : endpoint(tokens[4], (int) port);
        boolean valid = IceCredentials.isIceChars(tokens[0], 1, 32)
                && component >= 1
                && priority >= 1
                && endpoint != null
                && tokens[6].equals("typ");
        if (!valid || endpoint == null) {
            return malformed(Malformation.BAD_VALUE);
        }
        var transport = transport(tokens[2]);
        if (transport == null) {
            return CandidateParse.Ignored.UNKNOWN_TRANSPORT;
        }
        if (component != Candidate.COMPONENT) {
            return CandidateParse.Ignored.OTHER_COMPONENT;
        }
        var type = type(tokens[7]);
        if (type == null) {
            return CandidateParse.Ignored.UNKNOWN_TYPE;
        }
        return extensions(
                tokens,
                new Candidate(
                        tokens[0], Candidate.COMPONENT, transport, priority, endpoint, type, null, null, 0, null));
    }

    private static CandidateParse extensions(String[] tokens, Candidate candidate) {
        String relatedHost = null;
        long relatedPort = 0;
        TcpType tcpType = null;
        long generation = 0;
        String ufrag = null;
        for (int i = 8; i + 1 < tokens.length; i += 2) {
            var value = tokens[i + 1];
            switch (tokens[i]) {
                case "raddr" -> relatedHost = value;
                case "rport" -> relatedPort = number(value, 0xFFFF);
                case "tcptype" -> tcpType = tcpType(value);
                case "generation" -> generation = number(value, Integer.MAX_VALUE);
                case "ufrag" -> ufrag = IceCredentials.isIceChars(value, 1, 256) ? value : null;
                default -> {
                    // RFC 8839, 5.1: unknown extensions are ignored.
                }
            }
        }
        // A related address helps nobody to connect: a name or nonsense there is only left out.
        var related = relatedHost == null || relatedPort < 0 ? null : endpoint(relatedHost, (int) relatedPort);
        if ((candidate.transport() == Transport.TCP) != (tcpType != null) || generation < 0) {
            return malformed(Malformation.BAD_VALUE);
        }
        return new Candidate(
                candidate.foundation(),
                candidate.component(),
                candidate.transport(),
                candidate.priority(),
                candidate.endpoint(),
                candidate.type(),
                tcpType,
                related instanceof Candidate.Resolved resolved ? resolved.address() : null,
                (int) generation,
                ufrag);
    }

    static String write(Candidate candidate) {
        var line = new StringBuilder(128)
                .append("candidate:")
                .append(candidate.foundation())
                .append(' ')
                .append(candidate.component())
                .append(' ')
                .append(candidate.transport().name().toLowerCase(Locale.ROOT))
                .append(' ')
                .append(candidate.priority());
        switch (candidate.endpoint()) {
            case Candidate.Resolved(var address) -> appendAddress(line, address.host(), address.port());
            case Candidate.Named(var host, int port) -> appendAddress(line, host, port);
        }
        line.append(" typ ").append(candidate.type().token());
        var related = candidate.related();
        if (related != null) {
            line.append(" raddr ").append(related.host()).append(" rport ").append(related.port());
        }
        var tcpType = candidate.tcpType();
        if (tcpType != null) {
            line.append(" tcptype ").append(tcpType.name().toLowerCase(Locale.ROOT));
        }
        if (candidate.generation() != 0) {
            line.append(" generation ").append(candidate.generation());
        }
        var ufrag = candidate.ufrag();
        if (ufrag != null) {
            line.append(" ufrag ").append(ufrag);
        }
        return line.toString();
    }

    private static void appendAddress(StringBuilder line, String host, int port) {
        line.append(' ').append(host).append(' ').append(port);
    }

    /** An address in digits or a name; null when it is neither. */
    private static Candidate.@Nullable Endpoint endpoint(String host, int port) {
        var ipv4 = IPV4.matcher(host);
        if (ipv4.matches()) {
            int address = 0;
            for (int i = 1; i <= 4; i++) {
                int octet = Integer.parseInt(ipv4.group(i));
                if (octet > 255) {
                    return null;
                }
                address = address << 8 | octet;
            }
            return new Candidate.Resolved(TransportAddress.ofIpv4(address, port));
        }
        if (IPV6.matcher(host).matches()) {
            try {
                return new Candidate.Resolved(TransportAddress.of(host, port));
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return host.length() <= 253 && NAME.matcher(host).matches() ? new Candidate.Named(host, port) : null;
    }

    private static long number(String digits, long max) {
        if (digits.isEmpty() || digits.length() > 10 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        long number = Long.parseLong(digits);
        return number <= max ? number : -1;
    }

    private static @Nullable Transport transport(String token) {
        return switch (token.toLowerCase(Locale.ROOT)) {
            case "udp" -> Transport.UDP;
            case "tcp" -> Transport.TCP;
            default -> null;
        };
    }

    private static @Nullable TcpType tcpType(String token) {
        return switch (token) {
            case "active" -> TcpType.ACTIVE;
            case "passive" -> TcpType.PASSIVE;
            case "so" -> TcpType.SO;
            default -> null;
        };
    }

    private static @Nullable CandidateType type(String token) {
        for (var type : CandidateType.values()) {
            if (type.token().equals(token)) {
                return type;
            }
        }
        return null;
    }

    private static CandidateParse malformed(Malformation why) {
        return new CandidateParse.Malformed(why);
    }
}
