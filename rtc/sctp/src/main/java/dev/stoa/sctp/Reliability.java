package dev.stoa.sctp;

import java.util.OptionalInt;

/**
 * How a message is delivered (RFC 3758; W3C WebRTC, 6.2: RTCDataChannelInit).
 *
 * @param ordered whether it waits for those sent before it
 * @param maxRetransmits how often it is sent again at most
 * @param maxPacketLifeTime for how many milliseconds it is sent, at most
 */
public record Reliability(boolean ordered, OptionalInt maxRetransmits, OptionalInt maxPacketLifeTime) {
    public static final Reliability RELIABLE = new Reliability(true, OptionalInt.empty(), OptionalInt.empty());

    public Reliability {
        if (maxRetransmits.isPresent() && maxPacketLifeTime.isPresent()) {
            throw new IllegalArgumentException("either maxRetransmits or maxPacketLifeTime");
        }
        if (maxRetransmits.orElse(0) < 0
                || maxRetransmits.orElse(0) > 0xFFFF
                || maxPacketLifeTime.orElse(0) < 0
                || maxPacketLifeTime.orElse(0) > 0xFFFF) {
            throw new IllegalArgumentException("limits are 0 to 65535");
        }
    }

    public static Reliability unorderedWithRetransmits(int maxRetransmits) {
        return new Reliability(false, OptionalInt.of(maxRetransmits), OptionalInt.empty());
    }

    /** Whether everything arrives that is sent. */
    public boolean isReliable() {
        return !isPartial();
    }

    boolean isPartial() {
        return maxRetransmits.isPresent() || maxPacketLifeTime.isPresent();
    }
}
