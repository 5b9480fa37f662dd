package dev.stoa.client;

import dev.stoa.net.Task;
import dev.stoa.peer.Description;
import dev.stoa.peer.PeerConnection;
import dev.stoa.peer.PeerConnectionState;
import dev.stoa.peer.PeerEvent;
import dev.stoa.peer.PeerException;
import dev.stoa.peer.PeerHost;
import dev.stoa.peer.PeerStatistics;
import dev.stoa.peer.RtpReceiver;
import dev.stoa.peer.RtpSender;
import dev.stoa.peer.RtpTransceiver;
import dev.stoa.peer.SignalingState;
import dev.stoa.peer.TransceiverInit;
import dev.stoa.rtp.EncodedFrame;
import dev.stoa.sdp.MediaKind;
import dev.stoa.signaling.ClientMessage;
import dev.stoa.signaling.Media;
import dev.stoa.signaling.Participant;
import dev.stoa.signaling.Problem;
import dev.stoa.signaling.ServerMessage;
import dev.stoa.signaling.Slot;
import dev.stoa.signaling.SourceKind;
import dev.stoa.signaling.Topology;
import dev.stoa.signaling.TopologyWish;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A participant of a room whose media goes through the server: speaks the own protocol, has one PeerConnection, offers, and
 * grows its slots with the room.
 *
 * <p>Calling contract: {@link #join} and {@link #close} from any thread. All else on the thread of the {@link PeerHost}: in
 * the listener, and in tasks posted to the host. The last event is {@link RoomEvent.Ended}; a client that has ended stays
 * so. There is no coming back after a lost signaling connection.
 */
public final class RoomClient implements AutoCloseable {
    /** The server keeps what it said until it hears that it was received. */
    private static final long PING_INTERVAL_NANOS = 10_000_000_000L;

    private static final long PAUSE_NANOS = 1_000_000L;

    private final PeerHost host;
    private final RoomOptions options;
    private final RoomListener listener;
    private final SignalingSocket socket;
    private final ReceiveSlots receiving;
    private final Map<String, Participant> others = new LinkedHashMap<>();
    private final Map<SourceKind, RtpTransceiver> sending = new EnumMap<>(SourceKind.class);
    private final Map<SourceKind, ClipPlayer> players = new EnumMap<>(SourceKind.class);
    /** An m-section stays with its receiver for good. */
    private final Map<RtpReceiver, String> mids = new HashMap<>();

    private Map<String, Slot> slots = Map.of();
    private String participant = "";
    private String serverInstance = "";
    private String endReason = "";
    private Media media;
    private long sentNumber;
    private long receivedSeq;
    private boolean ended;
    private @Nullable PeerConnection connection;

    private RoomClient(PeerHost host, HttpClient http, RoomOptions options, RoomListener listener) {
        this.host = host;
        this.options = options;
        this.listener = listener;
        this.receiving = new ReceiveSlots(options.maxPictureSlots());
        this.media = new Media(
                options.sends().containsKey(SourceKind.MICROPHONE),
                options.sends().containsKey(SourceKind.CAMERA),
                options.sends().containsKey(SourceKind.SCREEN));
        this.socket = SignalingSocket.open(
                http,
                options.address().signaling(),
                text -> post(now -> handleText(now, text)),
                reason -> post(now -> end(now, reason)));
    }

    /** Of the socket's threads: while the host has too much to do nothing more is read. */
    private void post(Task task) {
        while (!host.post(task) && !host.isClosed()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * Joins a room. What comes of it is told to the listener, a failure too.
     *
     * @param http may be shared by many
     */
    public static RoomClient join(PeerHost host, HttpClient http, RoomOptions options, RoomListener listener) {
        var client = new RoomClient(host, http, options, listener);
        client.socket.send(ClientMessageWriter.write(
                new ClientMessage.Join(
                        options.address().room(),
                        options.name(),
                        UUID.randomUUID().toString(),
                        client.media,
                        TopologyWish.SFU,
                        options.address().token().orElse(null),
                        null),
                0));
        return client;
    }

    // What is there

    /** The own id; empty before {@link RoomEvent.Joined}. */
    public String participant() {
        return participant;
    }

    public Collection<Participant> others() {
        return Collections.unmodifiableCollection(others.values());
    }

    public Optional<Participant> other(String id) {
        return Optional.ofNullable(others.get(id));
    }

    /** What each m-section carries, by mid. */
    public Map<String, Slot> slots() {
        return slots;
    }

    public PeerStatistics statistics() {
        return connection == null
                ? new PeerStatistics(Optional.empty(), List.of(), List.of())
                : connection.statistics();
    }

    // What is sent

    /** Empty for what {@link RoomOptions#sends} does not have, and before there is a connection. */
    public Optional<RtpSender> sender(SourceKind source) {
        return Optional.ofNullable(sending.get(source)).map(RtpTransceiver::sender);
    }

    /** Says what is to be seen and heard now; what is off leaves its slots to others. */
    public void setMedia(Media now) {
        if (!now.equals(media)) {
            media = now;
            say(new ClientMessage.SetMedia(now));
        }
    }

    /** Plays a clip again and again from now on, and answers requests for key frames with its key frames. */
    public void play(long nowNanos, SourceKind source, Clip clip) {
        if (!options.sends().containsKey(source)) {
            throw new IllegalArgumentException(source + " is not sent");
        }
        var player = new ClipPlayer(clip, nowNanos);
        players.put(source, player);
        playOn(nowNanos, source, player);
    }

    private void playOn(long nowNanos, SourceKind source, ClipPlayer player) {
        if (ended || players.get(source) != player) {
            return;
        }
        player.handleTimeout(
                nowNanos,
                (frame, timestamp) -> sender(source).ifPresent(to -> to.sendFrame(nowNanos, frame, timestamp)));
        host.postAt(player.nextTimeout(), now -> playOn(now, source, player));
    }

    public void chat(String text) {
        say(new ClientMessage.Chat(UUID.randomUUID().toString(), text));
    }

    /** Leaves the room, which ends it. */
    @Override
    public void close() {
        host.post(_ -> leave("left"));
    }

    private void leave(String reason) {
        if (ended || !endReason.isEmpty()) {
            return;
        }
        endReason = reason;
        say(new ClientMessage.Leave());
        socket.close();
    }

    private void say(ClientMessage message) {
        if (!ended) {
            socket.send(ClientMessageWriter.write(message, ++sentNumber));
        }
    }

    private void tell(long nowNanos, RoomEvent event) {
        listener.handle(nowNanos, this, event);
    }

    // What the server says

    private void handleText(long nowNanos, String text) {
        if (ended) {
            return;
        }
        try {
            var read = ServerMessageReader.read(text);
            if (read.isPresent()) {
                receivedSeq = Math.max(receivedSeq, read.get().seq());
                handleMessage(nowNanos, read.get().message());
            }
        } catch (IOException e) {
            leave("the server does not speak the protocol: " + e.getMessage());
        }
    }

    private void handleMessage(long nowNanos, ServerMessage message) {
        switch (message) {
            case ServerMessage.Joined joined -> handleJoined(nowNanos, joined);
            case ServerMessage.ParticipantJoined(var other) -> {
                others.put(other.id(), other);
                grow();
                tell(nowNanos, new RoomEvent.ParticipantJoined(other));
            }
            case ServerMessage.ParticipantUpdated(var other) -> {
                others.put(other.id(), other);
                grow();
                tell(nowNanos, new RoomEvent.ParticipantUpdated(other));
            }
            case ServerMessage.ParticipantLeft(var id, var reason) -> {
                var gone = others.remove(id);
                if (gone != null) {
                    tell(nowNanos, new RoomEvent.ParticipantLeft(gone, reason));
                }
            }
            case ServerMessage.Answer(var from, var sdp, var _) -> {
                if (from.equals(ClientMessage.Targeted.SERVER)) {
                    handleAnswer(nowNanos, sdp);
                }
            }
            case ServerMessage.Slots(var now) -> {
                slots = Map.copyOf(now);
                tell(nowNanos, new RoomEvent.SlotsChanged(slots));
            }
            case ServerMessage.TopologyChanged(var topology) -> requireServer(topology);
            case ServerMessage.Chat chat -> tell(nowNanos, new RoomEvent.Chat(chat.from(), chat.name(), chat.text()));
            case ServerMessage.Refused(var problem, var _) -> leave(sentence(problem));
            case ServerMessage.Closing(var problem, var _) -> endReason = sentence(problem);
            // A clip is there already: leaving layers out of it spares nothing.
            case ServerMessage.Layers _ -> {}
            // From other participants, to whom there is no connection; and to pings.
            case ServerMessage.Offer _, ServerMessage.Candidate _, ServerMessage.Pong _ -> {}
        }
    }

    private static String sentence(Problem problem) {
        return problem.code().wireName() + ": " + problem.message() + " " + problem.hint();
    }

    private void requireServer(Topology topology) {
        if (topology != Topology.SFU || serverInstance.isEmpty()) {
            leave("media does not go through the server here, and this client has no other way");
        }
    }

    private void handleJoined(long nowNanos, ServerMessage.Joined joined) {
        participant = joined.participant();
        serverInstance = joined.mediaInstance() == null ? "" : joined.mediaInstance();
        joined.participants().forEach(other -> others.put(other.id(), other));
        tell(nowNanos, new RoomEvent.Joined(participant, joined.participants()));
        requireServer(joined.topology());
        if (endReason.isEmpty()) {
            connect();
            host.postAt(nowNanos + PING_INTERVAL_NANOS, this::ping);
        }
    }

    private void ping(long nowNanos) {
        if (!ended) {
            socket.send(ClientMessageWriter.write(new ClientMessage.Ping(null, receivedSeq), 0));
            host.postAt(nowNanos + PING_INTERVAL_NANOS, this::ping);
        }
    }

    // The PeerConnection

    private void connect() {
        var _ = host.connect(this::handlePeer, (_, made) -> {
                    connection = made;
                    if (ended || !endReason.isEmpty()) {
                        made.close();
                        return;
                    }
                    options.sends().forEach((source, codec) -> sending.put(source, addSender(made, source, codec)));
                    ReceiveSlots.addSounds(made, options.soundSlots());
                    grow();
                })
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        host.post(_ -> leave("no PeerConnection can be made: " + failure.getMessage()));
                    }
                });
    }

    /** The own id is the stream's: it tells the streams of one participant from another's. */
    private RtpTransceiver addSender(PeerConnection to, SourceKind source, String codec) {
        var kind = isPicture(source) ? MediaKind.VIDEO : MediaKind.AUDIO;
        var init =
                TransceiverInit.sendOnly(kind, participant, source.wireName()).withCodecs(codec);
        return to.addTransceiver(kind, init);
    }

    private static boolean isPicture(SourceKind source) {
        return source == SourceKind.CAMERA || source == SourceKind.SCREEN;
    }

    private void grow() {
        if (connection != null && connection.signalingState() != SignalingState.CLOSED) {
            int pictures = 0;
            for (var other : others.values()) {
                pictures += (other.media().camera() ? 1 : 0) + (other.media().screen() ? 1 : 0);
            }
            receiving.grow(connection, pictures);
        }
    }

    private void handlePeer(long nowNanos, PeerConnection from, PeerEvent event) {
        switch (event) {
            case PeerEvent.NegotiationNeeded() -> offer(nowNanos, from);
            case PeerEvent.ConnectionStateChange(var state) -> handleState(nowNanos, state);
            case PeerEvent.Frame(var receiver, var frame) -> handleFrame(nowNanos, from, receiver, frame);
            case PeerEvent.KeyFrameRequested(var sender) -> handleKeyFrameRequest(nowNanos, sender);
            // The server is ICE-lite: it learns addresses from the checks that reach it.
            case PeerEvent.IceCandidate _,
                    PeerEvent.SignalingStateChange _,
                    PeerEvent.IceConnectionStateChange _,
                    PeerEvent.Track _,
                    PeerEvent.Data _ -> {}
        }
    }

    private void offer(long nowNanos, PeerConnection from) {
        if (from.signalingState() != SignalingState.STABLE) {
            return; // It is said again after the answer, if there is still a need.
        }
        try {
            var offer = from.setLocalDescription(nowNanos);
            var sources = new LinkedHashMap<String, SourceKind>();
            sending.forEach((source, transceiver) -> transceiver.mid().ifPresent(mid -> sources.put(mid, source)));
            say(new ClientMessage.Offer(ClientMessage.Targeted.SERVER, serverInstance, offer.sdp(), sources));
        } catch (PeerException e) {
            leave("no offer can be made: " + e.getMessage());
        }
    }

    private void handleAnswer(long nowNanos, String sdp) {
        if (connection == null || connection.signalingState() != SignalingState.HAVE_LOCAL_OFFER) {
            return;
        }
        try {
            connection.setRemoteDescription(nowNanos, Description.answer(sdp));
        } catch (PeerException e) {
            leave("the server's answer cannot be used: " + e.getMessage());
        }
    }

    private void handleState(long nowNanos, PeerConnectionState state) {
        if (ended) {
            return;
        }
        tell(nowNanos, new RoomEvent.ConnectionStateChange(state));
        if (state == PeerConnectionState.FAILED || state == PeerConnectionState.CLOSED) {
            leave("the connection for media has " + (state == PeerConnectionState.FAILED ? "failed" : "ended"));
        }
    }

    private void handleFrame(long nowNanos, PeerConnection from, RtpReceiver receiver, EncodedFrame frame) {
        var mid = mids.get(receiver);
        if (mid == null) {
            for (var transceiver : from.transceivers()) {
                transceiver.mid().ifPresent(name -> mids.put(transceiver.receiver(), name));
            }
            mid = mids.getOrDefault(receiver, "");
        }
        tell(nowNanos, new RoomEvent.Frame(mid, Optional.ofNullable(slots.get(mid)), receiver, frame));
    }

    private void handleKeyFrameRequest(long nowNanos, RtpSender sender) {
        sending.forEach((source, transceiver) -> {
            if (transceiver.sender() == sender) {
                var player = players.get(source);
                if (player != null) {
                    player.jumpToKeyFrame();
                }
                tell(nowNanos, new RoomEvent.KeyFrameRequested(source));
            }
        });
    }

    private void end(long nowNanos, String reason) {
        if (ended) {
            return;
        }
        ended = true;
        players.clear();
        if (connection != null) {
            connection.close();
        }
        tell(nowNanos, new RoomEvent.Ended(endReason.isEmpty() ? reason : endReason));
    }
}
