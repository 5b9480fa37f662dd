package dev.stoa.turn;

import dev.stoa.stun.StunMessage;
import dev.stoa.turn.OwnAddresses.RelayAddress;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A server with sockets and a clock that are none: what goes in and comes out is seen. */
final class TurnNet implements RelaySockets {
    static final int LISTENER = 1;
    static final TransportAddress SERVER = TransportAddress.of("11.0.0.1", 3478);
    static final TransportAddress SERVER_IPV6 = TransportAddress.of("2a0e:5700::1", 3478);
    static final String REALM = "stoa";
    static final String USER = "ada";
    static final String PASSWORD = "lovelace";
    static final String SECRET = "new";
    static final String OLD_SECRET = "old";
    static final long EPOCH_SECONDS = 1_700_000_000;
    static final long SECOND = 1_000_000_000L;

    private static final long SEED = 8656;

    /** Something that leaves. */
    static final class Packet {
        private final int local;
        private final TransportAddress to;
        private final byte[] bytes;

        Packet(int local, TransportAddress to, byte[] bytes) {
            this.local = local;
            this.to = to;
            this.bytes = bytes;
        }

        /** The socket or stream it leaves by. */
        int local() {
            return local;
        }

        TransportAddress to() {
            return to;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    final Map<Integer, TransportAddress> open = new HashMap<>();
    /** Ports that other programs have. */
    final Set<Integer> foreign = new HashSet<>();

    final List<Packet> sent = new ArrayList<>();
    final TurnServer server;
    long now = 100 * SECOND;
    private int lastSocket = 100;

    TurnNet() {
        this(TurnSettings.Limits.DEFAULT);
    }

    TurnNet(TurnSettings.Limits limits) {
        this(settings(limits, own()), List.of(SECRET, OLD_SECRET));
    }

    TurnNet(TurnSettings settings, List<String> secrets) {
        var credentials = new Credentials(
                settings.realm(), Map.of(USER, PASSWORD, "bob", "builder"), secrets, this::epochSeconds);
        server = new TurnServer(now, settings, credentials, this, new Random(SEED));
        server.addListener(LISTENER, SERVER);
    }

    static OwnAddresses own() {
        return new OwnAddresses(
                List.of(SERVER, SERVER_IPV6),
                List.of(SERVER.withPort(7881)),
                List.of(new RelayAddress(SERVER, SERVER), new RelayAddress(SERVER_IPV6, SERVER_IPV6)));
    }

    static TurnSettings settings(TurnSettings.Limits limits, OwnAddresses own) {
        return new TurnSettings(REALM, own, List.of(), List.of(), limits);
    }

    static TurnSettings.Limits limits(int minPort, int maxPort, int allocations, int perUser) {
        return new TurnSettings.Limits(minPort, maxPort, allocations, perUser, 0, 0, 3600);
    }

    private long epochSeconds() {
        return EPOCH_SECONDS + now / SECOND;
    }

    @Override
    public int open(TransportAddress local) {
        if (foreign.contains(local.port()) || open.containsValue(local)) {
            return FAILED;
        }
        open.put(++lastSocket, local);
        return lastSocket;
    }

    @Override
    public void close(int socket) {
        if (open.remove(socket) == null) {
            throw new IllegalStateException("closed twice: " + socket);
        }
    }

    void advance(long seconds) {
        for (long end = now + seconds * SECOND; now < end; ) {
            now = Math.min(end, Math.max(now, server.nextTimeout()));
            if (server.nextTimeout() <= now) {
                server.handleTimeout(now);
            }
        }
    }

    /** What the server answers to a datagram from {@code from} to its listener. */
    List<Packet> fromClient(TransportAddress from, byte[] bytes) {
        return to(LISTENER, from, bytes);
    }

    /** What the server does with a datagram that a peer sends to a relayed address. */
    List<Packet> fromPeer(TransportAddress peer, TransportAddress relayed, byte[] bytes) {
        for (var socket : List.copyOf(open.entrySet())) {
            if (socket.getValue().equals(relayed)) {
                return to(socket.getKey(), peer, bytes);
            }
        }
        throw new IllegalArgumentException("nobody is at " + relayed);
    }

    private List<Packet> to(int local, TransportAddress from, byte[] bytes) {
        server.handle(now, local, from.high(), from.low(), from.port(), Datagram.copyOf(bytes));
        return drain();
    }

    List<Packet> drain() {
        var packets = new ArrayList<Packet>();
        var out = server.out();
        while (out.next()) {
            while (out.nextPacket() >= 0) {
                packets.add(
                        new Packet(out.local(), new TransportAddress(out.high(), out.low(), out.port()), out.copy()));
            }
        }
        sent.addAll(packets);
        return packets;
    }

    long count(TurnCounters.Kind kind) {
        return server.counters().get(kind);
    }

    static StunMessage message(byte[] bytes) {
        if (StunMessage.parse(Datagram.copyOf(bytes), 0xFFFF) instanceof StunMessage message) {
            return message;
        }
        throw new AssertionError("not a STUN message");
    }
}
