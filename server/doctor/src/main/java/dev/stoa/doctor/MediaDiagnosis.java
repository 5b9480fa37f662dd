package dev.stoa.doctor;

import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * From what was seen to the setting that is wrong. "Works for two, black with three" is nearly always the first of these: two
 * find each other without the server, and a third makes everybody go to an address that is not the server's.
 */
final class MediaDiagnosis {
    static final String MEDIA = "media";
    static final String MEDIA_UDP = "media-udp";
    static final String MEDIA_TCP = "media-tcp";

    private MediaDiagnosis() {}

    static List<Finding> of(Observation seen, Place place) {
        if (seen.advertised().isEmpty()) {
            return List.of(Finding.failure(
                    MEDIA,
                    "the server's answer names no address for media",
                    "say where the server is: --host ADDRESS"));
        }
        var findings = new ArrayList<Finding>();
        boolean udp = Observation.anyAnswers(seen.udp());
        boolean tcp = Observation.anyAnswers(seen.tcp());
        if (!udp && !tcp) {
            findings.add(place == Place.SERVER ? unheardAtTheServer(seen) : unheard(seen));
            return findings;
        }
        findings.add(udp ? Finding.ok(MEDIA_UDP, "answers at " + answering(seen.udp())) : noUdp(seen));
        findings.add(tcp ? Finding.ok(MEDIA_TCP, "answers at " + answering(seen.tcp())) : noTcp(seen));
        findings.add(connection(seen, udp));
        return findings;
    }

    private static Finding connection(Observation seen, boolean udp) {
        if (seen.connected()) {
            return Finding.ok(MEDIA, "a call with the server was up in " + seen.connectMillis() + " ms");
        }
        // Our own peer has no TCP.
        return udp
                ? Finding.failure(
                        MEDIA,
                        "ICE finds a way, but DTLS does not come about on it",
                        "see the server's log; is the path's MTU below 1200?")
                : Finding.skipped(MEDIA, "a call by TCP alone is not tried");
    }

    private static Finding noUdp(Observation seen) {
        int port = port(seen);
        return Finding.failure(
                MEDIA_UDP,
                "UDP to port " + port + " gets lost, while TCP to it gets through: a firewall",
                "let UDP port " + port + " (media-port) in, at the server's firewall and at its provider's");
    }

    private static Finding noTcp(Observation seen) {
        int port = port(seen);
        return Finding.warning(
                MEDIA_TCP,
                "TCP to port " + port + " is not answered: people whose networks let no UDP through need it",
                "let TCP port " + port + " (media-port) in");
    }

    /** From elsewhere. */
    private static Finding unheard(Observation seen) {
        var web = TransportAddress.of(seen.web(), 0).host();
        int port = port(seen);
        if (isAdvertisedAtWeb(seen)) {
            return Finding.failure(
                    MEDIA,
                    "nobody answers at " + addresses(seen) + ", neither by UDP nor by TCP",
                    "let UDP and TCP port " + port
                            + " (media-port) in, at the server's firewall and at its provider's");
        }
        return Finding.failure(
                MEDIA,
                "media is advertised at " + addresses(seen) + ", where nobody answers; the page was reached at " + web
                        + (seen.webAnswers() ? ", and media answers there, too" : ""),
                "start the server with --host " + web
                        + (seen.webAnswers() ? "" : ", and let UDP and TCP port " + port + " (media-port) in")
                        + "; calls of two may work without, those of three and more do not");
    }

    private static Finding unheardAtTheServer(Observation seen) {
        if (seen.advertised().stream()
                .anyMatch(each -> seen.own().contains(each.address().inetAddress()))) {
            return Finding.failure(
                    MEDIA,
                    "nobody answers at " + addresses(seen) + ", though that is this machine",
                    "does this machine's own firewall drop port " + port(seen) + " (media-port)?");
        }
        var here = seen.webAnswers() ? "media answers on this machine, but " : "";
        return Finding.warning(
                MEDIA,
                here + "it is advertised at " + addresses(seen)
                        + ", which is none of this machine's addresses and does not answer from here",
                "right only where a router translates that address to this machine; otherwise --host is wrong. From"
                        + " another machine, `stoa doctor URL` tells which");
    }

    private static boolean isAdvertisedAtWeb(Observation seen) {
        return seen.advertised().stream()
                .anyMatch(each -> each.address().inetAddress().equals(seen.web()));
    }

    private static int port(Observation seen) {
        return seen.advertised().getFirst().address().port();
    }

    private static String addresses(Observation seen) {
        return seen.advertised().stream()
                .map(each -> each.address().toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String answering(List<Observation.Advertised> some) {
        return some.stream()
                .filter(Observation.Advertised::answers)
                .map(each -> each.address().toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
