package dev.stoa.sctp;

/** A message on its way: cut into chunks as it gets its turn. */
final class OutgoingMessage {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final int stream;
    private final long protocol;
    private final byte[] bytes;
    private final Reliability reliability;
    private final long deadlineNanos;
    private int cut;
    private int streamSequence;
    private boolean abandoned;

    OutgoingMessage(long nowNanos, int stream, long protocol, byte[] bytes, Reliability reliability) {
        this.stream = stream;
        this.protocol = protocol;
        this.bytes = bytes;
        this.reliability = reliability;
        this.deadlineNanos = reliability.maxPacketLifeTime().isPresent()
                ? nowNanos + reliability.maxPacketLifeTime().getAsInt() * NANOS_PER_MILLI
                : Long.MAX_VALUE;
    }

    int stream() {
        return stream;
    }

    boolean isOrdered() {
        return reliability.ordered();
    }

    boolean isPartial() {
        return reliability.isPartial();
    }

    /** Bytes that are not in a chunk yet. */
    int uncut() {
        return bytes.length - cut;
    }

    boolean isBegun() {
        return cut > 0;
    }

    /** @param number of the message in its stream, when it is ordered */
    void begin(int number) {
        streamSequence = number;
    }

    /** The next piece, of at most {@code limit} bytes. */
    Chunk.Data cut(int tsn, int limit) {
        int length = Math.min(limit, uncut());
        var piece = new byte[length];
        System.arraycopy(bytes, cut, piece, 0, length);
        boolean beginning = cut == 0;
        cut += length;
        return new Chunk.Data(
                tsn,
                stream,
                reliability.ordered() ? streamSequence : 0,
                protocol,
                !reliability.ordered(),
                beginning,
                uncut() == 0,
                false,
                piece);
    }

    /** Whether a piece that was sent {@code transmissions} times, or not yet, is to be sent no more. */
    boolean isToBeAbandoned(long nowNanos, int transmissions) {
        return abandoned
                || nowNanos >= deadlineNanos
                || (reliability.maxRetransmits().isPresent()
                        && transmissions > reliability.maxRetransmits().getAsInt());
    }

    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
