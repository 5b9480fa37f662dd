package dev.stoa.doctor;

import dev.stoa.wire.TransportAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * What was seen of the server's media.
 *
 * @param advertised where the server's answer says that media is
 * @param connected whether a PeerConnection came about
 * @param connectMillis how long that took
 * @param web the address by which the server's HTTP was reached
 * @param webAnswers whether media answers there, advertised or not
 * @param own addresses of the machine that the doctor is on
 */
record Observation(
        List<Advertised> advertised,
        boolean connected,
        long connectMillis,
        InetAddress web,
        boolean webAnswers,
        Set<InetAddress> own) {

    /** @param answers whether an authenticated check (RFC 8445, 7.3) was answered from there */
    record Advertised(TransportAddress address, boolean isUdp, boolean answers) {}

    List<Advertised> udp() {
        return advertised.stream().filter(Advertised::isUdp).toList();
    }

    List<Advertised> tcp() {
        return advertised.stream().filter(each -> !each.isUdp()).toList();
    }

    static boolean anyAnswers(List<Advertised> some) {
        return some.stream().anyMatch(Advertised::answers);
    }
}
