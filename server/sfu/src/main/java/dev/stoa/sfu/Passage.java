package dev.stoa.sfu;

import org.jspecify.annotations.Nullable;

/**
 * A run of one stream's packets through a slot, from a beginning to a pause or to where another stream took over: what
 * their numbers and timestamps became. Kept for a while after that, for what is to be sent again.
 */
final class Passage {
    private static final Codec[] NO_CODECS = new Codec[0];

    final SequenceMapper sequence = new SequenceMapper(0);
    final PictureNumbers pictures = new PictureNumbers();
    private @Nullable TrackSource source;
    /** By the publisher's payload type: the receiver's codec. */
    private @Nullable Codec[] codecs = NO_CODECS;

    private int timestampShift;
    private int exactShift;
    private boolean filtered;

    /**
     * @param exact by how much its timestamps are shifted to be in step with those before
     * @param running the same or a little more, so that they do not go back
     */
    void begin(TrackSource itsSource, @Nullable Codec[] itsCodecs, int exact, int running) {
        source = itsSource;
        codecs = itsCodecs;
        timestampShift = running;
        exactShift = exact;
        filtered = false;
    }

    /** Some of its stream's packets were left out. */
    void handleFiltered() {
        filtered = true;
    }

    boolean isFiltered() {
        return filtered;
    }

    /** Null before the beginning. */
    @Nullable TrackSource source() {
        return source;
    }

    int timestampShift() {
        return timestampShift;
    }

    int exactShift() {
        return exactShift;
    }

    int timestamp(TrackPacket packet) {
        return packet.timestamp() + timestampShift;
    }

    @Nullable Codec codec(TrackPacket packet) {
        int type = packet.rtp().payloadType();
        return type < codecs.length ? codecs[type] : null;
    }

    /** Whether the outgoing number was given here. */
    boolean contains(long number) {
        return source != null && number >= sequence.firstOutput() && number <= sequence.lastOutput();
    }

    /** The packet that has this outgoing number, while it is in its stream's cache; null when not. */
    @Nullable TrackPacket packet(long number) {
        long input = source == null ? SequenceMapper.NONE : sequence.unmap(number);
        var packet = source == null || input < 0 ? null : source.packet(source.indexOf(input));
        return packet != null && pictures.knows(packet) ? packet : null;
    }
}
