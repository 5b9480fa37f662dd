package dev.stoa.sdp;

import java.util.OptionalInt;
import java.util.Set;

/**
 * A payload type in use.
 *
 * @param parameters as its receiver says them
 * @param rtxPayloadType of its retransmissions
 * @param feedback what both sides speak
 */
public record NegotiatedCodec(
        int payloadType,
        String name,
        int clockRate,
        int channels,
        FormatParameters parameters,
        OptionalInt rtxPayloadType,
        Set<Feedback> feedback) {
    public boolean is(String otherName) {
        return name.equalsIgnoreCase(otherName);
    }

    /** Whether media of {@code other} can be sent as this: the same codec in the same configuration, whatever its number. */
    public boolean carries(NegotiatedCodec other) {
        return is(other.name)
                && clockRate == other.clockRate
                && channels == other.channels
                && CodecCapability.sameConfiguration(name, parameters, other.parameters);
    }
}
