package dev.stoa.loop;

/**
 * What participants may do with data channels.
 *
 * @param messagesPerSecond of one sender; twice as many at once
 * @param bytesPerSecond of one sender, counted once for each receiver; as many at once
 * @param channels that a participant may have open, and that the server opens to one
 * @param problemsPerSecond that a sender is told
 * @param unreliableBytes that may wait for a receiver before messages of unreliable channels are discarded
 * @param reliableBytes that may wait for a receiver before the channel that wants to add to it is closed
 */
record DataLimits(
        int messagesPerSecond,
        int bytesPerSecond,
        int channels,
        int problemsPerSecond,
        int unreliableBytes,
        int reliableBytes) {
    static final DataLimits DEFAULT = new DataLimits(2_000, 128 << 20, 64, 10, 256 << 10, 8 << 20);
}
