package dev.stoa.sctp;

/** The payload protocol identifiers of WebRTC (RFC 8831, 8). SCTP has no empty messages: one byte stands for none. */
final class PayloadProtocol {
    static final long DCEP = 50;
    static final long STRING = 51;
    static final long BINARY = 53;
    static final long EMPTY_STRING = 56;
    static final long EMPTY_BINARY = 57;

    private PayloadProtocol() {}

    static long text(String text) {
        return text.isEmpty() ? EMPTY_STRING : STRING;
    }

    static long binary(byte[] bytes) {
        return bytes.length == 0 ? EMPTY_BINARY : BINARY;
    }
}
