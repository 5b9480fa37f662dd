package dev.stoa.sdp;

/**
 * The {@code o=} line (RFC 8866, 5.2). In WebRTC only the session's id and version mean something (RFC 9429, 5.2.1).
 *
 * @param username "-" in WebRTC
 * @param sessionId a number in digits; it may be longer than 64 bits
 * @param sessionVersion grows by one with each new description of the session
 * @param address network type, address type and address: {@code IN IP4 127.0.0.1}
 */
public record Origin(String username, String sessionId, long sessionVersion, String address) {
    /** The origin of a description of our own; the address says nothing (RFC 9429, 5.2.1). */
    public static Origin of(long sessionId, long sessionVersion) {
        if (sessionId < 0 || sessionVersion < 0) {
            throw new IllegalArgumentException("session id and version are not negative");
        }
        return new Origin("-", Long.toString(sessionId), sessionVersion, "IN IP4 127.0.0.1");
    }
}
