package dev.stoa.signaling;

/**
 * What can go wrong, as clients see it. The names on the wire and the WebSocket close codes are documented in
 * docs/PROTOCOL.md and stay as they are.
 */
public enum ErrorCode {
    BAD_MESSAGE("bad-message", 4400),
    UNKNOWN_TYPE("unknown-type", 4400),
    VERSION_UNSUPPORTED("version-unsupported", 4400),
    MESSAGE_TOO_LARGE("message-too-large", 1009),
    JOIN_EXPECTED("join-expected", 4400),
    ALREADY_JOINED("already-joined", 4400),
    ROOM_NAME_INVALID("room-name-invalid", 4400),
    NAME_INVALID("name-invalid", 4400),
    ROOM_FULL("room-full", 4403),
    SERVER_FULL("server-full", 1013),
    ORIGIN_REFUSED("origin-refused", 4403),
    TOKEN_MISSING("token-missing", 4401),
    TOKEN_INVALID("token-invalid", 4401),
    TOKEN_EXPIRED("token-expired", 4401),
    NO_SUCH_PARTICIPANT("no-such-participant", 4400),
    SFU_UNAVAILABLE("sfu-unavailable", 4400),
    SDP_INVALID("sdp-invalid", 4400),
    RATE_LIMITED("rate-limited", 1013),
    TOO_SLOW("too-slow", 4408),
    SESSION_TAKEN_OVER("session-taken-over", 4409),
    SERVER_SHUTDOWN("server-shutdown", 1012);

    private final String wireName;
    private final int closeCode;

    ErrorCode(String wireName, int closeCode) {
        this.wireName = wireName;
        this.closeCode = closeCode;
    }

    public String wireName() {
        return wireName;
    }

    /** The WebSocket close code (RFC 6455, 7.4) when this error ends the connection. */
    public int closeCode() {
        return closeCode;
    }
}
