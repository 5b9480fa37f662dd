package dev.stoa.sctp;

/**
 * What an association is made with.
 *
 * @param localPort as the session description says it, 5000 mostly
 * @param maxPacketBytes what DTLS takes at once
 * @param maxSendMessageBytes what the other side takes (a=max-message-size); 0 for any
 * @param receiveWindowBytes what may wait here to become whole messages
 */
public record SctpOptions(
        int localPort, int remotePort, int maxPacketBytes, long maxSendMessageBytes, int receiveWindowBytes) {
    /** What browsers send at most, and are told here. */
    public static final int MAX_MESSAGE_BYTES = 262_144;

    public static final int DEFAULT_PORT = 5000;
    private static final int DEFAULT_WINDOW = 1 << 20;

    public SctpOptions {
        if (maxPacketBytes < 512 || maxPacketBytes > 0xFFFF) {
            throw new IllegalArgumentException("packets have 512 to 65535 bytes, not " + maxPacketBytes);
        }
        if (receiveWindowBytes < 2 * MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("the largest message has to fit the window twice");
        }
    }

    public static SctpOptions of(int localPort, int remotePort, int maxPacketBytes, long maxSendMessageBytes) {
        return new SctpOptions(localPort, remotePort, maxPacketBytes, maxSendMessageBytes, DEFAULT_WINDOW);
    }
}
