package dev.stoa.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object whose members are asked for by name and type.
 *
 * @param members objects as {@code Json}, arrays as lists, null as a missing one
 */
record Json(Map<String, Object> members) {
    static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(16).build())
            .build();

    /** @throws IOException when the text is no JSON object */
    static Json parse(String text) throws IOException {
        try (var parser = FACTORY.createParser(text)) {
            parser.nextToken();
            if (value(parser) instanceof Json object) {
                return object;
            }
            throw new JsonParseException(parser, "not an object");
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        var token = parser.currentToken();
        if (token == null) {
            throw new JsonParseException(parser, "empty");
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new JsonParseException(parser, "unexpected " + token);
        };
    }

    private static Json object(JsonParser parser) throws IOException {
        var members = new LinkedHashMap<String, Object>();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            var value = value(parser);
            if (value != null) {
                members.put(name, value);
            }
        }
        return new Json(members);
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        var elements = new ArrayList<Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            var value = value(parser);
            if (value != null) {
                elements.add(value);
            }
        }
        return elements;
    }

    String text(String name) throws IOException {
        return find(name, String.class).orElseThrow(() -> missing(name));
    }

    long number(String name) throws IOException {
        return find(name, Number.class).orElseThrow(() -> missing(name)).longValue();
    }

    boolean flag(String name) {
        return find(name, Boolean.class).orElse(false);
    }

    Json object(String name) throws IOException {
        return find(name, Json.class).orElseThrow(() -> missing(name));
    }

    List<Json> objects(String name) throws IOException {
        if (members.get(name) instanceof List<?> elements) {
            return elements.stream()
                    .filter(Json.class::isInstance)
                    .map(Json.class::cast)
                    .toList();
        }
        throw missing(name);
    }

    List<String> texts(String name) throws IOException {
        if (members.get(name) instanceof List<?> elements) {
            return elements.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        throw missing(name);
    }

    <T> Optional<T> find(String name, Class<T> type) {
        var value = members.get(name);
        return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
    }

    private static IOException missing(String name) {
        return new IOException(name + " is missing");
    }
}
