package dev.stoa.load;

import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsEvent;
import dev.stoa.dtls.DtlsRole;
import dev.stoa.dtls.DtlsSrtpKeys;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.FullIceAgent;
import dev.stoa.ice.IceCredentials;
import dev.stoa.ice.IceEvent;
import dev.stoa.ice.IceRole;
import dev.stoa.ice.IceState;
import dev.stoa.ice.LocalBase;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.rtp.RtcpPacket;
import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.srtp.SrtpReceiver;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A peer's transport: ICE, DTLS and SRTP over a socket of its own, as {@code rtc/peer} has it but for media that is counted
 * rather than played, so that hundreds fit on one core. On its loop's thread.
 */
final class LoadPeer {
    // The first byte of a datagram tells the protocols apart (RFC 7983, 7).
    private static final int STUN_LAST = 3;
    private static final int RTP_FIRST = 128;

    private final LoadLoop loop;
    private final Identity identity;
    private final int socket;
    private final LocalBase base;
    private final FullIceAgent ice;
    private final RemoteAddress remote = new RemoteAddress();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private @Nullable PeerMedia media;
    private @Nullable DtlsEngine dtls;
    private boolean dtlsStarted;
    private boolean hasPath;
    private @Nullable SrtpSender sender;
    private @Nullable SrtpReceiver receiver;
    private boolean closed;
    boolean isDue;
    /** When it has something to do, as of its last change. */
    long nextNanos;

    LoadPeer(long nowNanos, LoadLoop loop, Identity identity, int socket, LocalBase base, IceRole role) {
        this.loop = loop;
        this.identity = identity;
        this.socket = socket;
        this.base = base;
        this.ice = new FullIceAgent(nowNanos, role, IceCredentials.generate(identity.random()), identity.random());
        ice.addLocalCandidate(nowNanos, candidate(), base);
    }

    Candidate candidate() {
        return Candidate.host(base.address(), Candidate.BEST_LOCAL_PREFERENCE);
    }

    IceCredentials credentials() {
        return ice.localCredentials();
    }

    int socket() {
        return socket;
    }

    /** Completes when it may send and receive. */
    CompletableFuture<Void> connected() {
        return connected;
    }

    /**
     * The other side's description is here.
     *
     * @param itsMedia what is sent or received by it
     */
    void connect(long nowNanos, RemoteDescription description, DtlsRole role, PeerMedia itsMedia) {
        media = itsMedia;
        dtls = new DtlsEngine(
                role,
                identity.certificate(),
                List.of(description.fingerprint()),
                List.of(identity.profile().id()),
                identity.handshakes(),
                () -> loop.post(now -> settle(now)));
        ice.setRemote(nowNanos, description.credentials(), description.iceLite());
        description.candidates().forEach(each -> ice.addRemoteCandidate(nowNanos, each));
        ice.endRemoteCandidates(nowNanos);
        settle(nowNanos);
    }

    void addRemoteCandidate(long nowNanos, Candidate candidate) {
        ice.addRemoteCandidate(nowNanos, candidate);
        settle(nowNanos);
    }

    void handle(long nowNanos, RemoteAddress from, Datagram packet) {
        int first = packet.u8(0);
        if (first >= RTP_FIRST) {
            handleMedia(nowNanos, packet);
        } else if (first <= STUN_LAST) {
            ice.handle(nowNanos, packet, base, from.toTransportAddress());
            settle(nowNanos);
        } else if (dtls != null) {
            dtls.handle(nowNanos, packet.toArray());
            settle(nowNanos);
        }
    }

    private void handleMedia(long nowNanos, Datagram packet) {
        if (receiver == null || media == null) {
            return;
        }
        if (RtcpPacket.isRtcp(packet)) {
            if (receiver.unprotectRtcp(packet, packet) == null) {
                media.handleRtcp(nowNanos, packet);
                loop.reschedule(this);
            }
        } else if (receiver.unprotectRtp(packet, packet) == null) {
            media.handleRtp(nowNanos, packet);
            if (media.nextTimeout() < nextNanos) {
                loop.reschedule(this);
            }
        } else {
            loop.counts().refused++;
        }
    }

    /** Sees what has come of it: after each call but media, and when the handshake has got on. */
    private void settle(long nowNanos) {
        for (var event = ice.pollEvent(); event != null; event = ice.pollEvent()) {
            if (event instanceof IceEvent.PairSelected(var pair)) {
                remote.set(pair.remoteAddress());
                hasPath = true;
            } else if (event instanceof IceEvent.StateChanged(var state) && state == IceState.FAILED) {
                hasPath = false;
                fail("ICE found no path, or lost it");
            }
        }
        if (dtls != null && hasPath && !dtlsStarted) {
            dtlsStarted = true;
            dtls.start(nowNanos);
        }
        for (var event = pollDtls(); event != null; event = pollDtls()) {
            switch (event) {
                case DtlsEvent.Connected(var keys) -> protect(nowNanos, keys);
                case DtlsEvent.Failed failed -> fail("DTLS: " + failed.failure() + ", " + failed.detail());
                case DtlsEvent.Closed _ -> fail("the server closed the connection");
                case DtlsEvent.ApplicationData _ -> {}
            }
        }
        loop.wake(this);
    }

    private @Nullable DtlsEvent pollDtls() {
        return dtls == null ? null : dtls.pollEvent();
    }

    private void fail(String why) {
        if (!closed && !connected.completeExceptionally(new LoadException(why))) {
            loop.counts().lostPeers++;
        }
    }

    /** RFC 5764, 4.2: the client's keys are for what the client sends. */
    private void protect(long nowNanos, @Nullable DtlsSrtpKeys keys) {
        var profile = keys == null ? null : ProtectionProfile.ofId(keys.profile());
        if (keys == null || profile == null || dtls == null || media == null) {
            fail("no protection profile in common");
            return;
        }
        boolean isClient = dtls.role() == DtlsRole.CLIENT;
        sender = new SrtpSender(
                profile,
                isClient ? keys.clientKey() : keys.serverKey(),
                isClient ? keys.clientSalt() : keys.serverSalt(),
                identity.crypto());
        receiver = new SrtpReceiver(
                profile,
                isClient ? keys.serverKey() : keys.clientKey(),
                isClient ? keys.serverSalt() : keys.clientSalt(),
                identity.crypto());
        media.handleConnected(nowNanos);
        connected.complete(null);
    }

    long nextTimeout() {
        long next = ice.nextTimeout();
        if (dtls != null) {
            next = Math.min(next, dtls.nextTimeout());
        }
        return sender == null || media == null ? next : Math.min(next, media.nextTimeout());
    }

    void handleTimeout(long nowNanos) {
        if (ice.nextTimeout() <= nowNanos) {
            ice.handleTimeout(nowNanos);
        }
        if (dtls != null && dtls.nextTimeout() <= nowNanos) {
            dtls.handleTimeout(nowNanos);
        }
        settle(nowNanos);
    }

    void pollTransmit(long nowNanos, SendBatch out, Datagram scratch) {
        for (var transmit = ice.pollTransmit(scratch); transmit != null; transmit = ice.pollTransmit(scratch)) {
            out.send(socket, transmit.destination(), scratch);
        }
        if (!hasPath || dtls == null) {
            return;
        }
        for (var flight = dtls.pollTransmit(); flight != null; flight = dtls.pollTransmit()) {
            out.send(socket, remote, flight);
        }
        if (sender != null && media != null && media.nextTimeout() <= nowNanos) {
            var area = out.begin(socket, remote);
            media.pollTransmit(nowNanos, sender, out, area);
            out.end();
        }
    }

    /** Tells the other side, by what is polled afterwards. */
    void close() {
        closed = true;
        if (dtls != null) {
            dtls.close();
        }
        if (receiver != null) {
            receiver.close();
            receiver = null;
        }
        if (sender != null) {
            sender.close();
            sender = null;
        }
    }
}
