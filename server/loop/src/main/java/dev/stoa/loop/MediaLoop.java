package dev.stoa.loop;

import dev.stoa.ice.IceAgent;
import dev.stoa.ice.LocalBase;
import dev.stoa.net.DatagramHandler;
import dev.stoa.net.Driver;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.rtp.RtcpPacket;
import dev.stoa.sfu.Member;
import dev.stoa.sfu.Room;
import dev.stoa.sfu.SfuCounters;
import dev.stoa.sfu.SfuSettings;
import dev.stoa.sfu.Source;
import dev.stoa.sfu.ViewSize;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that carries media: it knows which participant a datagram is of, and hands it there. A media packet's way through
 * the server begins at {@link #handle} and ends at {@link #pollTransmit}.
 *
 * <p>Everything here is on the driver's thread; other threads post.
 */
final class MediaLoop implements DatagramHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MediaLoop.class);

    // The first byte of a datagram tells the protocols apart (RFC 7983, 7).
    private static final int STUN_LAST = 3;
    private static final int DTLS_FIRST = 20;
    private static final int DTLS_LAST = 63;
    private static final int RTP_FIRST = 128;
    private static final int RTP_LAST = 191;

    private static final int SCRATCH_BYTES = 2048;

    /**
     * To know who has something to do next takes a walk over all peers and rooms, which may have changed with each packet:
     * while packets come it is taken so often, after one that has come anyway.
     */
    private static final long WALK_INTERVAL_NANOS = 5_000_000L;

    /** Without another packet the loop wakes for it: timers are late by so much at most. */
    private static final long MAX_WALK_INTERVAL_NANOS = 20_000_000L;

    private final Driver driver;
    private final MediaSockets sockets;
    private final Owners owners;
    private final PeerFactory factory;
    private final SfuSettings settings = SfuSettings.DEFAULT;
    private final SfuCounters routerCounters = new SfuCounters();
    private final RandomGenerator random;
    private final MediaCounters counters = new MediaCounters();
    private final Consumer<Outcome> outcomes;
    private final Bases bases;
    private final Map<PeerKey, ServerPeer> peers = new HashMap<>();
    private final Map<String, ServerPeer> byUfrag = new HashMap<>();
    private final AddressMap<ServerPeer> byAddress = new AddressMap<>();
    private final RemoteAddress forgotten = new RemoteAddress();
    private final Map<Member, ServerPeer> byMember = new HashMap<>();
    private final Map<String, MediaRoom> roomsByName = new HashMap<>();
    // The same in lists, to be walked over without garbage.
    private final List<MediaRoom> rooms = new ArrayList<>();
    private final List<ServerPeer> peerList = new ArrayList<>();
    private final List<ServerPeer> due = new ArrayList<>();
    private final List<ServerPeer> ending = new ArrayList<>();
    /** When timers were walked over last, and when the first of them is due by what was known then. */
    private long walkedNanos;

    private long nextNanos = NEVER;
    /** Whether something has happened since that may have brought one forward, and when. */
    private boolean touched;

    private long handledNanos;

    private final Datagram rtcp = Datagram.allocate(SCRATCH_BYTES);
    private final Datagram scratch = Datagram.allocate(SCRATCH_BYTES);

    MediaLoop(
            MediaPort.Lane lane,
            Owners owners,
            PeerFactory factory,
            RandomGenerator random,
            Consumer<Outcome> outcomes) {
        this.driver = lane.driver();
        this.sockets = lane.sockets();
        this.owners = owners;
        this.bases = new Bases(driver, sockets.bases());
        this.factory = factory;
        this.random = random;
        this.outcomes = outcomes;
    }

    Driver driver() {
        return driver;
    }

    MediaCounters counters() {
        return counters;
    }

    SfuCounters routerCounters() {
        return routerCounters;
    }

    // What signaling asks for

    /** @param fresh whether it is a new PeerConnection, in whose favour an earlier one ends */
    void agree(long nowNanos, PeerKey key, Negotiation.Agreed agreed, boolean fresh) {
        touch(nowNanos);
        var peer = peers.get(key);
        if (peer != null && (fresh || peer.hasEnded())) {
            end(nowNanos, peer);
            peer = null;
        }
        if (peer == null) {
            peer = open(nowNanos, key, agreed);
        }
        byUfrag.put(agreed.credentials().ufrag(), peer);
        owners.put(agreed.credentials().ufrag(), this);
        peer.startUfrag(agreed.credentials().ufrag()).ifPresent(this::forgetUfrag);
        // Before its slots are told.
        tell(new Outcome.Answered(key.room(), key.participant(), agreed.sdp()));
        peer.agree(nowNanos, agreed);
        var member = peer.member();
        if (member != null) {
            byMember.put(member, peer);
        }
        wake(peer);
    }

    void setActive(long nowNanos, PeerKey key, Set<Source> active) {
        touch(nowNanos);
        room(key.room()).setActive(nowNanos, key.participant(), active);
    }

    void setView(long nowNanos, PeerKey key, Map<String, ViewSize> slots) {
        var peer = peers.get(key);
        if (peer != null) { // slots come with a PeerConnection
            peer.room().setView(nowNanos, key.participant(), slots);
        }
    }

    void leave(long nowNanos, PeerKey key) {
        var peer = peers.get(key);
        if (peer != null) {
            end(nowNanos, peer);
        }
        var room = roomsByName.get(key.room());
        if (room != null) {
            room.forget(key.participant());
            closeIfEmpty(room);
        }
    }

    void closeAll(long nowNanos) {
        for (var peer : List.copyOf(peers.values())) {
            end(nowNanos, peer);
        }
    }

    // What peers ask for

    void tell(Outcome outcome) {
        outcomes.accept(outcome);
    }

    /** The peer has something to send. */
    void wake(ServerPeer peer) {
        if (!peer.markDue()) {
            due.add(peer);
        }
    }

    /** The peer is to end when what is at work now is done. */
    void endLater(ServerPeer peer) {
        ending.add(peer);
    }

    /** Nothing of ICE's holds any more: only its checks are taken. */
    void forgetPaths(ServerPeer peer) {
        byAddress.removeAll(peer);
        owners.removeAll(peer);
    }

    private void forgetUfrag(String ufrag) {
        byUfrag.remove(ufrag);
        owners.remove(ufrag);
    }

    /** The socket or connection of a base, or null when it is gone. */
    @Nullable Integer socketOf(LocalBase base) {
        return bases.socketOf(base);
    }

    // What the driver asks for

    @Override
    public void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
        touch(nowNanos);
        int first = packet.u8(0);
        if (first >= RTP_FIRST && first <= RTP_LAST) {
            handleMedia(nowNanos, local, remote, packet);
        } else if (first <= STUN_LAST) {
            handleStun(nowNanos, local, remote, packet);
        } else if (first >= DTLS_FIRST && first <= DTLS_LAST) {
            handleDtls(nowNanos, local, remote, packet);
        } else {
            counters.add(MediaCounters.Kind.UNKNOWN_PROTOCOL);
        }
        endThose(nowNanos);
    }

    private void handleMedia(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
        var peer = byAddress.get(local, remote);
        if (peer == null) {
            handleStray(local, remote, packet);
        } else if (RtcpPacket.isRtcp(packet)) {
            peer.handleRtcp(nowNanos, packet);
        } else {
            peer.handleRtp(nowNanos, packet);
        }
    }

    private void handleStun(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
        var ufrag = IceAgent.localUfrag(packet);
        var peer = ufrag == null ? byAddress.get(local, remote) : byUfrag.get(ufrag);
        if (peer == null) {
            var owner = ufrag == null ? ownerOf(local, remote) : owners.ofUfrag(ufrag);
            if (!pass(owner, local, remote, packet)) {
                counters.add(MediaCounters.Kind.STUN_UNKNOWN);
            }
            return;
        }
        var base = bases.baseOf(local, remote);
        var from = remote.toTransportAddress();
        switch (peer.handleStun(nowNanos, packet, base, from)) {
            case TAKEN -> {
                if (byAddress.get(local, remote) != peer && peer.isValidated(base, from)) {
                    byAddress.put(local, remote, peer);
                    own(local, remote, peer);
                    forget(peer, peer.addPath(new ServerPeer.Path(local, base, from)));
                }
            }
            case MALFORMED -> counters.add(MediaCounters.Kind.STUN_MALFORMED);
            case UNAUTHENTICATED -> counters.add(MediaCounters.Kind.STUN_UNAUTHENTICATED);
            case NOT_OURS, NOT_STUN -> counters.add(MediaCounters.Kind.STUN_UNKNOWN);
        }
    }

    private void forget(ServerPeer peer, List<ServerPeer.Path> paths) {
        for (var path : paths) {
            forgotten.set(path.remote());
            byAddress.remove(path.socket(), forgotten, peer);
            if (!Driver.isTcp(path.socket())) {
                owners.remove(sockets.placeOf(path.socket()), forgotten, peer);
            }
        }
    }

    // Where there are several loops

    /** What comes by UDP next may come to any loop; a TCP connection is here for good. */
    private void own(int local, RemoteAddress remote, ServerPeer peer) {
        if (!Driver.isTcp(local)) {
            owners.put(sockets.placeOf(local), remote, peer);
        }
    }

    private @Nullable MediaLoop ownerOf(int local, RemoteAddress remote) {
        return Driver.isTcp(local) ? null : owners.ofPath(sockets.placeOf(local), remote);
    }

    private void handleStray(int local, RemoteAddress remote, Datagram packet) {
        if (!pass(ownerOf(local, remote), local, remote, packet)) {
            counters.add(MediaCounters.Kind.UNVALIDATED);
        }
    }

    /** Gives a datagram, or the connection that it came by, to the loop whose it is; false when that is none or this one. */
    private boolean pass(@Nullable MediaLoop owner, int local, RemoteAddress remote, Datagram packet) {
        if (owner == null || owner == this) {
            return false;
        }
        if (Driver.isTcp(local)) {
            bases.forget(local);
            driver.handOver(local, packet, owner.driver);
        } else {
            owner.driver.cross(owner.sockets.udp().get(sockets.placeOf(local)), remote, packet);
        }
        return true;
    }

    /** Only from addresses that ICE has validated: nobody else can make the server work or answer. */
    private void handleDtls(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
        var peer = byAddress.get(local, remote);
        if (peer == null) {
            handleStray(local, remote, packet);
        } else {
            peer.handleDtls(nowNanos, local, remote, packet);
        }
    }

    @Override
    public void handleDisconnect(long nowNanos, int local) {
        touch(nowNanos);
        var base = bases.forget(local);
        byAddress.removeLocal(local);
        if (base != null) {
            peerList.forEach(peer -> peer.handleBaseClosed(nowNanos, local, base));
        }
    }

    @Override
    public long nextTimeout() {
        // Who is due still has more data than one round sends.
        return due.isEmpty() ? nextWalkNanos() : 0;
    }

    private long nextWalkNanos() {
        if (!touched) {
            return nextNanos;
        }
        boolean isTimeToWalk = handledNanos - walkedNanos >= WALK_INTERVAL_NANOS;
        return isTimeToWalk ? handledNanos : Math.min(nextNanos, walkedNanos + MAX_WALK_INTERVAL_NANOS);
    }

    private void touch(long nowNanos) {
        touched = true;
        handledNanos = nowNanos;
    }

    @Override
    public void handleTimeout(long nowNanos) {
        if (nextWalkNanos() > nowNanos) {
            return;
        }
        touched = false;
        walkedNanos = nowNanos;
        long next = NEVER;
        for (int i = 0; i < peerList.size(); i++) {
            var peer = peerList.get(i);
            if (peer.nextTimeout() <= nowNanos) {
                peer.handleTimeout(nowNanos);
            }
            next = Math.min(next, peer.nextTimeout());
        }
        for (int i = 0; i < rooms.size(); i++) {
            var media = rooms.get(i).media();
            if (media.nextTimeout() <= nowNanos) {
                media.handleTimeout(nowNanos);
                sendRtcp(nowNanos, media);
            }
            next = Math.min(next, media.nextTimeout());
        }
        nextNanos = next;
        endThose(nowNanos);
    }

    private void sendRtcp(long nowNanos, Room media) {
        for (var member = media.pollRtcp(nowNanos, rtcp); member != null; member = media.pollRtcp(nowNanos, rtcp)) {
            var peer = byMember.get(member);
            if (peer != null) {
                peer.sendRtcp(rtcp, scratch);
            }
        }
    }

    @Override
    public void pollTransmit(long nowNanos, SendBatch out) {
        int left = 0;
        for (int i = 0; i < due.size(); i++) {
            var peer = due.get(i);
            peer.pollTransmit(nowNanos, out, scratch);
            if (peer.hasMoreData()) {
                peer.markDue();
                due.set(left++, peer);
            }
        }
        while (due.size() > left) {
            due.removeLast();
        }
    }

    @Override
    public void handleFault(Throwable fault) {
        counters.add(MediaCounters.Kind.FAULTS);
        LOG.error("A fault in the media loop", fault);
    }

    // Coming and going

    private ServerPeer open(long nowNanos, PeerKey key, Negotiation.Agreed agreed) {
        var peer = factory.open(nowNanos, key, room(key.room()), this, agreed);
        peers.put(key, peer);
        peerList.add(peer);
        counters.add(MediaCounters.Kind.PEERS_OPENED);
        return peer;
    }

    /** A handshake has got on: called on its own thread. */
    void handleHandshake(PeerKey key) {
        driver.post(now -> {
            touch(now);
            var peer = peers.get(key);
            if (peer != null) {
                peer.handleHandshake(now);
                endThose(now);
            }
        });
    }

    private void endThose(long nowNanos) {
        if (ending.isEmpty()) {
            return;
        }
        var those = List.copyOf(ending);
        ending.clear();
        those.forEach(peer -> end(nowNanos, peer));
    }

    private void end(long nowNanos, ServerPeer peer) {
        if (!peers.remove(peer.key(), peer)) {
            return;
        }
        touch(nowNanos);
        peer.close(nowNanos);
        wake(peer);
        peerList.remove(peer);
        peer.ufrags().forEach(this::forgetUfrag);
        forgetPaths(peer);
        var member = peer.member();
        if (member != null) {
            byMember.remove(member);
            peer.room().media().leave(nowNanos, member);
        }
        counters.add(MediaCounters.Kind.PEERS_CLOSED);
        closeIfEmpty(peer.room());
    }

    private MediaRoom room(String name) {
        return roomsByName.computeIfAbsent(name, _ -> {
            var room = new MediaRoom(name, new Room(settings, routerCounters, random), new DataRoom(counters));
            rooms.add(room);
            return room;
        });
    }

    private void closeIfEmpty(MediaRoom room) {
        if (room.isEmpty() && roomsByName.remove(room.name(), room)) {
            rooms.remove(room);
            room.media().close();
        }
    }

    /** What is kept by what others say. */
    record Sizes(int peers, int rooms, int paths, int ufrags) {}

    /** For tests of its bounds. */
    Sizes sizes() {
        return new Sizes(peers.size(), roomsByName.size(), byAddress.size(), byUfrag.size());
    }

    /** For tests. */
    @Nullable ServerPeer peer(PeerKey key) {
        return peers.get(key);
    }
}
