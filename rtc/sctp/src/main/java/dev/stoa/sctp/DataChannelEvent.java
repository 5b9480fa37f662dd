package dev.stoa.sctp;

/** What happens to data channels. */
public sealed interface DataChannelEvent {
    DataChannel channel();

    /** The other side has made it. It is open. */
    record Announced(DataChannel channel) implements DataChannelEvent {}

    record Opened(DataChannel channel) implements DataChannelEvent {}

    record Text(DataChannel channel, String text) implements DataChannelEvent {}

    @SuppressWarnings("ArrayRecordComponent")
    record Binary(DataChannel channel, byte[] bytes) implements DataChannelEvent {}

    /** What waits to be sent has fallen to the threshold. */
    record BufferedAmountLow(DataChannel channel) implements DataChannelEvent {}

    /** @param isFailure whether the association broke, rather than one of the sides closing it */
    record Closed(DataChannel channel, boolean isFailure) implements DataChannelEvent {}
}
