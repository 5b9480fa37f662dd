package dev.stoa.sctp;

import java.util.OptionalInt;

/**
 * How a channel begins (W3C WebRTC, 6.2: RTCDataChannelInit).
 *
 * @param protocol a name the application gives to what is spoken on it, mostly empty
 * @param negotiatedId the stream that both sides have agreed on elsewhere; empty to tell the other side in band (RFC 8832)
 */
public record DataChannelInit(Reliability reliability, String protocol, OptionalInt negotiatedId) {
    public static final DataChannelInit RELIABLE = new DataChannelInit(Reliability.RELIABLE, "", OptionalInt.empty());

    public DataChannelInit {
        if (negotiatedId.isPresent()
                && (negotiatedId.getAsInt() < 0 || negotiatedId.getAsInt() > DataChannels.MAX_ID)) {
            throw new IllegalArgumentException("an id is 0 to " + DataChannels.MAX_ID);
        }
    }

    public static DataChannelInit negotiated(int id, String protocol) {
        return new DataChannelInit(Reliability.RELIABLE, protocol, OptionalInt.of(id));
    }

    public DataChannelInit withReliability(Reliability other) {
        return new DataChannelInit(other, protocol, negotiatedId);
    }
}
