package dev.stoa.sfu;

/**
 * What a track asks of where it comes from: a browser by RTCP, an encoder by a call, another node by a relay. Called from
 * within {@link TrackSource#handleTimeout}.
 */
public interface Feedback {
    /** Send these packets again: {@code sequenceNumbers[0]} to {@code [count - 1]}, 16 bits each, oldest first. */
    void requestPackets(long nowNanos, TrackSource source, int[] sequenceNumbers, int count);

    /** Send a key frame. */
    void requestKeyFrame(long nowNanos, TrackSource source);
}
