package dev.stoa.load;

/** What one loop's peers have sent and received. On its thread. */
final class Counts {
    long sent;
    long sentBytes;
    /** Packets that left later than they should have by a good part of a frame. */
    long sentLate;

    long received;
    long receivedBytes;
    /** Not authentic, or replayed. */
    long refused;

    long recovered;
    long resent;
    long lostPeers;
    final Latencies latencies = new Latencies();
}
