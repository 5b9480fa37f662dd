package dev.stoa.peer;

import dev.stoa.dtls.DtlsEngine;
import dev.stoa.ice.AddedCandidate;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.CandidateParse;
import dev.stoa.ice.IceEvent;
import dev.stoa.ice.IceRole;
import dev.stoa.ice.IceState;
import dev.stoa.ice.LocalBase;
import dev.stoa.ice.Transmit;
import dev.stoa.sctp.DataChannel;
import dev.stoa.sctp.DataChannelInit;
import dev.stoa.sctp.DataChannels;
import dev.stoa.sctp.SctpOptions;
import dev.stoa.sdp.Fingerprint;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiatedData;
import dev.stoa.sdp.NegotiatedSession;
import dev.stoa.sdp.SendTrack;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RTCPeerConnection (W3C WebRTC, 4.4) without sockets, clock and threads: {@link PeerHost} has those, or bring your own.
 *
 * <p>Calling contract: one thread at a time. Name the local candidates, each with its socket, by {@link #addLocalCandidate}.
 * After every call that takes {@code nowNanos}, and whenever {@code wakeUp} was run, call {@link #pollEvent} until it gives
 * null, then {@link #pollTransmit} until it gives null and send what it writes, and arrange for {@link #handleTimeout} at
 * {@link #nextTimeout}, which may be past already. Times are nanoseconds of one clock that never goes back. Bytes from the
 * network never make a method throw; a description that cannot be used is a {@link PeerException}, and changes nothing.
 *
 * <p>Differences from W3C's: promises are plain calls; {@link #setLocalDescription} is the form without an argument, which
 * makes the description too; frames are encoded ones; there is no estimate of the bandwidth.
 */
public final class PeerConnection implements AutoCloseable {
    private final PeerConfiguration configuration;
    private final Runnable wakeUp;
    private final Queue<PeerEvent> events = new ArrayDeque<>();
    private final List<RtpTransceiver> transceivers = new ArrayList<>();
    private final Set<Long> ssrcs = new HashSet<>();
    private final String cname;
    private final Negotiation negotiation;
    private final RtpSession session;
    private final List<LocalCandidate> candidates = new ArrayList<>();
    private final RtpSession.Output media = new Media();
    private boolean candidatesEnded;
    private boolean negotiationNeeded;
    private boolean isDataConnected;
    private PeerConnectionState connectionState = PeerConnectionState.NEW;
    private @Nullable PeerTransport transport;
    private @Nullable DataChannels data;
    private @Nullable NegotiatedData negotiatedData;

    private record LocalCandidate(Candidate candidate, LocalBase base) {}

    /** @param wakeUp run on another thread when the handshake has got on: poll soon */
    public PeerConnection(PeerConfiguration configuration, Runnable wakeUp) {
        this.configuration = configuration;
        this.wakeUp = wakeUp;
        this.cname = Long.toString(configuration.random().nextLong() >>> 1, Character.MAX_RADIX);
        var own = configuration.certificate().fingerprint("sha-256");
        this.negotiation = new Negotiation(
                configuration.random(),
                new Fingerprint(own.hash(), own.value()),
                transceivers,
                kind -> add(kind, TransceiverInit.receiveOnly(kind), false),
                negotiated -> transport == null || transport.accepts(negotiated));
        this.session = new RtpSession(
                media,
                events::add,
                configuration.epochOffsetNanos(),
                cname.getBytes(StandardCharsets.UTF_8),
                newSsrc(),
                transceivers);
    }

    // States

    public SignalingState signalingState() {
        return negotiation.state();
    }

    public PeerConnectionState connectionState() {
        return connectionState;
    }

    public IceState iceConnectionState() {
        return transport == null ? IceState.NEW : transport.ice().state();
    }

    public Optional<Description> localDescription() {
        return negotiation.localDescription();
    }

    public Optional<Description> remoteDescription() {
        return negotiation.remoteDescription();
    }

    /** All there are, in the order in which they were made; those that were stopped too. */
    public List<RtpTransceiver> transceivers() {
        return List.copyOf(transceivers);
    }

    // Media

    /** Adds a transceiver with an m-section of its own, in the next offer. */
    public RtpTransceiver addTransceiver(MediaKind kind, TransceiverInit init) {
        var added = add(kind, init, false);
        updateNegotiationNeeded();
        return added;
    }

    /**
     * Adds something to send: in an m-section that the other side has offered or will offer, or else in one of its own.
     */
    public RtpTransceiver addTrack(MediaKind kind, String streamId, String trackId) {
        var added = add(kind, TransceiverInit.sendReceive(kind, streamId, trackId), true);
        updateNegotiationNeeded();
        return added;
    }

    private RtpTransceiver add(MediaKind kind, TransceiverInit init, boolean byAddTrack) {
        if (kind != MediaKind.AUDIO && kind != MediaKind.VIDEO) {
            throw new IllegalArgumentException("a transceiver has audio or video, not " + kind);
        }
        if (negotiation.state() == SignalingState.CLOSED) {
            throw new IllegalStateException("the PeerConnection is closed");
        }
        var track = new SendTrack(
                init.streamId(),
                init.trackId(),
                newSsrc(),
                kind == MediaKind.VIDEO ? OptionalLong.of(newSsrc()) : OptionalLong.empty(),
                cname);
        var transceiver = new RtpTransceiver(
                kind,
                init,
                new RtpSender(kind, track, session, configuration.random()),
                new RtpReceiver(kind),
                byAddTrack,
                this::updateNegotiationNeeded);
        transceivers.add(transceiver);
        return transceiver;
    }

    /**
     * Makes a data channel; what happens to it comes as {@link PeerEvent.Data}. The first one needs an exchange of offer and
     * answer.
     *
     * @throws IllegalArgumentException when the negotiated id is taken, or label or protocol are too long
     */
    public DataChannel createDataChannel(long nowNanos, String label, DataChannelInit init) {
        if (negotiation.state() == SignalingState.CLOSED) {
            throw new IllegalStateException("the PeerConnection is closed");
        }
        negotiation.wantData();
        updateNegotiationNeeded();
        return requireData().create(nowNanos, label, init);
    }

    private DataChannels requireData() {
        if (data == null) {
            data = new DataChannels(configuration.random());
        }
        return data;
    }

    private long newSsrc() {
        while (true) {
            long ssrc = configuration.random().nextInt() & 0xFFFF_FFFFL;
            if (ssrc != 0 && ssrcs.add(ssrc)) {
                return ssrc;
            }
        }
    }

    // Descriptions

    /** Makes the offer, or the answer to the offer that was set, and applies it. Its text is for the other side. */
    public Description setLocalDescription(long nowNanos) throws PeerException {
        if (negotiation.state() != SignalingState.HAVE_REMOTE_OFFER) {
            negotiationNeeded = false;
            var offer = negotiation.offer();
            requireTransport(nowNanos, IceRole.CONTROLLING);
            signalingChanged();
            return new Description(SdpType.OFFER, offer.write());
        }
        var answer = negotiation.answer();
        apply(nowNanos, answer.agreed());
        return new Description(SdpType.ANSWER, answer.description().write());
    }

    /** Applies what the other side said, or takes its offer back. */
    public void setRemoteDescription(long nowNanos, Description description) throws PeerException {
        switch (description.type()) {
            case OFFER -> {
                negotiation.acceptOffer(description.sdp());
                requireTransport(nowNanos, IceRole.CONTROLLED);
                signalingChanged();
            }
            case ANSWER -> apply(nowNanos, negotiation.acceptAnswer(description.sdp()));
            case ROLLBACK -> rollback();
        }
    }

    /** Takes the present offer back, whosever it is. */
    public void rollback() throws PeerException {
        negotiation.rollback();
        signalingChanged();
        updateNegotiationNeeded();
    }

    private void apply(long nowNanos, Negotiation.Agreed agreed) {
        var negotiated = agreed.session();
        configure(negotiated);
        if (negotiated.transport().isPresent()) {
            requireTransport(nowNanos, IceRole.CONTROLLING)
                    .apply(nowNanos, negotiated.transport().get(), agreed.credentials());
        }
        negotiatedData = negotiated.data().orElse(null);
        connectData(nowNanos);
        signalingChanged();
        updateNegotiationNeeded();
        updateConnectionState();
    }

    /** When both are there: the section is negotiated, and DTLS connected. */
    private void connectData(long nowNanos) {
        var section = negotiatedData;
        if (section == null || transport == null || isDataConnected || !transport.isDtlsConnected()) {
            return;
        }
        isDataConnected = true;
        requireData()
                .connect(
                        nowNanos,
                        SctpOptions.of(
                                section.localSctpPort(),
                                section.remoteSctpPort(),
                                DtlsEngine.MAX_APPLICATION_DATA_LENGTH,
                                section.maxMessageSize()),
                        transport.isDtlsClient());
    }

    private void configure(NegotiatedSession negotiated) {
        for (var transceiver : transceivers) {
            var mid = transceiver.mid();
            if (mid.isPresent() && !transceiver.isStopped()) {
                if (transceiver.apply(negotiated.section(mid.get()).orElse(null))) {
                    events.add(new PeerEvent.Track(transceiver));
                }
            }
        }
        session.configure(negotiated);
    }

    // Candidates

    /**
     * A candidate of this side; it goes into later descriptions, and is told by {@link PeerEvent.IceCandidate} once there is
     * a description.
     *
     * @param base what to send from; {@link #pollTransmit} names it
     */
    public void addLocalCandidate(long nowNanos, Candidate candidate, LocalBase base) {
        if (negotiation.state() == SignalingState.CLOSED) {
            return;
        }
        candidates.add(new LocalCandidate(candidate, base));
        negotiation.addCandidate(candidate.toLine().substring("candidate:".length()));
        if (transport != null) {
            transport.ice().addLocalCandidate(nowNanos, candidate, base);
            tell(candidate.toLine());
            settle(nowNanos);
        }
    }

    /** No local candidate follows. */
    public void endLocalCandidates() {
        if (!candidatesEnded) {
            candidatesEnded = true;
            negotiation.endCandidates();
            if (transport != null) {
                tell("");
            }
        }
    }

    /**
     * Asks a STUN server for the address that {@code base} has outside.
     *
     * @return false when it is of another version of IP
     */
    public boolean gatherServerReflexive(long nowNanos, LocalBase base, TransportAddress server) {
        boolean asked =
                requireTransport(nowNanos, IceRole.CONTROLLING).ice().gatherServerReflexive(nowNanos, base, server);
        settle(nowNanos);
        return asked;
    }

    /**
     * A candidate of the other side, as RTCIceCandidate's {@code candidate} has it; empty when no more will come.
     *
     * @return what became of it: a name is to be resolved and given again by {@link #addRemoteCandidate}
     */
    public AddedCandidate addIceCandidate(long nowNanos, String line) throws PeerException {
        return switch (Candidate.parse(line)) {
            case Candidate candidate -> addRemoteCandidate(nowNanos, candidate);
            case CandidateParse.Ignored ignored -> {
                if (ignored == CandidateParse.Ignored.END_OF_CANDIDATES) {
                    remoteTransport().ice().endRemoteCandidates(nowNanos);
                    settle(nowNanos);
                }
                yield AddedCandidate.NOT_NEEDED;
            }
            case CandidateParse.Malformed(var why) ->
                throw new PeerException(PeerException.Name.OPERATION_ERROR, "Not a candidate: " + why + ".");
        };
    }

    public AddedCandidate addRemoteCandidate(long nowNanos, Candidate candidate) throws PeerException {
        var added = remoteTransport().ice().addRemoteCandidate(nowNanos, candidate);
        settle(nowNanos);
        return added;
    }

    private PeerTransport remoteTransport() throws PeerException {
        if (transport == null || negotiation.state() == SignalingState.CLOSED) {
            throw new PeerException(
                    PeerException.Name.INVALID_STATE_ERROR, "A candidate belongs to a description: set one first.");
        }
        return transport;
    }

    /** The next offer begins a new ICE generation: the path is lost, or another one is to be found. */
    public void restartIce() {
        negotiation.wantRestart();
        updateNegotiationNeeded();
    }

    private void tell(String line) {
        events.add(new PeerEvent.IceCandidate(
                line, negotiation.transportMid(), negotiation.credentials().ufrag()));
    }

    // What the driver does

    /**
     * Takes a datagram; its bytes may be changed.
     *
     * @param base what it came in by
     */
    public void handle(long nowNanos, Datagram packet, LocalBase base, TransportAddress from) {
        if (transport != null && negotiation.state() != SignalingState.CLOSED) {
            transport.handle(nowNanos, packet, base, from);
        }
    }

    /** The socket or connection is gone. */
    public void handleBaseClosed(long nowNanos, LocalBase base) {
        candidates.removeIf(local -> local.base().equals(base));
        if (transport != null && negotiation.state() != SignalingState.CLOSED) {
            transport.ice().handleBaseClosed(nowNanos, base);
            settle(nowNanos);
        }
    }

    /** Writes the next datagram into {@code target}, of at least 1500 bytes; null when there is none. */
    public @Nullable Transmit pollTransmit(long nowNanos, Datagram target) {
        if (transport == null) {
            return null;
        }
        transport.flushData(nowNanos);
        return transport.pollTransmit(target);
    }

    public @Nullable PeerEvent pollEvent() {
        return events.poll();
    }

    /** When to call {@link #handleTimeout}; {@link Long#MAX_VALUE} for never. */
    public long nextTimeout() {
        if (transport == null || negotiation.state() == SignalingState.CLOSED) {
            return Long.MAX_VALUE;
        }
        long media = Math.min(transport.nextTimeout(), session.nextTimeout());
        return data == null ? media : Math.min(media, data.nextTimeout());
    }

    public void handleTimeout(long nowNanos) {
        if (transport != null && negotiation.state() != SignalingState.CLOSED) {
            transport.handleTimeout(nowNanos);
            session.handleTimeout(nowNanos);
            if (data != null) {
                data.handleTimeout(nowNanos);
                drainData(data);
            }
        }
    }

    /** The handshake has got on: {@code wakeUp} was run. */
    public void handleWakeUp(long nowNanos) {
        settle(nowNanos);
    }

    private void drainData(DataChannels from) {
        for (var event = from.pollEvent(); event != null; event = from.pollEvent()) {
            events.add(new PeerEvent.Data(event));
        }
    }

    private void settle(long nowNanos) {
        if (transport != null && negotiation.state() != SignalingState.CLOSED) {
            transport.settle(nowNanos);
        }
    }

    public PeerStatistics statistics() {
        return new PeerStatistics(
                Optional.ofNullable(transport).map(PeerTransport::statistics),
                transceivers.stream()
                        .filter(transceiver -> transceiver.direction().sends())
                        .map(transceiver -> transceiver.sender().statistics())
                        .toList(),
                transceivers.stream()
                        .flatMap(transceiver -> transceiver.receiver().statistics().stream())
                        .toList());
    }

    /** Leaves: what {@link #pollTransmit} gives afterwards tells the other side. */
    @Override
    public void close() {
        if (negotiation.state() == SignalingState.CLOSED) {
            return;
        }
        if (media.isOpen()) {
            session.sayGoodbye();
        }
        end();
    }

    private void end() {
        negotiation.close();
        if (data != null) {
            data.close();
            drainData(data);
        }
        if (transport != null) {
            transport.close();
        }
        signalingChanged();
        setConnectionState(PeerConnectionState.CLOSED);
    }

    // Inside

    private PeerTransport requireTransport(long nowNanos, IceRole role) {
        if (transport == null) {
            transport = new PeerTransport(
                    nowNanos, role, negotiation.credentials(), configuration, wakeUp, new TransportListener());
            for (var local : candidates) {
                transport.ice().addLocalCandidate(nowNanos, local.candidate(), local.base());
            }
        }
        return transport;
    }

    private void signalingChanged() {
        events.add(new PeerEvent.SignalingStateChange(negotiation.state()));
    }

    /** W3C WebRTC, 4.7.3: told once until an offer is made. */
    private void updateNegotiationNeeded() {
        if (negotiation.state() != SignalingState.STABLE) {
            return;
        }
        boolean needed = negotiation.isNegotiationNeeded();
        if (needed && !negotiationNeeded) {
            events.add(new PeerEvent.NegotiationNeeded());
        }
        negotiationNeeded = needed;
    }

    /** W3C WebRTC, 4.3.3. */
    private void updateConnectionState() {
        if (transport == null) {
            return;
        }
        var ice = transport.ice().state();
        var dtls = transport.dtlsState();
        if (ice == IceState.FAILED || dtls == PeerTransport.DtlsState.FAILED) {
            setConnectionState(PeerConnectionState.FAILED);
        } else if (ice == IceState.DISCONNECTED) {
            setConnectionState(PeerConnectionState.DISCONNECTED);
        } else if (transport.isConnected()) {
            setConnectionState(PeerConnectionState.CONNECTED);
        } else if (ice != IceState.NEW) {
            setConnectionState(PeerConnectionState.CONNECTING);
        }
    }

    private void setConnectionState(PeerConnectionState next) {
        if (connectionState != next && connectionState != PeerConnectionState.CLOSED) {
            connectionState = next;
            events.add(new PeerEvent.ConnectionStateChange(next));
        }
    }

    private final class TransportListener implements PeerTransport.Listener {
        @Override
        public void handleIce(IceEvent event) {
            switch (event) {
                case IceEvent.StateChanged(var state) -> {
                    events.add(new PeerEvent.IceConnectionStateChange(state));
                    updateConnectionState();
                }
                case IceEvent.CandidateGathered(var candidate, var base) -> {
                    negotiation.addCandidate(candidate.toLine().substring("candidate:".length()));
                    tell(candidate.toLine());
                }
                case IceEvent.PairSelected _,
                        IceEvent.Restarted _,
                        IceEvent.RoleChanged _,
                        IceEvent.GatheringComplete _ -> {}
            }
        }

        @Override
        public void handleDtls(long nowNanos, PeerTransport.DtlsState state) {
            switch (state) {
                case CONNECTED -> {
                    session.start(nowNanos);
                    connectData(nowNanos);
                    updateConnectionState();
                }
                // The other side has left (RFC 8842, 5.1 and 6).
                case CLOSED -> end();
                case NEW, CONNECTING, FAILED -> updateConnectionState();
            }
        }

        @Override
        public void handleRtp(long nowNanos, Datagram plain) {
            session.handleRtp(nowNanos, plain);
        }

        @Override
        public void handleRtcp(long nowNanos, Datagram plain) {
            session.handleRtcp(nowNanos, plain);
        }

        @Override
        public void handleData(long nowNanos, byte[] packet) {
            if (data == null || data.handle(nowNanos, packet) != null) {
                media.countDiscarded();
            }
            if (data != null) {
                drainData(data);
            }
        }

        @Override
        public byte @Nullable [] pollData(long nowNanos) {
            if (data == null) {
                return null;
            }
            var packet = data.pollTransmit(nowNanos);
            drainData(data);
            return packet;
        }
    }

    /** The transport, which there may not be yet. */
    private final class Media implements RtpSession.Output {
        @Override
        public boolean isOpen() {
            return transport != null && transport.isOpen();
        }

        @Override
        public void sendRtp(Datagram plain) {
            if (transport != null) {
                transport.sendRtp(plain);
            }
        }

        @Override
        public void sendRtcp(Datagram plain) {
            if (transport != null) {
                transport.sendRtcp(plain);
            }
        }

        @Override
        public void countDiscarded() {
            if (transport != null) {
                transport.countDiscarded();
            }
        }

        @Override
        public long roundTripNanos() {
            return transport == null ? 0 : transport.roundTripNanos();
        }
    }
}
