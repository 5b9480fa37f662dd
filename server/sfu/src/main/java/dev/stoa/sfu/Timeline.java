package dev.stoa.sfu;

import org.jspecify.annotations.Nullable;

/** The timestamps of what a slot sends: those of one stream after another, which follow each other. */
@SuppressWarnings("ReferenceEquality") // a stream is itself
final class Timeline {
    private boolean begun;
    private int lastTimestamp;
    private long lastSentNanos;

    /** The newest packet leaves. */
    void handleSent(long nowNanos, int timestamp) {
        begun = true;
        lastTimestamp = timestamp;
        lastSentNanos = nowNanos;
    }

    int lastTimestamp() {
        return lastTimestamp;
    }

    /**
     * What makes of a stream's timestamps those that follow what was sent: by what the publisher says of its streams'
     * clocks, or by the time of arrival where it says nothing, or nonsense.
     *
     * @param packet the stream begins with
     * @param before what went out until now
     */
    int shift(long nowNanos, TrackPacket packet, int clockRate, @Nullable Passage before) {
        if (!begun) {
            return 0;
        }
        int elapsed = RtpTime.ofNanos(nowNanos - lastSentNanos, clockRate);
        int byArrival = lastTimestamp + Math.max(1, elapsed) - packet.timestamp();
        int exact = before == null ? byArrival : byClocks(packet, before, byArrival);
        return Math.abs(exact - byArrival) <= clockRate ? exact : byArrival;
    }

    /** The same or a little more: what is behind what was sent would be taken for a part of it, or for late. */
    int running(TrackPacket packet, int shift) {
        boolean ahead = !begun || packet.timestamp() + shift - lastTimestamp > 0;
        return ahead ? shift : lastTimestamp + 1 - packet.timestamp();
    }

    private static int byClocks(TrackPacket packet, Passage before, int byArrival) {
        var from = packet.source();
        var other = before.source();
        if (other == null || !from.id().equals(other.id())) {
            return byArrival;
        }
        if (other == from) {
            boolean restarted = from.hasRestarted(packet.sequenceNumber(), before.sequence.highestInput());
            return restarted ? byArrival : before.exactShift();
        }
        if (!from.senderClock().isKnown() || !other.senderClock().isKnown()) {
            return byArrival;
        }
        var clock = from.senderClock();
        int theirs = other.senderClock().rtpAtNtp(clock.ntpTimestamp(), other.clockRate());
        return before.exactShift() + theirs - clock.rtpTimestamp();
    }
}
