package dev.stoa.client;

import dev.stoa.signaling.ErrorCode;
import dev.stoa.signaling.IceCandidate;
import dev.stoa.signaling.LeaveReason;
import dev.stoa.signaling.Media;
import dev.stoa.signaling.Participant;
import dev.stoa.signaling.Problem;
import dev.stoa.signaling.ServerMessage;
import dev.stoa.signaling.SessionKind;
import dev.stoa.signaling.Slot;
import dev.stoa.signaling.SourceKind;
import dev.stoa.signaling.Topology;
import dev.stoa.signaling.WantedLayers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what the server says. Members and message types that are not known are passed over. */
final class ServerMessageReader {
    /** @param seq 0 when it has none */
    record Numbered(ServerMessage message, long seq) {}

    private ServerMessageReader() {}

    /**
     * @return empty for a type of message that is not known
     * @throws IOException when it is no message
     */
    static Optional<Numbered> read(String text) throws IOException {
        var json = Json.parse(text);
        var message = message(json);
        return message == null
                ? Optional.empty()
                : Optional.of(new Numbered(message, json.find("seq", Long.class).orElse(0L)));
    }

    private static @Nullable ServerMessage message(Json json) throws IOException {
        return switch (json.text("type")) {
            case "joined" -> joined(json);
            case "pong" ->
                new ServerMessage.Pong(
                        json.find("t", Number.class).map(Number::doubleValue).orElse(null), json.number("received"));
            case "error" ->
                new ServerMessage.Refused(
                        problem(json), json.find("re", Long.class).orElse(null));
            case "closing" ->
                new ServerMessage.Closing(
                        problem(json), json.find("retryAfterMs", Long.class).orElse(null));
            case "participant-joined" -> new ServerMessage.ParticipantJoined(participant(json.object("participant")));
            case "participant-updated" -> new ServerMessage.ParticipantUpdated(participant(json.object("participant")));
            case "participant-left" ->
                new ServerMessage.ParticipantLeft(
                        json.text("participant"),
                        word(LeaveReason.values(), LeaveReason::wireName, json.text("reason")));
            case "offer" -> new ServerMessage.Offer(json.text("from"), json.text("sdp"), sources(json));
            case "answer" -> new ServerMessage.Answer(json.text("from"), json.text("sdp"), sources(json));
            case "candidate" -> new ServerMessage.Candidate(json.text("from"), candidate(json));
            case "topology" -> new ServerMessage.TopologyChanged(topology(json));
            case "slots" -> new ServerMessage.Slots(slots(json.object("slots")));
            case "layers" -> new ServerMessage.Layers(layers(json.object("layers")));
            case "chat" ->
                new ServerMessage.Chat(
                        json.text("from"), json.text("name"), json.text("id"), json.text("text"), json.number("at"));
            default -> null;
        };
    }

    private static ServerMessage joined(Json json) throws IOException {
        var participants = json.objects("participants");
        var others = new ArrayList<Participant>();
        for (var participant : participants) {
            others.add(participant(participant));
        }
        var limits = json.object("limits");
        var server = json.find("server", Json.class);
        return new ServerMessage.Joined(
                json.text("room"),
                json.text("participant"),
                json.text("name"),
                word(SessionKind.values(), SessionKind::wireName, json.text("session")),
                json.number("seq"),
                json.number("received"),
                json.text("resumeToken"),
                (int) json.number("resumeSeconds"),
                others,
                topology(json),
                server.isPresent() ? server.get().text("instance") : null,
                (int) limits.number("maxMessageBytes"),
                (int) limits.number("maxParticipants"));
    }

    private static Participant participant(Json json) throws IOException {
        var media = json.object("media");
        return new Participant(
                json.text("id"),
                json.text("name"),
                json.text("instance"),
                new Media(media.flag("microphone"), media.flag("camera"), media.flag("screen")),
                json.flag("connected"));
    }

    private static Topology topology(Json json) throws IOException {
        return word(Topology.values(), Topology::wireName, json.text("topology"));
    }

    private static Problem problem(Json json) throws IOException {
        return new Problem(
                word(ErrorCode.values(), ErrorCode::wireName, json.text("code")),
                json.text("message"),
                json.text("hint"));
    }

    private static Map<String, SourceKind> sources(Json json) throws IOException {
        var sources = new LinkedHashMap<String, SourceKind>();
        var object = json.object("sources");
        for (var mid : object.members().keySet()) {
            sources.put(mid, source(object.text(mid)));
        }
        return sources;
    }

    private static Map<String, Slot> slots(Json json) throws IOException {
        var slots = new LinkedHashMap<String, Slot>();
        for (var mid : json.members().keySet()) {
            var slot = json.object(mid);
            slots.put(mid, new Slot(slot.text("participant"), source(slot.text("source"))));
        }
        return slots;
    }

    private static Map<String, WantedLayers> layers(Json json) throws IOException {
        var layers = new LinkedHashMap<String, WantedLayers>();
        for (var mid : json.members().keySet()) {
            var wanted = json.object(mid);
            layers.put(
                    mid,
                    wanted.members().containsKey("rids")
                            ? new WantedLayers.Rids(wanted.texts("rids"))
                            : new WantedLayers.Spatial((int) wanted.number("spatial")));
        }
        return layers;
    }

    private static SourceKind source(String word) throws IOException {
        return word(SourceKind.values(), SourceKind::wireName, word);
    }

    /** Null for the end of candidates. */
    private static @Nullable IceCandidate candidate(Json json) throws IOException {
        var candidate = json.find("candidate", Json.class);
        if (candidate.isEmpty()) {
            return null;
        }
        var given = candidate.get();
        return new IceCandidate(
                given.text("candidate"),
                given.find("sdpMid", String.class).orElse(null),
                given.find("sdpMLineIndex", Long.class).map(Long::intValue).orElse(null),
                given.find("usernameFragment", String.class).orElse(null));
    }

    private static <T> T word(T[] values, Function<T, String> wireName, String word) throws IOException {
        for (var value : values) {
            if (wireName.apply(value).equals(word)) {
                return value;
            }
        }
        throw new IOException("not known: " + word);
    }
}
