package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The examples in test/fixtures/protocol, which the web client's tests read too, are what the Java code speaks. */
class ProtocolFixturesTest {
    private static final Path FIXTURES = Path.of(System.getProperty("stoa.root", "../.."), "test/fixtures/protocol");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, Class<? extends ClientMessage>> CLIENT_TYPES = Map.of(
            "join", ClientMessage.Join.class,
            "leave", ClientMessage.Leave.class,
            "rename", ClientMessage.Rename.class,
            "media", ClientMessage.SetMedia.class,
            "view", ClientMessage.View.class,
            "offer", ClientMessage.Offer.class,
            "answer", ClientMessage.Answer.class,
            "candidate", ClientMessage.Candidate.class,
            "chat", ClientMessage.Chat.class,
            "ping", ClientMessage.Ping.class);

    @TestFactory
    Stream<DynamicTest> everyClientExampleIsRead() throws IOException {
        return files("client").stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    var text = Files.readString(file);
                    var json = MAPPER.readTree(text);
                    var read = assertInstanceOf(ClientMessageReader.Result.Message.class, read(text));
                    assertEquals(
                            CLIENT_TYPES.get(json.get("type").asText()),
                            read.message().getClass());
                    assertEquals(json.path("n").asLong(0), read.n());
                    if (read.message() instanceof ClientMessage.Join join) {
                        assertEquals(TopologyWish.of(json.path("topology").asText("auto")), join.topology());
                    }
                    if (read.message() instanceof ClientMessage.Offer offer) {
                        assertEquals(json.get("sdp").asText(), offer.sdp());
                        assertEquals(json.get("sources").size(), offer.sources().size());
                    }
                    if (read.message() instanceof ClientMessage.View(var slots)) {
                        assertEquals(views(json.get("slots")), slots);
                    }
                    if (read.message() instanceof ClientMessage.Candidate candidate && candidate.candidate() != null) {
                        assertEquals(
                                json.get("candidate").get("candidate").asText(),
                                candidate.candidate().candidate());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyServerExampleIsWritten() throws IOException {
        return files("server").stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    var json = MAPPER.readTree(Files.readString(file));
                    var outgoing = new Outgoing(messageOf(json));
                    assertEquals(
                            json,
                            MAPPER.readTree(outgoing.utf8(
                                    isEvent(json) ? json.get("seq").asLong() : 0)));
                }));
    }

    private static boolean isEvent(JsonNode json) {
        return json.has("seq") && !json.get("type").asText().equals("joined");
    }

    private static List<Path> files(String side) throws IOException {
        try (var files = Files.list(FIXTURES.resolve(side))) {
            var all = new ArrayList<>(files.sorted().toList());
            assertTrue(all.size() >= 9, () -> "examples in " + FIXTURES.toAbsolutePath());
            return all;
        }
    }

    private static ServerMessage messageOf(JsonNode json) {
        var from = json.path("from").asText();
        return switch (json.get("type").asText()) {
            case "joined" ->
                new ServerMessage.Joined(
                        json.get("room").asText(),
                        json.get("participant").asText(),
                        json.get("name").asText(),
                        sessionKind(json.get("session").asText()),
                        json.get("seq").asLong(),
                        json.get("received").asLong(),
                        json.get("resumeToken").asText(),
                        json.get("resumeSeconds").asInt(),
                        json.get("participants")
                                .valueStream()
                                .map(ProtocolFixturesTest::participant)
                                .toList(),
                        topology(json),
                        json.path("server").path("instance").asText(null),
                        json.get("limits").get("maxMessageBytes").asInt(),
                        json.get("limits").get("maxParticipants").asInt());
            case "pong" ->
                new ServerMessage.Pong(
                        json.has("t") ? json.get("t").asDouble() : null,
                        json.get("received").asLong());
            case "error" ->
                new ServerMessage.Refused(
                        problem(json), json.has("re") ? json.get("re").asLong() : null);
            case "closing" ->
                new ServerMessage.Closing(
                        problem(json),
                        json.has("retryAfterMs") ? json.get("retryAfterMs").asLong() : null);
            case "participant-joined" -> new ServerMessage.ParticipantJoined(participant(json.get("participant")));
            case "participant-updated" -> new ServerMessage.ParticipantUpdated(participant(json.get("participant")));
            case "participant-left" ->
                new ServerMessage.ParticipantLeft(
                        json.get("participant").asText(),
                        leaveReason(json.get("reason").asText()));
            case "offer" -> new ServerMessage.Offer(from, json.get("sdp").asText(), sources(json.get("sources")));
            case "answer" -> new ServerMessage.Answer(from, json.get("sdp").asText(), sources(json.get("sources")));
            case "candidate" -> new ServerMessage.Candidate(from, candidate(json.get("candidate")));
            case "topology" -> new ServerMessage.TopologyChanged(topology(json));
            case "slots" -> new ServerMessage.Slots(slots(json.get("slots")));
            case "layers" -> new ServerMessage.Layers(layers(json.get("layers")));
            case "chat" ->
                new ServerMessage.Chat(
                        from,
                        json.get("name").asText(),
                        json.get("id").asText(),
                        json.get("text").asText(),
                        json.get("at").asLong());
            default -> throw new AssertionError("no such type: " + json.get("type"));
        };
    }

    private static Participant participant(JsonNode json) {
        var media = json.get("media");
        return new Participant(
                json.get("id").asText(),
                json.get("name").asText(),
                json.get("instance").asText(),
                new Media(
                        media.get("microphone").asBoolean(),
                        media.get("camera").asBoolean(),
                        media.get("screen").asBoolean()),
                json.get("connected").asBoolean());
    }

    private static Topology topology(JsonNode json) {
        return Stream.of(Topology.values())
                .filter(topology ->
                        topology.wireName().equals(json.get("topology").asText()))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Slot> slots(JsonNode json) {
        var slots = new LinkedHashMap<String, Slot>();
        json.properties()
                .forEach(entry -> slots.put(
                        entry.getKey(),
                        new Slot(
                                entry.getValue().get("participant").asText(),
                                sourceKind(entry.getValue().get("source")))));
        return slots;
    }

    private static Map<String, WantedLayers> layers(JsonNode json) {
        var layers = new LinkedHashMap<String, WantedLayers>();
        json.properties()
                .forEach(entry -> layers.put(
                        entry.getKey(),
                        entry.getValue().has("rids")
                                ? new WantedLayers.Rids(entry.getValue()
                                        .get("rids")
                                        .valueStream()
                                        .map(JsonNode::asText)
                                        .toList())
                                : new WantedLayers.Spatial(
                                        entry.getValue().get("spatial").asInt())));
        return layers;
    }

    private static Map<String, ViewSize> views(JsonNode json) {
        var views = new LinkedHashMap<String, ViewSize>();
        json.properties()
                .forEach(entry -> views.put(
                        entry.getKey(),
                        new ViewSize(
                                entry.getValue().get("width").asInt(),
                                entry.getValue().get("height").asInt())));
        return views;
    }

    private static Map<String, SourceKind> sources(JsonNode json) {
        var sources = new LinkedHashMap<String, SourceKind>();
        json.properties().forEach(entry -> sources.put(entry.getKey(), sourceKind(entry.getValue())));
        return sources;
    }

    private static SourceKind sourceKind(JsonNode json) {
        return Stream.of(SourceKind.values())
                .filter(kind -> kind.wireName().equals(json.asText()))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable IceCandidate candidate(JsonNode json) {
        return json.isNull()
                ? null
                : new IceCandidate(
                        json.get("candidate").asText(),
                        json.path("sdpMid").asText(null),
                        json.path("sdpMLineIndex").isInt()
                                ? json.get("sdpMLineIndex").asInt()
                                : null,
                        json.path("usernameFragment").asText(null));
    }

    private static Problem problem(JsonNode json) {
        for (var code : ErrorCode.values()) {
            if (code.wireName().equals(json.get("code").asText())) {
                return new Problem(
                        code, json.get("message").asText(), json.get("hint").asText());
            }
        }
        throw new AssertionError("no such code: " + json.get("code"));
    }

    private static SessionKind sessionKind(String wireName) {
        return Stream.of(SessionKind.values())
                .filter(kind -> kind.wireName().equals(wireName))
                .findFirst()
                .orElseThrow();
    }

    private static LeaveReason leaveReason(String wireName) {
        return Stream.of(LeaveReason.values())
                .filter(reason -> reason.wireName().equals(wireName))
                .findFirst()
                .orElseThrow();
    }

    private static ClientMessageReader.Result read(String text) {
        return ClientMessageReader.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
