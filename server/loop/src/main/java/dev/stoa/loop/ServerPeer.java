package dev.stoa.loop;

import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsEvent;
import dev.stoa.dtls.DtlsSrtpKeys;
import dev.stoa.ice.Handled;
import dev.stoa.ice.IceAgent;
import dev.stoa.ice.IceEvent;
import dev.stoa.ice.IceState;
import dev.stoa.ice.LocalBase;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.sfu.Member;
import dev.stoa.sfu.MemberOutput;
import dev.stoa.sfu.OutgoingRtp;
import dev.stoa.sfu.SlotParameters;
import dev.stoa.sfu.TrackId;
import dev.stoa.sfu.WantedLayers;
import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.srtp.SrtpCrypto;
import dev.stoa.srtp.SrtpReceiver;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A participant's PeerConnection, the server's side: ICE, DTLS, SRTP, data channels, and its place in the room. Only on the media loop.
 *
 * <p>It lives from the first offer until the participant leaves, closes the connection, or begins a new one. A path that is
 * lost does not end it: the browser restarts ICE, and the keys stay.
 */
final class ServerPeer implements MemberOutput {
    /** A local socket, as the driver and as ICE know it, and the address at the other end. */
    record Path(int socket, LocalBase base, TransportAddress remote) {}

    private static final Logger LOG = LoggerFactory.getLogger(ServerPeer.class);

    /** The longest RTP header with a payload descriptor, and what protection adds. */
    private static final int OVERHEAD = OutgoingRtp.MAX_STANDING + 64;

    private static final int PADDING_BIT = 0x20;
    /** Sizes that packets of some length are padded to are multiples of this: less than a percent more is sent. */
    private static final int PADDING_GRID = 16;

    private static final int MIN_PADDED = 512;
    /** With protection and headers around it no longer than the least MTU of IPv6. */
    private static final int MAX_PADDED = 1216;

    /** How many packets of data channels go out before what has come meanwhile is looked at. */
    private static final int DATA_BURST = 32;

    private final PeerKey key;
    private final MediaRoom room;
    private final MediaLoop loop;
    private final IceAgent ice;
    private final DtlsEngine dtls;
    private final SrtpCrypto crypto;
    private final MediaCounters counters;
    private final PeerData data;
    private final Staging staging = new Staging();
    private final Deque<String> ufrags = new ArrayDeque<>();
    private final Set<String> slotMids = new HashSet<>();
    private final Set<Path> paths = new HashSet<>();
    private final RemoteAddress remote = new RemoteAddress();
    private int local;
    private boolean hasPath;
    private @Nullable Member member;
    private @Nullable SrtpReceiver receiver;
    private @Nullable SrtpSender sender;
    private boolean started;
    private boolean due;

    private boolean ended;
    private boolean hasMoreData;

    ServerPeer(
            long nowNanos,
            PeerKey key,
            MediaRoom room,
            MediaLoop loop,
            IceAgent ice,
            DtlsEngine dtls,
            SrtpCrypto crypto,
            MediaCounters counters,
            RandomGenerator random) {
        this.key = key;
        this.room = room;
        this.loop = loop;
        this.ice = ice;
        this.dtls = dtls;
        this.crypto = crypto;
        this.counters = counters;
        this.data = new PeerData(
                nowNanos, key.participant(), room.data(), DataLimits.DEFAULT, counters, random, () -> loop.wake(this));
    }

    PeerKey key() {
        return key;
    }

    MediaRoom room() {
        return room;
    }

    /** From any thread. */
    MediaLoop loop() {
        return loop;
    }

    boolean hasEnded() {
        return ended;
    }

    /**
     * Of this ICE generation and the one before, whose checks are still answered.
     *
     * @return one that nobody has to find it by any more
     */
    Optional<String> startUfrag(String ufrag) {
        if (ufrags.contains(ufrag)) {
            return Optional.empty();
        }
        ufrags.addLast(ufrag);
        return ufrags.size() > 2 ? Optional.of(ufrags.removeFirst()) : Optional.empty();
    }

    Collection<String> ufrags() {
        return ufrags;
    }

    // What signaling asks for

    /** Puts into effect what an offer and its answer agree on. */
    void agree(long nowNanos, Negotiation.Agreed agreed) {
        if (agreed.restarted()) {
            ice.restart(nowNanos, agreed.credentials());
        }
        var session = agreed.session();
        if (member == null) {
            member = room.media().join(nowNanos, RouterParameters.member(key.participant(), session), this);
        }
        publish(nowNanos, member, agreed);
        addSlots(nowNanos, member, agreed);
        session.data().ifPresent(agreedData -> data.negotiate(nowNanos, agreedData));
        room.applyView(nowNanos, member);
    }

    private void publish(long nowNanos, Member publishing, Negotiation.Agreed agreed) {
        var session = agreed.session();
        for (var publication : agreed.publications()) {
            var id = new TrackId(key.participant(), publication.source());
            var section = session.section(publication.mid());
            if (section.isPresent() && publishing.publisher().canPublish(id)) {
                var track = RouterParameters.track(key.participant(), publication.source(), section.get());
                room.media().publish(nowNanos, publishing, track);
                room.applyActive(nowNanos, publishing, publication.source());
            }
        }
    }

    private void addSlots(long nowNanos, Member receiving, Negotiation.Agreed agreed) {
        var slots = new ArrayList<SlotParameters>();
        for (var section : agreed.session().sections()) {
            var track = agreed.slots().get(section.mid());
            if (track == null || slotMids.contains(section.mid())) {
                continue;
            }
            var slot = RouterParameters.slot(section, track);
            if (receiving.subscriber().canAddSlot(slot)) {
                slotMids.add(section.mid());
                slots.add(slot);
            }
        }
        room.media().addSlots(nowNanos, receiving, slots);
    }

    // What comes from the network

    Handled handleStun(long nowNanos, Datagram packet, LocalBase base, TransportAddress from) {
        var handled = ice.handle(nowNanos, packet, base, from);
        if (handled == Handled.TAKEN) {
            drainIce(nowNanos);
            loop.wake(this);
        }
        return handled;
    }

    /** A TCP connection is gone, perhaps the one in use. */
    void handleBaseClosed(long nowNanos, int socket, LocalBase base) {
        if (local == socket) {
            setPath(nowNanos, false);
        }
        ice.handleBaseClosed(nowNanos, base);
        drainIce(nowNanos);
    }

    boolean isValidated(LocalBase base, TransportAddress from) {
        return ice.isValidated(base, from);
    }

    /**
     * Its packets come by this path too, which ICE has validated.
     *
     * @return those that ICE has forgotten meanwhile: it knows a few, whoever may check can check from any number
     */
    List<Path> addPath(Path path) {
        paths.add(path);
        var forgotten = paths.stream()
                .filter(each -> !isValidated(each.base(), each.remote()))
                .toList();
        paths.removeAll(forgotten);
        return forgotten;
    }

    void handleDtls(long nowNanos, int from, RemoteAddress address, Datagram packet) {
        if (!hasPath) {
            // Nominated or not, it is validated, and the answers have to go somewhere.
            moveTo(nowNanos, from, address);
        }
        if (!started) {
            started = true;
            dtls.start(nowNanos);
        }
        if (dtls.handle(nowNanos, packet.toArray()) != null) {
            counters.add(MediaCounters.Kind.DTLS_REFUSED);
        }
        drainDtls(nowNanos);
        loop.wake(this);
    }

    void handleRtp(long nowNanos, Datagram packet) {
        if (receiver == null || member == null) {
            counters.add(MediaCounters.Kind.EARLY_MEDIA);
            return;
        }
        if (packet.length() < 12) {
            counters.add(MediaCounters.Kind.RTP_REFUSED);
            return;
        }
        // Straight into the track's cache, which keeps it.
        var slot = member.nextSlot(packet.u32(8));
        if (receiver.unprotectRtp(packet, slot) != null) {
            counters.add(MediaCounters.Kind.RTP_REFUSED);
            return;
        }
        member.handleRtp(nowNanos, slot);
    }

    void handleRtcp(long nowNanos, Datagram packet) {
        if (receiver == null || member == null) {
            counters.add(MediaCounters.Kind.EARLY_MEDIA);
            return;
        }
        if (receiver.unprotectRtcp(packet, packet) != null) {
            counters.add(MediaCounters.Kind.RTCP_REFUSED);
            return;
        }
        member.handleRtcp(nowNanos, packet);
    }

    // What the room sends

    @Override
    public void send(long nowNanos, OutgoingRtp packet) {
        if (sender == null || !hasPath) {
            return;
        }
        if (!staging.hasRoom(packet.payloadCount() + OVERHEAD)) {
            counters.add(MediaCounters.Kind.SEND_OVERFLOW);
            return;
        }
        int standing = packet.write(staging.area(), staging.end(), nowNanos);
        int padding = padding(packet, standing);
        int length = padding > 0
                ? sender.protectRtp(staging.area(), staging.end(), pad(packet, standing, padding))
                : sender.protectRtp(
                        staging.area(),
                        staging.end(),
                        standing,
                        packet.payload(),
                        packet.payloadFrom(),
                        packet.payloadCount());
        if (length > 0) {
            staging.append(length);
            loop.wake(this);
        }
    }

    /**
     * The packets of a frame are of almost one size, and the kernel cuts a burst only into packets of exactly one: so they
     * are made of one by a few bytes of padding. It depends on nothing but the packet's own size, so that one that is sent
     * again is the same.
     */
    private static int padding(OutgoingRtp packet, int standing) {
        int length = standing + packet.payloadCount();
        int padded = (length + PADDING_GRID - 1) & -PADDING_GRID;
        boolean worthIt = packet.isVideo() && length >= MIN_PADDED && padded <= MAX_PADDED;
        return worthIt ? padded - length : 0;
    }

    /** Puts the whole packet with its padding (RFC 3550, 5.1) where it is to be protected, and returns its length. */
    private int pad(OutgoingRtp packet, int standing, int padding) {
        var area = staging.area();
        int at = staging.end();
        area.put(at + standing, packet.payload(), packet.payloadFrom(), packet.payloadCount());
        int end = at + standing + packet.payloadCount() + padding;
        area.fill(end - padding, padding - 1, 0);
        area.put8(end - 1, padding);
        area.put8(at, area.u8(at) | PADDING_BIT);
        return end - at;
    }

    /** @param scratch takes the protected packet */
    void sendRtcp(Datagram plain, Datagram scratch) {
        if (sender == null || !hasPath) {
            return;
        }
        int length = sender.protectRtcp(plain, scratch);
        if (!staging.hasRoom(length)) {
            counters.add(MediaCounters.Kind.SEND_OVERFLOW);
            return;
        }
        staging.area().put(staging.end(), scratch, 0, length);
        staging.append(length);
        loop.wake(this);
    }

    @Override
    public void slotsChanged(Map<String, TrackId> slots) {
        loop.tell(new Outcome.Slots(key.room(), key.participant(), slots));
    }

    @Override
    public void layersChanged(Map<String, WantedLayers> layers) {
        loop.tell(new Outcome.Layers(key.room(), key.participant(), layers));
    }

    // Time and output

    /** Whether it waits for {@link #pollTransmit} already; it does from now on. */
    boolean markDue() {
        boolean was = due;
        due = true;
        return was;
    }

    long nextTimeout() {
        return Math.min(Math.min(ice.nextTimeout(), dtls.nextTimeout()), data.nextTimeout());
    }

    void handleTimeout(long nowNanos) {
        if (ice.nextTimeout() <= nowNanos) {
            ice.handleTimeout(nowNanos);
            drainIce(nowNanos);
        }
        if (dtls.nextTimeout() <= nowNanos) {
            dtls.handleTimeout(nowNanos);
        }
        if (data.nextTimeout() <= nowNanos) {
            data.handleTimeout(nowNanos);
        }
        drainDtls(nowNanos);
        loop.wake(this);
    }

    /** The handshake has something: its own thread said so. */
    void handleHandshake(long nowNanos) {
        drainDtls(nowNanos);
        loop.wake(this);
    }

    void pollTransmit(long nowNanos, SendBatch out, Datagram scratch) {
        due = false;
        for (var transmit = ice.pollTransmit(scratch); transmit != null; transmit = ice.pollTransmit(scratch)) {
            var socket = loop.socketOf(transmit.base());
            if (socket != null) {
                out.send(socket, transmit.destination(), scratch);
            }
        }
        sendFlights(out);
        hasMoreData = hasPath && sendData(nowNanos, out);
        if (!hasPath) {
            staging.clear();
        } else if (!staging.isEmpty()) {
            staging.flush(out, local, remote);
        }
    }

    /** Whether another {@link #pollTransmit} is wanted at once. */
    boolean hasMoreData() {
        return hasMoreData;
    }

    /** @return whether there may be more: media of others goes before it */
    private boolean sendData(long nowNanos, SendBatch out) {
        for (int i = 0; i < DATA_BURST; i++) {
            var packet = dtls.isConnected() ? data.pollTransmit(nowNanos) : null;
            if (packet == null) {
                return false;
            }
            dtls.send(packet);
            sendFlights(out);
        }
        return true;
    }

    private void sendFlights(SendBatch out) {
        for (var flight = dtls.pollTransmit(); flight != null; flight = dtls.pollTransmit()) {
            if (hasPath) {
                out.send(local, remote, flight);
            }
        }
    }

    private void drainIce(long nowNanos) {
        for (var event = ice.pollEvent(); event != null; event = ice.pollEvent()) {
            switch (event) {
                case IceEvent.PairSelected(var pair) -> {
                    var socket = loop.socketOf(pair.base());
                    if (socket != null) {
                        remote.set(pair.remoteAddress());
                        local = socket;
                        setPath(nowNanos, true);
                    }
                }
                case IceEvent.StateChanged(var state) -> {
                    LOG.debug("{} ICE {}", key, state);
                    if (state == IceState.FAILED) {
                        // Its checks were the consent to be sent anything (RFC 7675, 5.1).
                        setPath(nowNanos, false);
                        paths.clear();
                        loop.forgetPaths(this);
                    }
                }
                case IceEvent.Restarted _,
                        IceEvent.RoleChanged _,
                        IceEvent.CandidateGathered _,
                        IceEvent.GatheringComplete _ -> {}
            }
        }
    }

    private void moveTo(long nowNanos, int socket, RemoteAddress address) {
        local = socket;
        remote.set(address);
        setPath(nowNanos, true);
    }

    private void setPath(long nowNanos, boolean nowHas) {
        hasPath = nowHas;
        data.setPath(nowNanos, nowHas);
    }

    private void drainDtls(long nowNanos) {
        for (var event = dtls.pollEvent(); event != null; event = dtls.pollEvent()) {
            switch (event) {
                case DtlsEvent.Connected(var keys) -> {
                    protect(keys);
                    data.handleConnected(nowNanos);
                }
                case DtlsEvent.Failed failed -> {
                    counters.add(MediaCounters.Kind.HANDSHAKES_FAILED);
                    LOG.info("{} DTLS failed: {}, {}", key, failed.failure(), failed.detail());
                    loop.endLater(this);
                }
                case DtlsEvent.Closed _ -> loop.endLater(this);
                case DtlsEvent.ApplicationData(var packet) -> data.handle(nowNanos, packet);
            }
        }
    }

    /** The server is the DTLS server: the client's keys are for what comes in, its own for what goes out (RFC 5764, 4.2). */
    private void protect(@Nullable DtlsSrtpKeys keys) {
        var profile = keys == null ? null : ProtectionProfile.ofId(keys.profile());
        if (keys == null || profile == null) {
            LOG.info("{} has no protection profile in common with the server", key);
            loop.endLater(this);
            return;
        }
        receiver = new SrtpReceiver(profile, keys.clientKey(), keys.clientSalt(), crypto);
        sender = new SrtpSender(profile, keys.serverKey(), keys.serverSalt(), crypto);
        LOG.debug("{} connected, {}", key, profile);
    }

    /** Tells the other side, frees everything. What is to be sent has to be polled afterwards once more. */
    void close(long nowNanos) {
        ended = true;
        data.close(nowNanos);
        dtls.close();
        ice.close();
        staging.clear();
        if (receiver != null) {
            receiver.close();
            receiver = null;
        }
        if (sender != null) {
            sender.close();
            sender = null;
        }
    }

    @Nullable Member member() {
        return member;
    }

    /** Whether it is sent anything now. */
    boolean hasPath() {
        return hasPath;
    }
}
