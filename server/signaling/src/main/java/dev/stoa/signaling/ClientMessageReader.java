package dev.stoa.signaling;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one client message from its text. Everything a message may hold is checked here, so that the rest of the house
 * sees only valid records: what is wrong comes back as a {@link Problem}, never as an exception.
 */
public final class ClientMessageReader {
    public static final int VERSION = 1;
    private static final int MAX_SDP = 48_000;
    private static final int MAX_ID = 64;
    private static final int MAX_SOURCES = 32;
    private static final int MAX_VIEWS = 64;
    private static final int MAX_CHAT = 4_000;
    private static final int MAX_TOKEN = 2_048;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxNumberLength(32)
                    .maxNameLength(128)
                    .maxStringLength(1 << 20)
                    .build())
            .build();

    private ClientMessageReader() {}

    /** What came of reading. */
    public sealed interface Result {
        /** @param n the client's number of the message, or 0 when it carries none */
        record Message(ClientMessage message, long n) implements Result {}

        /** @param n the number of the refused message, if it could be read */
        record Bad(Problem problem, @Nullable Long n) implements Result {}
    }

    /** Reads a message from its text in UTF-8; its length is the caller's to limit. */
    public static Result read(byte[] utf8) {
        var draft = new Draft();
        try (var parser = JSON.createParser(utf8)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Refusal("A message is one JSON object.");
            }
            draft.read(parser);
            if (parser.nextToken() != null) {
                throw new Refusal("There is something after the JSON object.");
            }
            return new Result.Message(draft.toMessage(), draft.n);
        } catch (Refusal refusal) {
            return new Result.Bad(refusal.problem, draft.n > 0 ? draft.n : null);
        } catch (JacksonException e) {
            return new Result.Bad(badMessage("This is not valid JSON: " + firstLine(e)), null);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory does no I/O", e);
        }
    }

    private static String firstLine(JacksonException e) {
        var line = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
        return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    }

    private static Problem badMessage(String message) {
        return new Problem(
                ErrorCode.BAD_MESSAGE,
                message,
                "See docs/PROTOCOL.md for the members of each message and their types.");
    }

    /** Ends reading; carries no stack, since it is an answer and not a fault. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        Refusal(String message) {
            this(badMessage(message));
        }

        Refusal(Problem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }
    }

    /** The members seen so far, whatever the type will turn out to be: {@code type} need not come first. */
    private static final class Draft {
        private long n;
        private @Nullable String type;
        private @Nullable Long version;
        private @Nullable String room;
        private @Nullable String name;
        private @Nullable String instance;
        private @Nullable String token;
        private @Nullable String to;
        private @Nullable String sdp;
        private @Nullable String id;
        private @Nullable String text;
        private @Nullable Double t;
        private @Nullable Long seq;
        private @Nullable Media media;
        private @Nullable TopologyWish topology;
        private ClientMessage.@Nullable Resume resume;
        private @Nullable Map<String, SourceKind> sources;
        private @Nullable Map<String, ViewSize> slots;
        private boolean hasCandidate;
        private @Nullable IceCandidate candidate;

        void read(JsonParser p) throws IOException, Refusal {
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                var field = p.currentName();
                p.nextToken();
                switch (field) {
                    case "type" -> type = string(p, field, MAX_ID);
                    case "n" -> n = positive(p, field);
                    case "version" -> version = positive(p, field);
                    case "room" -> room = string(p, field, Integer.MAX_VALUE);
                    case "name" -> name = string(p, field, Integer.MAX_VALUE);
                    case "instance" -> instance = string(p, field, MAX_ID);
                    case "token" -> token = string(p, field, MAX_TOKEN);
                    case "to" -> to = string(p, field, MAX_ID);
                    case "sdp" -> sdp = string(p, field, MAX_SDP);
                    case "id" -> id = string(p, field, MAX_ID);
                    case "text" -> text = string(p, field, Integer.MAX_VALUE);
                    case "t" -> t = number(p, field);
                    case "seq" -> seq = positive(p, field);
                    case "media" -> media = media(p);
                    case "topology" -> topology = topology(p);
                    case "resume" -> resume = resume(p);
                    case "sources" -> sources = sources(p);
                    case "slots" -> slots = views(p);
                    case "candidate" -> {
                        hasCandidate = true;
                        candidate = candidate(p);
                    }
                    default -> p.skipChildren();
                }
            }
        }

        ClientMessage toMessage() throws Refusal {
            return switch (need(type, "type")) {
                case "join" -> join();
                case "leave" -> new ClientMessage.Leave();
                case "rename" -> new ClientMessage.Rename(participantName());
                case "media" -> new ClientMessage.SetMedia(need(media, "media"));
                case "view" -> new ClientMessage.View(need(slots, "slots"));
                case "offer" ->
                    new ClientMessage.Offer(
                            need(to, "to"), need(instance, "instance"), need(sdp, "sdp"), sourcesOrNone());
                case "answer" ->
                    new ClientMessage.Answer(
                            need(to, "to"), need(instance, "instance"), need(sdp, "sdp"), sourcesOrNone());
                case "candidate" -> {
                    if (!hasCandidate) {
                        throw missing("candidate");
                    }
                    yield new ClientMessage.Candidate(need(to, "to"), need(instance, "instance"), candidate);
                }
                case "chat" -> new ClientMessage.Chat(need(id, "id"), chatText());
                case "ping" -> new ClientMessage.Ping(t, seq);
                default ->
                    throw new Refusal(
                            new Problem(
                                    ErrorCode.UNKNOWN_TYPE,
                                    "There is no message of this type.",
                                    "The types are join, leave, rename, media, view, offer, answer, candidate, chat and ping."));
            };
        }

        private ClientMessage join() throws Refusal {
            if (need(version, "version") != VERSION) {
                throw new Refusal(new Problem(
                        ErrorCode.VERSION_UNSUPPORTED,
                        "This server speaks version " + VERSION + " of the protocol.",
                        "Reload the page, or update the client."));
            }
            var roomName = Names.normalise(need(room, "room"));
            if (roomName == null) {
                throw new Refusal(nameProblem(ErrorCode.ROOM_NAME_INVALID, "room name"));
            }
            return new ClientMessage.Join(
                    roomName,
                    participantName(),
                    need(instance, "instance"),
                    media == null ? Media.NONE : media,
                    topology == null ? TopologyWish.AUTO : topology,
                    token,
                    resume);
        }

        private String participantName() throws Refusal {
            var normal = Names.normalise(need(name, "name"));
            if (normal == null) {
                throw new Refusal(nameProblem(ErrorCode.NAME_INVALID, "name"));
            }
            return normal;
        }

        private String chatText() throws Refusal {
            var words = need(text, "text");
            if (words.isBlank() || words.codePointCount(0, words.length()) > MAX_CHAT) {
                throw new Refusal("text has 1 to " + MAX_CHAT + " characters.");
            }
            return words;
        }

        private Map<String, SourceKind> sourcesOrNone() {
            return sources == null ? Map.of() : sources;
        }
    }

    private static Problem nameProblem(ErrorCode code, String what) {
        return new Problem(
                code,
                "This " + what + " cannot be used.",
                "A " + what + " has 1 to " + Names.MAX_CODE_POINTS
                        + " characters of any script, without control characters.");
    }

    private static <T> T need(@Nullable T value, String field) throws Refusal {
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    private static Refusal missing(String field) {
        return new Refusal(field + " is missing.");
    }

    private static String string(JsonParser p, String field, int maxLength) throws IOException, Refusal {
        if (p.currentToken() != JsonToken.VALUE_STRING) {
            throw new Refusal(field + " is a string.");
        }
        var value = p.getText();
        if (value.length() > maxLength) {
            throw new Refusal(field + " has at most " + maxLength + " characters.");
        }
        return value;
    }

    private static long positive(JsonParser p, String field) throws IOException, Refusal {
        if (p.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new Refusal(field + " is a whole number.");
        }
        long value = p.getLongValue();
        if (value < 0 || value > 1L << 53) {
            throw new Refusal(field + " is 0 or more, and at most 2^53.");
        }
        return value;
    }

    private static double number(JsonParser p, String field) throws IOException, Refusal {
        if (!p.currentToken().isNumeric() || !Double.isFinite(p.getDoubleValue())) {
            throw new Refusal(field + " is a number.");
        }
        return p.getDoubleValue();
    }

    private static void expectObject(JsonParser p, String field) throws Refusal {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            throw new Refusal(field + " is an object.");
        }
    }

    private static Media media(JsonParser p) throws IOException, Refusal {
        expectObject(p, "media");
        boolean microphone = false;
        boolean camera = false;
        boolean screen = false;
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            var field = p.currentName();
            p.nextToken();
            switch (field) {
                case "microphone" -> microphone = bool(p, field);
                case "camera" -> camera = bool(p, field);
                case "screen" -> screen = bool(p, field);
                default -> p.skipChildren();
            }
        }
        return new Media(microphone, camera, screen);
    }

    private static boolean bool(JsonParser p, String field) throws Refusal {
        if (!p.currentToken().isBoolean()) {
            throw new Refusal(field + " is true or false.");
        }
        return p.currentToken() == JsonToken.VALUE_TRUE;
    }

    private static TopologyWish topology(JsonParser p) throws IOException, Refusal {
        var wish = TopologyWish.of(string(p, "topology", MAX_ID));
        if (wish == null) {
            throw new Refusal("topology is auto, mesh or sfu.");
        }
        return wish;
    }

    private static ClientMessage.Resume resume(JsonParser p) throws IOException, Refusal {
        expectObject(p, "resume");
        String token = null;
        long seq = 0;
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            var field = p.currentName();
            p.nextToken();
            switch (field) {
                case "token" -> token = string(p, field, MAX_TOKEN);
                case "seq" -> seq = positive(p, field);
                default -> p.skipChildren();
            }
        }
        return new ClientMessage.Resume(need(token, "resume.token"), seq);
    }

    private static Map<String, SourceKind> sources(JsonParser p) throws IOException, Refusal {
        expectObject(p, "sources");
        var sources = new LinkedHashMap<String, SourceKind>();
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            var mid = p.currentName();
            p.nextToken();
            var kind = SourceKind.of(string(p, "sources", MAX_ID));
            if (kind == null) {
                throw new Refusal("A source is microphone, camera, screen or screen-audio.");
            }
            if (sources.size() == MAX_SOURCES || mid.length() > MAX_ID) {
                throw new Refusal("sources has at most " + MAX_SOURCES + " entries with short names.");
            }
            sources.put(mid, kind);
        }
        return sources;
    }

    private static Map<String, ViewSize> views(JsonParser p) throws IOException, Refusal {
        expectObject(p, "slots");
        var views = new LinkedHashMap<String, ViewSize>();
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            var mid = p.currentName();
            p.nextToken();
            if (views.size() == MAX_VIEWS || mid.length() > MAX_ID) {
                throw new Refusal("slots has at most " + MAX_VIEWS + " entries with short names.");
            }
            views.put(mid, view(p));
        }
        return views;
    }

    private static ViewSize view(JsonParser p) throws IOException, Refusal {
        expectObject(p, "slots");
        Integer width = null;
        Integer height = null;
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            var field = p.currentName();
            p.nextToken();
            switch (field) {
                case "width" -> width = pixels(p, field);
                case "height" -> height = pixels(p, field);
                default -> p.skipChildren();
            }
        }
        return new ViewSize(need(width, "slots.width"), need(height, "slots.height"));
    }

    private static int pixels(JsonParser p, String field) throws IOException, Refusal {
        long value = positive(p, field);
        if (value > ViewSize.MAX) {
            throw new Refusal(field + " is at most " + ViewSize.MAX + ".");
        }
        return (int) value;
    }

    private static @Nullable IceCandidate candidate(JsonParser p) throws IOException, Refusal {
        if (p.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expectObject(p, "candidate");
        String candidate = null;
        String sdpMid = null;
        Integer sdpMLineIndex = null;
        String usernameFragment = null;
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            var field = p.currentName();
            if (p.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "candidate" -> candidate = string(p, field, IceCandidate.MAX_LENGTH);
                case "sdpMid" -> sdpMid = string(p, field, MAX_ID);
                case "sdpMLineIndex" -> sdpMLineIndex = (int) Math.min(positive(p, field), 65_535);
                case "usernameFragment" -> usernameFragment = string(p, field, 256);
                default -> p.skipChildren();
            }
        }
        return new IceCandidate(need(candidate, "candidate.candidate"), sdpMid, sdpMLineIndex, usernameFragment);
    }
}
