package dev.stoa.sctp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * DATA_CHANNEL_OPEN (RFC 8832, 5.1).
 *
 * <pre>
 * |  Message Type |  Channel Type |            Priority           |
 * |                    Reliability Parameter                      |
 * |         Label Length          |       Protocol Length         |
 * |             label, then protocol, UTF-8                       |
 * </pre>
 */
record ChannelOpen(Reliability reliability, String label, String protocol) {
    static final int TYPE_OPEN = 3;
    static final int TYPE_ACK = 2;
    private static final int HEADER_LENGTH = 12;
    private static final int UNORDERED = 0x80;
    private static final int RETRANSMITS = 1;
    private static final int LIFE_TIME = 2;

    byte[] write() {
        var labelBytes = label.getBytes(StandardCharsets.UTF_8);
        var protocolBytes = protocol.getBytes(StandardCharsets.UTF_8);
        int type = reliability.ordered() ? 0 : UNORDERED;
        int limit = 0;
        if (reliability.maxRetransmits().isPresent()) {
            type |= RETRANSMITS;
            limit = reliability.maxRetransmits().getAsInt();
        } else if (reliability.maxPacketLifeTime().isPresent()) {
            type |= LIFE_TIME;
            limit = reliability.maxPacketLifeTime().getAsInt();
        }
        return ByteBuffer.allocate(HEADER_LENGTH + labelBytes.length + protocolBytes.length)
                .put((byte) TYPE_OPEN)
                .put((byte) type)
                .putShort((short) 0)
                .putInt(limit)
                .putShort((short) labelBytes.length)
                .putShort((short) protocolBytes.length)
                .put(labelBytes)
                .put(protocolBytes)
                .array();
    }

    /** Null when it is none. */
    static @Nullable ChannelOpen read(byte[] message) {
        if (message.length < HEADER_LENGTH || message[0] != TYPE_OPEN) {
            return null;
        }
        var bytes = ByteBuffer.wrap(message);
        int type = message[1] & 0xFF;
        int limit = (int) Math.min(Integer.toUnsignedLong(bytes.getInt(4)), 0xFFFF);
        int labelLength = bytes.getShort(8) & 0xFFFF;
        int protocolLength = bytes.getShort(10) & 0xFFFF;
        if (HEADER_LENGTH + labelLength + protocolLength != message.length) {
            return null;
        }
        boolean ordered = (type & UNORDERED) == 0;
        var reliability = switch (type & ~UNORDERED) {
            case 0 -> new Reliability(ordered, OptionalInt.empty(), OptionalInt.empty());
            case RETRANSMITS -> new Reliability(ordered, OptionalInt.of(limit), OptionalInt.empty());
            case LIFE_TIME -> new Reliability(ordered, OptionalInt.empty(), OptionalInt.of(limit));
            default -> null;
        };
        return reliability == null
                ? null
                : new ChannelOpen(
                        reliability,
                        new String(message, HEADER_LENGTH, labelLength, StandardCharsets.UTF_8),
                        new String(message, HEADER_LENGTH + labelLength, protocolLength, StandardCharsets.UTF_8));
    }
}
