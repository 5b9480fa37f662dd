package dev.stoa.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stoa.signaling.ClientMessageReader;
import dev.stoa.signaling.ServerMessage;
import dev.stoa.signaling.Slot;
import dev.stoa.signaling.SourceKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples in test/fixtures/protocol, which the server and the web client read too. */
class ProtocolFixturesTest {
    private static final Path FIXTURES = Path.of(System.getProperty("stoa.root", "../.."), "test/fixtures/protocol");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, Class<? extends ServerMessage>> SERVER_TYPES = Map.ofEntries(
            Map.entry("joined", ServerMessage.Joined.class),
            Map.entry("pong", ServerMessage.Pong.class),
            Map.entry("error", ServerMessage.Refused.class),
            Map.entry("closing", ServerMessage.Closing.class),
            Map.entry("participant-joined", ServerMessage.ParticipantJoined.class),
            Map.entry("participant-updated", ServerMessage.ParticipantUpdated.class),
            Map.entry("participant-left", ServerMessage.ParticipantLeft.class),
            Map.entry("offer", ServerMessage.Offer.class),
            Map.entry("answer", ServerMessage.Answer.class),
            Map.entry("candidate", ServerMessage.Candidate.class),
            Map.entry("topology", ServerMessage.TopologyChanged.class),
            Map.entry("slots", ServerMessage.Slots.class),
            Map.entry("layers", ServerMessage.Layers.class),
            Map.entry("chat", ServerMessage.Chat.class));

    /** What the server has read of an example is written as the example. */
    @TestFactory
    Stream<DynamicTest> everyClientExampleIsWritten() throws IOException {
        return each("client", example -> {
            var read = assertInstanceOf(
                    ClientMessageReader.Result.Message.class,
                    ClientMessageReader.read(example.toString().getBytes(StandardCharsets.UTF_8)));
            assertEquals(example, MAPPER.readTree(ClientMessageWriter.write(read.message(), read.n())));
        });
    }

    @TestFactory
    Stream<DynamicTest> everyServerExampleIsRead() throws IOException {
        return each("server", example -> {
            var read = ServerMessageReader.read(example.toString()).orElseThrow();
            assertEquals(
                    SERVER_TYPES.get(example.get("type").asText()),
                    read.message().getClass());
            assertEquals(example.path("seq").asLong(0), read.seq());
        });
    }

    @Test
    void slotsAreReadByMid() throws IOException {
        var read = ServerMessageReader.read(Files.readString(FIXTURES.resolve("server/slots.json")));
        var slots = assertInstanceOf(
                        ServerMessage.Slots.class, read.orElseThrow().message())
                .slots();
        assertEquals(new Slot("p-8sLc3nHy5Jd0Ga6P", SourceKind.MICROPHONE), slots.get("2"));
        assertEquals(List.of("2", "3", "5", "6"), List.copyOf(slots.keySet()));
    }

    @Test
    void whoWasThereIsRead() throws IOException {
        var read = ServerMessageReader.read(Files.readString(FIXTURES.resolve("server/joined-resumed.json")));
        var joined =
                assertInstanceOf(ServerMessage.Joined.class, read.orElseThrow().message());
        assertEquals("Bruno", joined.participants().getFirst().name());
        assertTrue(joined.participants().getFirst().media().camera());
        assertTrue(!joined.participants().getFirst().media().screen());
    }

    @Test
    void aTypeOfALaterVersionIsPassedOver() throws IOException {
        assertTrue(ServerMessageReader.read("{\"type\":\"weather\",\"seq\":3,\"more\":[{},null]}")
                .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"type\":\"slots\"",
                "{\"type\":\"slots\"}",
                "{\"type\":\"slots\",\"slots\":[]}",
                "{\"type\":\"slots\",\"slots\":{\"1\":{\"participant\":\"p\",\"source\":\"smell\"}}}",
                "{\"type\":\"topology\",\"topology\":7}",
                "{\"type\":\"topology\",\"topology\":\"mesh\",\"topology\":\"sfu\"}",
                "{\"no\":\"type\"}"
            })
    void whatIsNoMessageIsRefused(String text) {
        assertThrows(IOException.class, () -> ServerMessageReader.read(text));
    }

    private interface Check {
        void run(JsonNode example) throws IOException;
    }

    private static Stream<DynamicTest> each(String side, Check check) throws IOException {
        try (var files = Files.list(FIXTURES.resolve(side))) {
            var all = files.sorted().toList();
            assertTrue(all.size() >= 9, () -> "examples in " + FIXTURES.toAbsolutePath());
            return all.stream()
                    .map(file -> DynamicTest.dynamicTest(
                            file.getFileName().toString(), () -> check.run(MAPPER.readTree(Files.readString(file)))));
        }
    }
}
