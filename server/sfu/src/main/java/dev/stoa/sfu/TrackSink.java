package dev.stoa.sfu;

/**
 * Where a track goes: a receiver's slot, a recorder, a model, another node. Added by {@link Track#addSink} it gets the best
 * layer that comes, from a key frame on; {@link TrackPacket#source} is another one from the key frame on that another layer
 * begins with, which counts its packets and its time on its own. Asks for key frames by {@link TrackSource#requestKeyFrame},
 * reads earlier packets by {@link TrackSource#packet}.
 */
public interface TrackSink {
    /**
     * A packet came, in the order of arrival: lost ones come later, each once, and those without payload too.
     *
     * @param packet good during the call; to keep it, keep {@link TrackPacket#index}
     */
    void handlePacket(long nowNanos, TrackPacket packet);

    /** The publisher said which moment its timestamps stand for: {@link TrackSource#senderClock} has changed. */
    default void handleSenderReport(long nowNanos, TrackSource source) {}

    /** The track has ended, and this sink is no longer its: what was in its cache is gone. */
    default void handleEnd(TrackSource source) {}

    /** Whether it waits for a key frame from there. While that is so, requests are repeated. */
    default boolean waitsForKeyFrame(TrackSource source) {
        return false;
    }
}
