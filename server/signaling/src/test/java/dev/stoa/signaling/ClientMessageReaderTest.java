package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientMessageReaderTest {
    private static final String JOIN =
            "{\"type\":\"join\",\"version\":1,\"room\":%s,\"name\":\"Anna\",\"instance\":\"i-1\"}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "42",
                "{",
                "{\"type\":\"leave\"",
                "{\"type\":\"leave\"} x",
                "{\"type\":\"leave\"}{}",
                "{\"type\":\"leave\",\"type\":\"leave\"}",
                "{\"type\":\"leave\",\"other\":1,\"other\":2}",
                "{\"type\":\"media\",\"media\":{\"camera\":true,\"camera\":false}}",
                "{\"type\":7}",
                "{}",
                "{\"type\":\"ping\",\"t\":\"now\"}",
                "{\"type\":\"ping\",\"seq\":-1}",
                "{\"type\":\"ping\",\"seq\":9007199254740993}",
                "{\"type\":\"ping\",\"seq\":1e3}",
                "{\"type\":\"ping\",\"seq\":99999999999999999999999999}",
                "{\"type\":\"media\",\"media\":{\"camera\":\"yes\"}}",
                "{\"type\":\"media\",\"media\":true}",
                "{\"type\":\"offer\",\"to\":\"p\",\"instance\":\"i\"}",
                "{\"type\":\"join\",\"version\":1,\"topology\":\"mcu\"}",
                "{\"type\":\"join\",\"version\":1,\"topology\":null}",
                "{\"type\":\"offer\",\"to\":\"p\",\"instance\":\"i\",\"sdp\":\"v=0\",\"sources\":{\"0\":\"webcam\"}}",
                "{\"type\":\"candidate\",\"to\":\"p\",\"instance\":\"i\"}",
                "{\"type\":\"candidate\",\"to\":\"p\",\"instance\":\"i\",\"candidate\":{}}",
                "{\"type\":\"candidate\",\"to\":\"p\",\"instance\":\"i\",\"candidate\":\"candidate:1\"}",
                "{\"type\":\"chat\",\"id\":\"c\",\"text\":\"  \"}",
                "{\"type\":\"view\"}",
                "{\"type\":\"view\",\"slots\":[]}",
                "{\"type\":\"view\",\"slots\":{\"5\":\"large\"}}",
                "{\"type\":\"view\",\"slots\":{\"5\":{\"width\":320}}}",
                "{\"type\":\"view\",\"slots\":{\"5\":{\"width\":320,\"height\":180.5}}}",
                "{\"type\":\"view\",\"slots\":{\"5\":{\"width\":-1,\"height\":180}}}",
                "{\"type\":\"view\",\"slots\":{\"5\":{\"width\":320,\"height\":16385}}}",
                "{\"type\":\"view\",\"slots\":{\"5\":{\"width\":1,\"height\":1},\"5\":{\"width\":2,\"height\":2}}}",
                "{\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}",
            })
    void badMessagesAreRefusedWithAReason(String text) {
        var bad = assertInstanceOf(ClientMessageReader.Result.Bad.class, read(text));
        assertEquals(ErrorCode.BAD_MESSAGE, bad.problem().code());
        assertFalse(bad.problem().message().isBlank());
        assertFalse(bad.problem().hint().isBlank());
    }

    @ParameterizedTest
    @CsvSource({
        "sdp, 48001, '{\"type\":\"offer\",\"to\":\"p\",\"instance\":\"i\",\"sources\":{},\"sdp\":\"%s\"}'",
        "to, 65, '{\"type\":\"offer\",\"instance\":\"i\",\"sdp\":\"v=0\",\"to\":\"%s\"}'",
        "text, 4001, '{\"type\":\"chat\",\"id\":\"c\",\"text\":\"%s\"}'",
        "candidate, 1025, '{\"type\":\"candidate\",\"to\":\"p\",\"instance\":\"i\",\"candidate\":{\"candidate\":\"%s\"}}'",
    })
    void membersHaveALargestLength(String member, int tooLong, String message) {
        var longest = message.formatted("x".repeat(tooLong - 1));
        var longer = message.formatted("x".repeat(tooLong));
        assertInstanceOf(ClientMessageReader.Result.Message.class, read(longest));
        var bad = assertInstanceOf(ClientMessageReader.Result.Bad.class, read(longer));
        assertTrue(bad.problem().message().contains(member), bad.problem().message());
    }

    @Test
    void aViewNamesAtMost64Slots() {
        assertInstanceOf(ClientMessageReader.Result.Message.class, read(view(64)));
        assertEquals(ErrorCode.BAD_MESSAGE, codeOf(view(65)));
    }

    private static String view(int slots) {
        return IntStream.range(0, slots)
                .mapToObj(mid -> "\"" + mid + "\":{\"width\":16384,\"height\":0}")
                .collect(Collectors.joining(",", "{\"type\":\"view\",\"slots\":{", "}}"));
    }

    @Test
    void aRefusalNamesTheMessage() {
        var bad = assertInstanceOf(
                ClientMessageReader.Result.Bad.class, read("{\"n\":7,\"type\":\"chat\",\"id\":\"c\",\"text\":\"\"}"));
        assertEquals(7L, bad.n());
    }

    @Test
    void anUnknownTypeAndAnotherVersionHaveTheirOwnCodes() {
        assertEquals(ErrorCode.UNKNOWN_TYPE, codeOf("{\"type\":\"teleport\"}"));
        assertEquals(ErrorCode.VERSION_UNSUPPORTED, codeOf("{\"type\":\"join\",\"version\":2}"));
    }

    @Test
    void unknownMembersAreIgnored() {
        var read = read("{\"from\":\"p-somebody\",\"type\":\"offer\",\"to\":\"p\",\"instance\":\"i\",\"sdp\":\"v=0\","
                + "\"sources\":{\"0\":\"camera\"},\"future\":{\"a\":[1,{\"b\":2}]}}");
        assertEquals(
                new ClientMessageReader.Result.Message(
                        new ClientMessage.Offer("p", "i", "v=0", Map.of("0", SourceKind.CAMERA)), 0),
                read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agora", "Στοά", "部屋 1", "غرفة", "कमरा", "🏛️ room", "a/b?c#d", "%2e%2e", "<b>"})
    void roomNamesOfEveryScriptAreTaken(String name) {
        var read = read(JOIN.formatted('"' + name + '"'));
        var message = assertInstanceOf(ClientMessageReader.Result.Message.class, read);
        assertEquals(
                name,
                assertInstanceOf(ClientMessage.Join.class, message.message()).room());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "a\\u0000b", "a\\nb", "\\u202Egnp", "\\ud800", "\\u200b"})
    void roomNamesThatCannotBeShownAreRefused(String name) {
        assertEquals(ErrorCode.ROOM_NAME_INVALID, codeOf(JOIN.formatted('"' + name + '"')));
    }

    @Test
    void aRoomNameOfTenKilobytesIsRefused() {
        assertEquals(ErrorCode.ROOM_NAME_INVALID, codeOf(JOIN.formatted('"' + "x".repeat(10_240) + '"')));
    }

    /** Random damage to real messages: an answer or a message, never an exception. */
    @Test
    void damagedMessagesNeverThrow() {
        var random = new Random(20261123);
        var message =
                "{\"type\":\"offer\",\"n\":12,\"to\":\"p-1\",\"instance\":\"i-1\",\"sdp\":\"v=0\\r\\no=- 1 1 IN IP4 0\","
                        + "\"sources\":{\"0\":\"microphone\",\"1\":\"camera\"},\"candidate\":{\"candidate\":\"c\",\"sdpMid\":null}}";
        for (int i = 0; i < 20_000; i++) {
            var damaged = new StringBuilder(message);
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                int at = random.nextInt(damaged.length());
                switch (random.nextInt(3)) {
                    case 0 -> damaged.deleteCharAt(at);
                    case 1 -> damaged.insert(at, "{}[]\",:\\0e-".charAt(random.nextInt(11)));
                    default -> damaged.setCharAt(at, (char) random.nextInt(0x10000));
                }
            }
            switch (read(damaged.toString())) {
                case ClientMessageReader.Result.Message(var read, var _) -> assertInstanceOf(ClientMessage.class, read);
                case ClientMessageReader.Result.Bad(var problem, var _) ->
                    assertFalse(problem.message().isBlank());
            }
        }
    }

    private static ErrorCode codeOf(String text) {
        return assertInstanceOf(ClientMessageReader.Result.Bad.class, read(text))
                .problem()
                .code();
    }

    private static ClientMessageReader.Result read(String text) {
        return ClientMessageReader.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
