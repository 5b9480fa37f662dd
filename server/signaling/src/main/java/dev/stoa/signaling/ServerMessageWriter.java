package dev.stoa.signaling;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a server message as the text of the own protocol. */
public final class ServerMessageWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 512;

    /** What escapes add to a description: each of its line ends becomes four bytes. */
    private static final double ESCAPED = 1.15;

    private static final int SLOT_BYTES = 64;

    private ServerMessageWriter() {}

    /** Writes {@code message} in UTF-8; an event is complete only with its number, see {@link #numbered}. */
    static byte[] write(ServerMessage message) {
        var bytes = new ByteArrayOutputStream(expectedBytes(message));
        try (var g = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
            g.writeStartObject();
            write(g, message);
            g.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does no I/O", e);
        }
        return bytes.toByteArray();
    }

    private static int expectedBytes(ServerMessage message) {
        return switch (message) {
            case ServerMessage.Offer offer ->
                USUAL_BYTES + (int) (ESCAPED * offer.sdp().length());
            case ServerMessage.Answer answer ->
                USUAL_BYTES + (int) (ESCAPED * answer.sdp().length());
            case ServerMessage.Slots(var slots) -> USUAL_BYTES + SLOT_BYTES * slots.size();
            default -> USUAL_BYTES;
        };
    }

    /** Puts {@code seq} into an event's text, so that one text serves all receivers of a broadcast. */
    static byte[] numbered(byte[] event, long seq) {
        var head = ("{\"seq\":" + seq + ",").getBytes(StandardCharsets.US_ASCII);
        var numbered = Arrays.copyOf(head, head.length + event.length - 1);
        System.arraycopy(event, 1, numbered, head.length, event.length - 1);
        return numbered;
    }

    private static void write(JsonGenerator g, ServerMessage message) throws IOException {
        switch (message) {
            case ServerMessage.Joined joined -> joined(g, joined);
            case ServerMessage.Pong(var t, var received) -> {
                type(g, "pong");
                if (t != null) {
                    number(g, "t", t);
                }
                g.writeNumberField("received", received);
            }
            case ServerMessage.Refused(var problem, var re) -> {
                type(g, "error");
                problem(g, problem);
                if (re != null) {
                    g.writeNumberField("re", re);
                }
            }
            case ServerMessage.Closing(var problem, var retryAfterMs) -> {
                type(g, "closing");
                problem(g, problem);
                if (retryAfterMs != null) {
                    g.writeNumberField("retryAfterMs", retryAfterMs);
                }
            }
            case ServerMessage.ParticipantJoined(var participant) -> {
                type(g, "participant-joined");
                g.writeFieldName("participant");
                participant(g, participant);
            }
            case ServerMessage.ParticipantUpdated(var participant) -> {
                type(g, "participant-updated");
                g.writeFieldName("participant");
                participant(g, participant);
            }
            case ServerMessage.ParticipantLeft(var participant, var reason) -> {
                type(g, "participant-left");
                g.writeStringField("participant", participant);
                g.writeStringField("reason", reason.wireName());
            }
            case ServerMessage.Offer(var from, var sdp, var sources) -> description(g, "offer", from, sdp, sources);
            case ServerMessage.Answer(var from, var sdp, var sources) -> description(g, "answer", from, sdp, sources);
            case ServerMessage.Candidate(var from, var candidate) -> {
                type(g, "candidate");
                g.writeStringField("from", from);
                candidate(g, candidate);
            }
            case ServerMessage.TopologyChanged(var topology) -> {
                type(g, "topology");
                g.writeStringField("topology", topology.wireName());
            }
            case ServerMessage.Slots(var slots) -> slots(g, slots);
            case ServerMessage.Layers(var layers) -> layers(g, layers);
            case ServerMessage.Chat(var from, var name, var id, var text, var at) -> {
                type(g, "chat");
                g.writeStringField("from", from);
                g.writeStringField("name", name);
                g.writeStringField("id", id);
                g.writeStringField("text", text);
                g.writeNumberField("at", at);
            }
        }
    }

    private static void type(JsonGenerator g, String type) throws IOException {
        g.writeStringField("type", type);
    }

    private static void joined(JsonGenerator g, ServerMessage.Joined joined) throws IOException {
        type(g, "joined");
        g.writeNumberField("version", ClientMessageReader.VERSION);
        g.writeStringField("room", joined.room());
        g.writeStringField("participant", joined.participant());
        g.writeStringField("name", joined.name());
        g.writeStringField("session", joined.session().wireName());
        g.writeNumberField("seq", joined.seq());
        g.writeNumberField("received", joined.received());
        g.writeStringField("resumeToken", joined.resumeToken());
        g.writeNumberField("resumeSeconds", joined.resumeSeconds());
        g.writeArrayFieldStart("participants");
        for (var participant : joined.participants()) {
            participant(g, participant);
        }
        g.writeEndArray();
        g.writeStringField("topology", joined.topology().wireName());
        if (joined.mediaInstance() != null) {
            g.writeObjectFieldStart("server");
            g.writeStringField("instance", joined.mediaInstance());
            g.writeEndObject();
        }
        g.writeObjectFieldStart("limits");
        g.writeNumberField("maxMessageBytes", joined.maxMessageBytes());
        g.writeNumberField("maxParticipants", joined.maxParticipants());
        g.writeEndObject();
    }

    private static void participant(JsonGenerator g, Participant participant) throws IOException {
        g.writeStartObject();
        g.writeStringField("id", participant.id());
        g.writeStringField("name", participant.name());
        g.writeStringField("instance", participant.instance());
        g.writeObjectFieldStart("media");
        g.writeBooleanField("microphone", participant.media().microphone());
        g.writeBooleanField("camera", participant.media().camera());
        g.writeBooleanField("screen", participant.media().screen());
        g.writeEndObject();
        g.writeBooleanField("connected", participant.connected());
        g.writeEndObject();
    }

    private static void description(
            JsonGenerator g, String type, String from, String sdp, Map<String, SourceKind> sources) throws IOException {
        type(g, type);
        g.writeStringField("from", from);
        g.writeStringField("sdp", sdp);
        g.writeObjectFieldStart("sources");
        for (var source : sources.entrySet()) {
            g.writeStringField(source.getKey(), source.getValue().wireName());
        }
        g.writeEndObject();
    }

    private static void slots(JsonGenerator g, Map<String, Slot> slots) throws IOException {
        type(g, "slots");
        g.writeObjectFieldStart("slots");
        for (var slot : slots.entrySet()) {
            g.writeObjectFieldStart(slot.getKey());
            g.writeStringField("participant", slot.getValue().participant());
            g.writeStringField("source", slot.getValue().source().wireName());
            g.writeEndObject();
        }
        g.writeEndObject();
    }

    private static void layers(JsonGenerator g, Map<String, WantedLayers> layers) throws IOException {
        type(g, "layers");
        g.writeObjectFieldStart("layers");
        for (var wanted : layers.entrySet()) {
            g.writeObjectFieldStart(wanted.getKey());
            switch (wanted.getValue()) {
                case WantedLayers.Rids(var rids) -> {
                    g.writeArrayFieldStart("rids");
                    for (var rid : rids) {
                        g.writeString(rid);
                    }
                    g.writeEndArray();
                }
                case WantedLayers.Spatial(var count) -> g.writeNumberField("spatial", count);
            }
            g.writeEndObject();
        }
        g.writeEndObject();
    }

    private static void candidate(JsonGenerator g, @Nullable IceCandidate candidate) throws IOException {
        g.writeFieldName("candidate");
        if (candidate == null) {
            g.writeNull();
            return;
        }
        g.writeStartObject();
        g.writeStringField("candidate", candidate.candidate());
        g.writeStringField("sdpMid", candidate.sdpMid());
        g.writeFieldName("sdpMLineIndex");
        if (candidate.sdpMLineIndex() == null) {
            g.writeNull();
        } else {
            g.writeNumber(candidate.sdpMLineIndex());
        }
        g.writeStringField("usernameFragment", candidate.usernameFragment());
        g.writeEndObject();
    }

    private static void problem(JsonGenerator g, Problem problem) throws IOException {
        g.writeStringField("code", problem.code().wireName());
        g.writeStringField("message", problem.message());
        g.writeStringField("hint", problem.hint());
    }

    /** Gives a whole number back as it came, without a fraction. */
    private static void number(JsonGenerator g, String field, double value) throws IOException {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            g.writeNumberField(field, (long) value);
        } else {
            g.writeNumberField(field, value);
        }
    }
}
