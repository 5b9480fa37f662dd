package dev.stoa.turn;

import dev.stoa.stun.ChannelData;
import dev.stoa.stun.DataIndication;
import dev.stoa.stun.SendIndication;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunParse;
import dev.stoa.turn.TurnCounters.Kind;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A STUN and TURN server (RFC 8489, RFC 8656) without sockets: datagrams and bytes of streams go in, packets come out.
 *
 * <p>Calling contract: one thread. {@link #addListener} names the sockets that clients reach; each datagram of theirs, and of
 * the relay sockets that the server has {@link RelaySockets opened}, goes to {@link #handle}; connections to
 * {@link #openStream}, {@link #handleStream} and {@link #closeStream}. After a round of those, whoever drives it sends what is
 * in {@link #out}. {@link #handleTimeout} is called when {@link #nextTimeout} has come. Numbers of sockets and streams are the
 * driver's, and differ from each other. Nothing that comes from the network throws, and a relayed packet allocates nothing.
 */
public final class TurnServer {
    /** What {@link #nextTimeout} says when it waits for nothing. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long SWEEP_NANOS = 1_000_000_000L;
    private static final long NONCE_LIFETIME_SECONDS = 600;
    private static final int NONCE_KEY_BYTES = 32;

    private record Stream(Path path, TransportAddress local, StreamReader reader) {}

    private final Allocations allocations;
    private final Requests requests;
    private final PeerAddresses peers;
    private final TurnCounters counters = new TurnCounters();
    private final Outbox out = new Outbox(counters);
    private final IntMap<TransportAddress> listeners = new IntMap<>();
    private final IntMap<Stream> streams = new IntMap<>();
    private final SendIndication send = new SendIndication();
    private final Datagram message = Datagram.allocate(StreamReader.MAX_MESSAGE_BYTES);
    private final SplittableRandom ids;
    private final Rate rate;
    private long nextSweepNanos = NEVER;

    /** @param random nobody may guess what it gives */
    public TurnServer(
            long nowNanos,
            TurnSettings settings,
            Credentials credentials,
            RelaySockets sockets,
            RandomGenerator random) {
        var key = new byte[NONCE_KEY_BYTES];
        random.nextBytes(key);
        int features = Nonces.PASSWORD_ALGORITHMS | (credentials.knowsAllNames() ? Nonces.USERNAME_ANONYMITY : 0);
        var nonces = new Nonces(key, features, NONCE_LIFETIME_SECONDS);
        this.ids = new SplittableRandom(random.nextLong());
        this.rate = new Rate(nowNanos, settings.limits().bitrateBps());
        this.allocations = new Allocations(settings, sockets, random, counters);
        var rules = new AddressRules(settings.allowed(), settings.denied(), settings.own());
        this.peers = new PeerAddresses(rules, settings.own(), allocations.ports());
        var budget = new SourceBudget(random.nextLong());
        this.requests = new Requests(settings, credentials, nonces, budget, allocations, peers, counters, out);
    }

    /** A UDP socket that clients reach at {@code local}. */
    public void addListener(int socket, TransportAddress local) {
        listeners.put(socket, local);
    }

    /** Read by any thread. */
    public TurnCounters counters() {
        return counters;
    }

    /** What is to be sent. */
    public Outbox out() {
        return out;
    }

    /**
     * A datagram came.
     *
     * @param local a listener, or a relay socket
     * @param high the first 64 bits of the sender's IPv6 or IPv4-mapped address
     */
    public void handle(long nowNanos, int local, long high, long low, int port, Datagram packet) {
        var allocation = allocations.ofSocket(local);
        if (allocation != null) {
            handlePeer(nowNanos, allocation, high, low, port, packet);
        } else {
            handleClient(nowNanos, allocations.find(local, high, low, port), local, high, low, port, packet);
        }
    }

    /** A client has connected by TCP or TLS. */
    public void openStream(int stream, TransportAddress local, TransportAddress remote) {
        counters.add(Kind.STREAMS_OPENED);
        var path = new Path(stream, remote.high(), remote.low(), remote.port(), true);
        streams.put(stream, new Stream(path, local, new StreamReader()));
    }

    /** Bytes came by a stream; false when it is to be closed, because they are no TURN. */
    public boolean handleStream(long nowNanos, int stream, byte[] bytes) {
        var open = streams.get(stream);
        if (open == null) {
            return false;
        }
        open.reader().add(bytes);
        while (true) {
            int length = open.reader().next(message);
            if (length == StreamReader.NEED_MORE) {
                return true;
            }
            if (length == StreamReader.BROKEN) {
                counters.add(Kind.STREAMS_REFUSED);
                return false;
            }
            var path = open.path();
            handleClient(nowNanos, allocations.find(path), path.local, path.high, path.low, path.port, message);
        }
    }

    /** A stream is gone, and with it its allocation. */
    public void closeStream(int stream) {
        var open = streams.get(stream);
        if (open != null) {
            counters.add(Kind.STREAMS_CLOSED);
            streams.remove(stream);
            var allocation = allocations.find(open.path());
            if (allocation != null) {
                allocations.close(allocation);
            }
        }
    }

    private void handleClient(
            long nowNanos, @Nullable Allocation allocation, int local, long high, long low, int port, Datagram packet) {
        if (ChannelData.looksLikeChannelData(packet)) {
            handleChannelData(nowNanos, allocation, packet);
        } else if (SendIndication.looksLikeSend(packet)) {
            handleSend(nowNanos, allocation, packet);
        } else {
            switch (StunMessage.parse(packet)) {
                case StunParse.Malformed _ -> counters.add(Kind.DROPPED_MALFORMED);
                case StunMessage request -> {
                    var stream = streams.get(local);
                    var path = allocation != null
                            ? allocation.path
                            : stream != null ? stream.path() : new Path(local, high, low, port, false);
                    requests.handle(nowNanos, request, path, stream != null ? stream.local() : listeners.get(local));
                    if (nextSweepNanos == NEVER && !allocations.isEmpty()) {
                        nextSweepNanos = nowNanos + SWEEP_NANOS;
                    }
                }
            }
        }
    }

    private void handleChannelData(long nowNanos, @Nullable Allocation allocation, Datagram packet) {
        var channel = allocation == null ? null : allocation.channel(ChannelData.channel(packet));
        int length = ChannelData.length(packet);
        if (allocation == null || channel == null) {
            counters.add(Kind.DROPPED_NO_ALLOCATION);
        } else if (length <= 0) {
            counters.add(Kind.DROPPED_MALFORMED);
        } else if (!channel.isAlive(nowNanos) || !reaches(channel.permission, channel.port)) {
            counters.add(Kind.DROPPED_NO_PERMISSION);
        } else if (mayRelay(nowNanos, allocation, length)) {
            out.add(channel.toPeer, packet, ChannelData.HEADER_LENGTH, length);
            counters.add(Kind.PACKETS_TO_PEERS);
            counters.add(Kind.BYTES_TO_PEERS, length);
        }
    }

    private void handleSend(long nowNanos, @Nullable Allocation allocation, Datagram packet) {
        if (allocation == null) {
            counters.add(Kind.DROPPED_NO_ALLOCATION);
        } else if (send.parse(packet) != null || send.dataLength() == 0 || send.dontFragment()) {
            counters.add(Kind.DROPPED_MALFORMED);
        } else {
            var permission = allocation.permission(send.high(), send.low());
            var relay = allocation.relay(AddressRules.isIpv4(send.high(), send.low()));
            if (permission == null
                    || relay == null
                    || permission.expiresNanos <= nowNanos
                    || !reaches(permission, send.port())) {
                counters.add(Kind.DROPPED_NO_PERMISSION);
            } else if (mayRelay(nowNanos, allocation, send.dataLength())) {
                out.add(
                        peers.way(relay, send.high(), send.low(), send.port()),
                        packet,
                        send.dataAt(),
                        send.dataLength());
                counters.add(Kind.PACKETS_TO_PEERS);
                counters.add(Kind.BYTES_TO_PEERS, send.dataLength());
            }
        }
    }

    private void handlePeer(
            long nowNanos, Allocation allocation, long fromHigh, long fromLow, int port, Datagram packet) {
        peers.show(fromHigh, fromLow);
        long high = peers.shownHigh();
        long low = peers.shownLow();
        var channel = allocation.channel(high, low, port);
        boolean byChannel = channel != null && channel.isAlive(nowNanos);
        var permission = channel != null ? channel.permission : allocation.permission(high, low);
        if (permission == null || permission.expiresNanos <= nowNanos || !reaches(permission, port)) {
            counters.add(Kind.DROPPED_NO_PERMISSION);
            return;
        }
        int length = packet.length();
        if (!mayRelay(nowNanos, allocation, length)) {
            return;
        }
        if (channel != null && byChannel) {
            addChannelData(allocation.path, channel.number, packet);
        } else {
            addDataIndication(allocation.path, high, low, port, packet);
        }
        counters.add(Kind.PACKETS_TO_CLIENTS);
        counters.add(Kind.BYTES_TO_CLIENTS, length);
    }

    private void addChannelData(Path client, int number, Datagram packet) {
        int length = packet.length();
        int whole = ChannelData.HEADER_LENGTH + length;
        int padded = client.isStream ? (whole + 3) & ~3 : whole;
        int at = out.reserve(padded);
        if (at >= 0) {
            ChannelData.writeHeader(out.slab(), at, number, length);
            out.slab().put(at + ChannelData.HEADER_LENGTH, packet, 0, length);
            out.slab().fill(at + whole, padded - whole, 0);
            out.commit(client, padded);
        }
    }

    private void addDataIndication(Path client, long high, long low, int port, Datagram packet) {
        boolean ipv4 = AddressRules.isIpv4(high, low);
        int length = DataIndication.length(ipv4, packet.length());
        int at = out.reserve(length);
        if (at >= 0) {
            var slab = out.slab();
            DataIndication.write(slab, at, ids.nextLong(), ids.nextInt(), high, low, port, packet.length());
            slab.put(at + DataIndication.headerLength(ipv4), packet, 0, packet.length());
            out.commit(client, length);
        }
    }

    /** Of the server's own addresses only the ports that it offers are peers. */
    private boolean reaches(Permission permission, int port) {
        return !permission.isOwn || peers.isOwnPort(permission.high, permission.low, port);
    }

    private boolean mayRelay(long nowNanos, Allocation allocation, int bytes) {
        if (allocation.owner.user().rate.take(nowNanos, bytes) && rate.take(nowNanos, bytes)) {
            return true;
        }
        counters.add(Kind.DROPPED_BITRATE);
        return false;
    }

    public long nextTimeout() {
        return nextSweepNanos;
    }

    public void handleTimeout(long nowNanos) {
        allocations.expire(nowNanos);
        nextSweepNanos = allocations.isEmpty() ? NEVER : nowNanos + SWEEP_NANOS;
    }

    /** Ends all allocations. */
    public void closeAll() {
        allocations.closeAll();
    }

    /** For metrics: read by any thread, and perhaps a moment old. */
    public long openAllocations() {
        return counters.get(Kind.ALLOCATIONS_OPENED) - counters.get(Kind.ALLOCATIONS_CLOSED);
    }

    /** For tests. */
    Allocations allocations() {
        return allocations;
    }
}
