package dev.stoa.sfu;

/**
 * A payload format as it was negotiated for one m-section.
 *
 * @param format tells variants apart that do not decode each other, in a form that is equal when they do: {@code
 *     "H264/42e01f/1"}, {@code "VP9/0"}, {@code "opus"}; of RED with the payload type that stands within
 * @param payloadType 0 to 127
 * @param rtxPayloadType of its retransmissions (RFC 4588), {@link #NO_RTX} when there are none
 * @param clockRate of its timestamps, in Hz
 * @param nack whether lost packets are asked for (RFC 4585, generic NACK)
 */
public record Codec(CodecKind kind, String format, int payloadType, int rtxPayloadType, int clockRate, boolean nack) {
    public static final int NO_RTX = -1;

    public Codec {
        if (payloadType < 0 || payloadType > 127 || rtxPayloadType < NO_RTX || rtxPayloadType > 127) {
            throw new IllegalArgumentException("payload types " + payloadType + " and " + rtxPayloadType);
        }
        if (clockRate < 1) {
            throw new IllegalArgumentException("a clock rate of " + clockRate);
        }
    }

    public boolean hasRtx() {
        return rtxPayloadType != NO_RTX;
    }

    /** Whether a receiver of {@code other} understands what a sender of this sends. */
    boolean matches(Codec other) {
        return kind == other.kind && clockRate == other.clockRate && format.equals(other.format);
    }
}
