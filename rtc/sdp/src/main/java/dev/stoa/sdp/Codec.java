package dev.stoa.sdp;

import java.util.List;
import java.util.OptionalInt;

/**
 * One payload type of an RTP m-section: its {@code rtpmap}, {@code fmtp} and {@code rtcp-fb} lines.
 *
 * @param payloadType 0 to 127
 * @param name as written; it does not differ by case
 * @param channels 1 unless the rtpmap says otherwise
 * @param feedback the values of its rtcp-fb lines: {@code nack pli}; a line for all payload types stands at each
 */
public record Codec(
        int payloadType, String name, int clockRate, int channels, FormatParameters parameters, List<String> feedback) {
    public Codec {
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("a payload type is 0 to 127, not " + payloadType);
        }
        feedback = List.copyOf(feedback);
    }

    public boolean is(String otherName) {
        return name.equalsIgnoreCase(otherName);
    }

    /** Whether it is a retransmission of another one (RFC 4588). */
    public boolean isRtx() {
        return is("rtx");
    }

    /** The payload type that an RTX one repeats. */
    public OptionalInt apt() {
        int number = isRtx() ? Lines.numberOr(parameters.get("apt").orElse(""), 127, -1) : -1;
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** Whether name, clock and channels are the same. The parameters are another question. */
    boolean sameFormat(Codec other) {
        return is(other.name) && clockRate == other.clockRate && channels == other.channels;
    }
}
