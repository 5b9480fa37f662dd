package dev.stoa.loop;

import dev.stoa.net.RemoteAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which loop a participant's datagrams belong to, where there are several: the kernel spreads them over the loops' sockets
 * by addresses and ports, and knows no rooms.
 *
 * <p>Any loop may ask at any time: that costs neither lock nor garbage. What changes is copied, which is rare: a path is
 * entered when ICE has validated it, and before anybody is answered by it.
 */
final class Owners {
    private final boolean several;
    private final Map<String, MediaLoop> byUfrag = new ConcurrentHashMap<>();
    private volatile AddressMap<ServerPeer> byPath = new AddressMap<>();

    /** @param loops how many there are: where there is one, nothing is kept */
    Owners(int loops) {
        several = loops > 1;
    }

    /** Null when it is nobody's. */
    @Nullable MediaLoop ofUfrag(String ufrag) {
        return byUfrag.get(ufrag);
    }

    /**
     * Null when ICE has not validated the path.
     *
     * @param place the local address's, see {@link MediaSockets#placeOf}
     */
    @Nullable MediaLoop ofPath(int place, RemoteAddress remote) {
        var peer = byPath.get(place, remote);
        return peer == null ? null : peer.loop();
    }

    void put(String ufrag, MediaLoop owner) {
        if (several) {
            byUfrag.put(ufrag, owner);
        }
    }

    void remove(String ufrag) {
        byUfrag.remove(ufrag);
    }

    synchronized void put(int place, RemoteAddress remote, ServerPeer peer) {
        if (several) {
            var next = byPath.copy();
            next.put(place, remote, peer);
            byPath = next;
        }
    }

    synchronized void remove(int place, RemoteAddress remote, ServerPeer peer) {
        if (several) {
            var next = byPath.copy();
            next.remove(place, remote, peer);
            byPath = next;
        }
    }

    synchronized void removeAll(ServerPeer peer) {
        if (several) {
            var next = byPath.copy();
            next.removeAll(peer);
            byPath = next;
        }
    }

    /** For tests of its bounds. */
    int paths() {
        return byPath.size();
    }

    /** For tests of its bounds. */
    int ufrags() {
        return byUfrag.size();
    }
}
