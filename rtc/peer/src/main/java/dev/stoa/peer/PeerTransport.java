package dev.stoa.peer;

import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsEvent;
import dev.stoa.dtls.DtlsRole;
import dev.stoa.dtls.DtlsSrtpKeys;
import dev.stoa.dtls.Fingerprint;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.CandidatePair;
import dev.stoa.ice.FullIceAgent;
import dev.stoa.ice.IceCredentials;
import dev.stoa.ice.IceEvent;
import dev.stoa.ice.IceRole;
import dev.stoa.ice.IceState;
import dev.stoa.ice.LocalBase;
import dev.stoa.ice.Transmit;
import dev.stoa.rtp.RtcpPacket;
import dev.stoa.sdp.NegotiatedTransport;
import dev.stoa.sdp.Setup;
import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.srtp.SrtpReceiver;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one transport of a PeerConnection: ICE finds the path, DTLS the keys, and SRTP uses them. */
final class PeerTransport implements RtpSession.Output {
    // The first byte of a datagram tells the protocols apart (RFC 7983, 7).
    private static final int STUN_LAST = 3;
    private static final int DTLS_FIRST = 20;
    private static final int DTLS_LAST = 63;
    private static final int RTP_FIRST = 128;
    private static final int RTP_LAST = 191;

    /** A key frame of 70 kB. */
    private static final int MAX_EARLY_PACKETS = 64;

    /** What the transport tells the connection. */
    interface Listener {
        void handleIce(IceEvent event);

        /** DTLS is connected, has failed, or was closed by the other side. */
        void handleDtls(long nowNanos, DtlsState state);

        void handleRtp(long nowNanos, Datagram plain);

        void handleRtcp(long nowNanos, Datagram plain);

        void handleData(long nowNanos, byte[] packet);

        /** The next packet for the other side's SCTP, null when there is none. */
        byte @Nullable [] pollData(long nowNanos);
    }

    /** RTCDtlsTransportState (W3C WebRTC, 5.5.1). */
    enum DtlsState {
        NEW,
        CONNECTING,
        CONNECTED,
        CLOSED,
        FAILED
    }

    private final PeerConfiguration configuration;
    private final Runnable wakeUp;
    private final Listener listener;
    private final FullIceAgent ice;
    private final OutgoingPackets outgoing = new OutgoingPackets();
    private final Datagram plain = Datagram.allocate(2048);
    private final List<Datagram> early = new ArrayList<>();
    private List<dev.stoa.sdp.Fingerprint> remoteFingerprints = List.of();
    private @Nullable DtlsEngine dtls;
    private @Nullable DtlsRole dtlsRole;
    private DtlsState dtlsState = DtlsState.NEW;
    private @Nullable CandidatePair path;
    private @Nullable SrtpSender sender;
    private @Nullable SrtpReceiver receiver;

    private long packetsSent;
    private long bytesSent;
    private long packetsReceived;
    private long bytesReceived;
    private long packetsDiscarded;

    PeerTransport(
            long nowNanos,
            IceRole role,
            IceCredentials credentials,
            PeerConfiguration configuration,
            Runnable wakeUp,
            Listener listener) {
        this.configuration = configuration;
        this.wakeUp = wakeUp;
        this.listener = listener;
        this.ice = new FullIceAgent(nowNanos, role, credentials, configuration.random());
    }

    FullIceAgent ice() {
        return ice;
    }

    DtlsState dtlsState() {
        return dtlsState;
    }

    /** Whether a description may take the place of the one in use: the association stays when only ICE begins anew. */
    boolean accepts(NegotiatedTransport negotiated) {
        return remoteFingerprints.isEmpty()
                || negotiated.remoteFingerprints().stream().anyMatch(remoteFingerprints::contains);
    }

    /** @param credentials ours in this exchange; others than before begin a new ICE generation */
    void apply(long nowNanos, NegotiatedTransport negotiated, IceCredentials credentials) {
        if (!credentials.equals(ice.localCredentials())) {
            ice.restart(nowNanos, credentials);
        }
        ice.setRemote(
                nowNanos,
                new IceCredentials(negotiated.remoteUfrag(), negotiated.remotePwd()),
                negotiated.remoteIceLite());
        for (var line : negotiated.remoteCandidates()) {
            if (Candidate.parse("candidate:" + line) instanceof Candidate candidate) {
                ice.addRemoteCandidate(nowNanos, candidate);
            }
        }
        if (negotiated.remoteEndOfCandidates()) {
            ice.endRemoteCandidates(nowNanos);
        }
        if (dtls == null) {
            remoteFingerprints = negotiated.remoteFingerprints();
            dtlsRole = negotiated.localSetup() == Setup.ACTIVE ? DtlsRole.CLIENT : DtlsRole.SERVER;
            dtls = new DtlsEngine(
                    dtlsRole,
                    configuration.certificate(),
                    remoteFingerprints.stream()
                            .map(announced -> Fingerprint.parse(announced.algorithm() + " " + announced.value()))
                            .filter(Objects::nonNull)
                            .toList(),
                    DtlsEngine.SRTP_PROFILES,
                    configuration.handshakes(),
                    wakeUp);
        }
        settle(nowNanos);
    }

    // In

    void handle(long nowNanos, Datagram packet, LocalBase base, TransportAddress from) {
        int first = packet.length() == 0 ? 0xFF : packet.u8(0);
        if (first <= STUN_LAST) {
            ice.handle(nowNanos, packet, base, from);
            settle(nowNanos);
        } else if (!ice.isValidated(base, from)) {
            packetsDiscarded++; // from a stranger
        } else if (first >= RTP_FIRST && first <= RTP_LAST) {
            handleMedia(nowNanos, packet);
        } else if (first >= DTLS_FIRST && first <= DTLS_LAST && dtls != null) {
            dtls.handle(nowNanos, packet.toArray());
            settle(nowNanos);
        } else {
            packetsDiscarded++;
        }
    }

    private void handleMedia(long nowNanos, Datagram packet) {
        if (receiver == null) {
            keepEarly(packet);
            return;
        }
        packetsReceived++;
        bytesReceived += packet.length();
        boolean isRtcp = RtcpPacket.isRtcp(packet);
        var refused = isRtcp ? receiver.unprotectRtcp(packet, plain) : receiver.unprotectRtp(packet, plain);
        if (refused != null) {
            packetsDiscarded++;
        } else if (isRtcp) {
            listener.handleRtcp(nowNanos, plain);
        } else {
            listener.handleRtp(nowNanos, plain);
        }
    }

    /** The side that is the first to have keys sends at once, which may overtake its last handshake message. */
    private void keepEarly(Datagram packet) {
        if (dtlsState == DtlsState.CONNECTING && early.size() < MAX_EARLY_PACKETS) {
            early.add(Datagram.copyOf(packet.toArray()));
        } else {
            packetsDiscarded++;
        }
    }

    @Override
    public void countDiscarded() {
        packetsDiscarded++;
    }

    @Override
    public long roundTripNanos() {
        return ice.statistics().roundTripNanos();
    }

    // Out

    @Override
    public boolean isOpen() {
        return sender != null && path != null;
    }

    @Override
    public void sendRtp(Datagram packet) {
        var place = isOpen() ? outgoing.nextPlace() : null;
        if (sender == null || place == null) {
            packetsDiscarded++;
            return;
        }
        sender.protectRtp(packet, place);
        add(place);
    }

    @Override
    public void sendRtcp(Datagram packet) {
        var place = isOpen() ? outgoing.nextPlace() : null;
        if (sender == null || place == null) {
            packetsDiscarded++;
            return;
        }
        sender.protectRtcp(packet, place);
        add(place);
    }

    private void add(Datagram place) {
        outgoing.add(place);
        packetsSent++;
        bytesSent += place.length();
    }

    /** Hands to DTLS what the data channels have to send. */
    void flushData(long nowNanos) {
        if (dtls == null || !isDtlsConnected()) {
            return;
        }
        for (var packet = listener.pollData(nowNanos); packet != null; packet = listener.pollData(nowNanos)) {
            dtls.send(packet);
        }
    }

    boolean isDtlsConnected() {
        return dtlsState == DtlsState.CONNECTED;
    }

    boolean isDtlsClient() {
        return dtlsRole == DtlsRole.CLIENT;
    }

    @Nullable Transmit pollTransmit(Datagram target) {
        var check = ice.pollTransmit(target);
        if (check != null) {
            return check;
        }
        var way = path;
        if (way == null) {
            return null;
        }
        var flight = dtls == null ? null : dtls.pollTransmit();
        if (flight != null) {
            target.set(flight);
        } else if (!outgoing.poll(target)) {
            return null;
        }
        return new Transmit(way.base(), way.remoteAddress());
    }

    // Time

    long nextTimeout() {
        return dtls == null ? ice.nextTimeout() : Math.min(ice.nextTimeout(), dtls.nextTimeout());
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

    /** Sees what has come of all that: after each call, and when the handshake has got on. */
    void settle(long nowNanos) {
        for (var event = ice.pollEvent(); event != null; event = ice.pollEvent()) {
            if (event instanceof IceEvent.PairSelected(var pair)) {
                path = pair;
            }
            listener.handleIce(event);
        }
        if (path != null && dtls != null && dtlsState == DtlsState.NEW) {
            dtlsState = DtlsState.CONNECTING;
            dtls.start(nowNanos);
            listener.handleDtls(nowNanos, dtlsState);
        }
        for (var event = pollDtls(); event != null; event = pollDtls()) {
            switch (event) {
                case DtlsEvent.Connected(var keys) -> protect(nowNanos, keys);
                case DtlsEvent.Failed _ -> setDtlsState(nowNanos, DtlsState.FAILED);
                case DtlsEvent.Closed _ -> setDtlsState(nowNanos, DtlsState.CLOSED);
                case DtlsEvent.ApplicationData(var packet) -> listener.handleData(nowNanos, packet);
            }
        }
    }

    private @Nullable DtlsEvent pollDtls() {
        return dtls == null ? null : dtls.pollEvent();
    }

    /** RFC 5764, 4.2: the client's keys are for what the client sends. */
    private void protect(long nowNanos, @Nullable DtlsSrtpKeys keys) {
        var profile = keys == null ? null : ProtectionProfile.ofId(keys.profile());
        if (keys == null || profile == null) {
            setDtlsState(nowNanos, DtlsState.FAILED);
            return;
        }
        boolean isClient = dtlsRole == DtlsRole.CLIENT;
        sender = new SrtpSender(
                profile,
                isClient ? keys.clientKey() : keys.serverKey(),
                isClient ? keys.clientSalt() : keys.serverSalt(),
                configuration.crypto());
        receiver = new SrtpReceiver(
                profile,
                isClient ? keys.serverKey() : keys.clientKey(),
                isClient ? keys.serverSalt() : keys.clientSalt(),
                configuration.crypto());
        setDtlsState(nowNanos, DtlsState.CONNECTED);
        var kept = List.copyOf(early);
        early.clear();
        kept.forEach(packet -> handleMedia(nowNanos, packet));
    }

    private void setDtlsState(long nowNanos, DtlsState next) {
        dtlsState = next;
        listener.handleDtls(nowNanos, next);
    }

    /** Tells the other side, by what is polled afterwards. Nothing is accepted any more. */
    void close() {
        if (dtls != null) {
            dtls.close();
        }
        dtlsState = DtlsState.CLOSED;
        ice.close();
        if (sender != null) {
            sender.close();
            sender = null;
        }
        if (receiver != null) {
            receiver.close();
            receiver = null;
        }
    }

    boolean isConnected() {
        var state = ice.state();
        return dtlsState == DtlsState.CONNECTED && (state == IceState.CONNECTED || state == IceState.COMPLETED);
    }

    TransportStatistics statistics() {
        return new TransportStatistics(
                ice.role(),
                Optional.ofNullable(path),
                Optional.ofNullable(sender).map(SrtpSender::profile),
                packetsSent,
                bytesSent,
                packetsReceived,
                bytesReceived,
                packetsDiscarded);
    }
}
