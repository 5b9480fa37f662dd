package dev.stoa.load;

import dev.stoa.net.SendBatch;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;

/** What a peer sends or receives once it is connected. On its loop's thread. */
interface PeerMedia {
    void handleConnected(long nowNanos);

    void handleRtp(long nowNanos, Datagram plain);

    void handleRtcp(long nowNanos, Datagram plain);

    /** When {@link #pollTransmit} has something to send. */
    long nextTimeout();

    /** Writes what is due now into the open burst {@code out}, of which {@code area} is the memory. */
    void pollTransmit(long nowNanos, SrtpSender sender, SendBatch out, Datagram area);
}
