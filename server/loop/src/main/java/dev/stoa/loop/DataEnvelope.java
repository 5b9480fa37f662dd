package dev.stoa.loop;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each message of a data channel with the server begins with (docs/PROTOCOL.md, "Data through the server").
 *
 * <pre>
 *  byte 0       version (4 bits, 1), kind (4 bits)
 *  byte 1       length of the participant's id, 0 to 64
 *  bytes 2…     the id: whom it is for (empty: everybody) on the way in, whom it is from on the way out
 *  then         the payload
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent")
record DataEnvelope(Kind kind, String participant, byte[] payload) {
    /** What the payload may have: the envelope and the longest id fit a message of 262144 bytes with it. */
    static final int MAX_PAYLOAD_BYTES = 262_144 - 1_024;

    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int MAX_ID_BYTES = 64;

    enum Kind {
        BINARY(0),
        TEXT(1),
        /** From the server alone: {@code {code, message, hint}}. */
        PROBLEM(2),
        /** From the server alone: the participant can be reached by data channels. */
        REACHABLE(3),
        /** From the server alone: the participant cannot any more. */
        UNREACHABLE(4);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** What a client sent; null when it is none, or one that only the server sends. */
    static @Nullable DataEnvelope read(byte[] message) {
        if (message.length < HEADER_LENGTH || (message[0] & 0xF0) >> 4 != VERSION) {
            return null;
        }
        var kind = kindOf(message[0] & 0x0F);
        int from = HEADER_LENGTH + (message[1] & 0xFF);
        if (kind == null || from > HEADER_LENGTH + MAX_ID_BYTES || from > message.length) {
            return null;
        }
        var id = new String(message, HEADER_LENGTH, from - HEADER_LENGTH, StandardCharsets.UTF_8);
        var payload = Arrays.copyOfRange(message, from, message.length);
        return kind == Kind.TEXT && !isText(payload) ? null : new DataEnvelope(kind, id, payload);
    }

    private static @Nullable Kind kindOf(int number) {
        return switch (number) {
            case 0 -> Kind.BINARY;
            case 1 -> Kind.TEXT;
            default -> null;
        };
    }

    /** What is passed on is UTF-8, so that no receiver has to decide what else it could be. */
    private static boolean isText(byte[] payload) {
        for (byte each : payload) {
            if (each < 0) {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
                    return true;
                } catch (CharacterCodingException e) {
                    return false;
                }
            }
        }
        return true;
    }

    byte[] write() {
        var id = participant.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER_LENGTH + id.length + payload.length)
                .put((byte) (VERSION << 4 | kind.number))
                .put((byte) id.length)
                .put(id)
                .put(payload)
                .array();
    }
}
