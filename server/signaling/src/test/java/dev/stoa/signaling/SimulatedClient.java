package dev.stoa.signaling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client that behaves as docs/PROTOCOL.md asks: it keeps a roster, counts what it gets, and resumes. */
final class SimulatedClient {
    /** One connection of it. */
    final class Connection implements Link {
        private boolean open = true;
        private @Nullable Session session;
        private @Nullable Problem closedWith;

        @Override
        public boolean send(Outgoing message, long seq) {
            if (reading && open) {
                take(message.message(), seq);
            }
            return reading;
        }

        @Override
        public void close(Problem problem, @Nullable Long retryAfterMs) {
            open = false;
            closedWith = problem;
        }
    }

    final Map<String, Participant> roster = new LinkedHashMap<>();
    final List<String> chats = new ArrayList<>();
    final List<ServerMessage> events = new ArrayList<>();
    private final String room;
    private final String name;
    private SignalingLoop loop;
    String instance = "i-1";
    TopologyWish wish = TopologyWish.AUTO;
    Media media = Media.NONE;
    boolean reading = true;

    /** What its room does, as far as it was told. */
    Topology topology = Topology.MESH;

    /** Its page has made a PeerConnection with the media process that it knows. */
    boolean throughServer;

    /** What the m-sections of that PeerConnection carry; null: not told. */
    @Nullable Map<String, Slot> slots;

    /** Which layers of what it sends anybody wants; null: not told. */
    @Nullable Map<String, WantedLayers> layers;

    final List<String> answers = new ArrayList<>();

    @Nullable String token;

    @Nullable String joinToken;

    ServerMessage.@Nullable Joined joined;

    @Nullable Connection connection;

    @Nullable Problem refusal;

    /** Which of its messages the refusal names. */
    @Nullable Long refusedNumber;

    long seq;
    private long n;

    SimulatedClient(SignalingLoop loop, String room, String name) {
        this.loop = loop;
        this.room = room;
        this.name = name;
    }

    /** Opens a connection and joins, as who it was when it was somebody. */
    void connect(long nowNanos, boolean trusted) {
        var link = new Connection();
        connection = link;
        var resume = token == null ? null : new ClientMessage.Resume(token, seq);
        var join = new ClientMessage.Join(room, name, instance, media, wish, joinToken, resume);
        switch (loop.join(nowNanos, link, join, trusted)) {
            case SignalingLoop.Entry.Admitted(var session) -> link.session = session;
            case SignalingLoop.Entry.Refused(var problem) -> {
                refusal = problem;
                connection = null;
            }
        }
    }

    void disconnect(long nowNanos) {
        var link = connection;
        if (link != null && link.session != null) {
            link.open = false;
            loop.lost(nowNanos, link.session, link);
        }
        connection = null;
    }

    void say(long nowNanos, ClientMessage message) {
        if (connection != null && connection.session != null) {
            loop.handle(nowNanos, nowNanos / 1_000_000, connection.session, connection, message, ++n);
        }
    }

    void setMedia(long nowNanos, Media now) {
        media = now;
        say(nowNanos, new ClientMessage.SetMedia(now));
    }

    /** Makes, or renegotiates, its PeerConnection with the server. */
    void offerToServer(long nowNanos, String sdp) {
        if (joined == null || joined.mediaInstance() == null) {
            throw new AssertionError("there is no server to offer to");
        }
        throughServer = true;
        say(
                nowNanos,
                new ClientMessage.Offer(
                        ClientMessage.Targeted.SERVER,
                        joined.mediaInstance(),
                        sdp,
                        Map.of("0", SourceKind.MICROPHONE, "1", SourceKind.CAMERA)));
    }

    /** Says something again that the server has seen already. */
    void repeat(long nowNanos, ClientMessage message) {
        if (connection != null && connection.session != null) {
            loop.handle(nowNanos, 0, connection.session, connection, message, n);
        }
    }

    void serverRestarted(SignalingLoop fresh) {
        loop = fresh;
        connection = null;
    }

    String id() {
        if (joined == null) {
            throw new AssertionError("has not joined");
        }
        return joined.participant();
    }

    SessionKind kind() {
        if (joined == null) {
            throw new AssertionError("has not joined");
        }
        return joined.session();
    }

    @Nullable Problem closedWith() {
        return connection == null ? null : connection.closedWith;
    }

    private void take(ServerMessage message, long number) {
        if (message instanceof ServerMessage.Event) {
            if (number != seq + 1) {
                throw new AssertionError(name + " got number " + number + " after " + seq);
            }
            seq = number;
            events.add(message);
        }
        switch (message) {
            case ServerMessage.Joined answer -> {
                boolean sameProcess = joined != null && Objects.equals(joined.mediaInstance(), answer.mediaInstance());
                if (!sameProcess || answer.session() == SessionKind.NEW || !instance.equals(seenInstance)) {
                    throughServer = false;
                    slots = null;
                    layers = null;
                }
                joined = answer;
                topology = answer.topology();
                token = answer.resumeToken();
                roster.clear();
                answer.participants().forEach(participant -> roster.put(participant.id(), participant));
                if (answer.session() != SessionKind.RESUMED || !instance.equals(seenInstance)) {
                    seq = answer.seq();
                    n = answer.received();
                }
                seenInstance = instance;
            }
            case ServerMessage.ParticipantJoined(var participant) -> roster.put(participant.id(), participant);
            case ServerMessage.ParticipantUpdated(var participant) -> roster.put(participant.id(), participant);
            case ServerMessage.ParticipantLeft(var id, var _) -> roster.remove(id);
            case ServerMessage.Chat chat -> chats.add(chat.id());
            case ServerMessage.Refused(var problem, var re) -> {
                refusal = problem;
                refusedNumber = re;
            }
            case ServerMessage.TopologyChanged(var now) -> topology = now;
            case ServerMessage.Slots(var now) -> slots = now;
            case ServerMessage.Layers(var now) -> layers = now;
            case ServerMessage.Answer answer -> {
                if (answer.from().equals(ClientMessage.Targeted.SERVER)) {
                    answers.add(answer.sdp());
                }
            }
            case ServerMessage.Offer _, ServerMessage.Candidate _, ServerMessage.Pong _, ServerMessage.Closing _ -> {}
        }
    }

    private String seenInstance = "";
}
