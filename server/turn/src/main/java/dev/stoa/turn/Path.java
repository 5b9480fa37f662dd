package dev.stoa.turn;

import dev.stoa.wire.TransportAddress;

/**
 * The two ends of a client's way to the server (RFC 8656, 2: the 5-tuple). Also what goes out by one: packets that wait, see
 * {@link Outbox}.
 */
final class Path {
    final int local;
    final long high;
    final long low;
    final int port;
    /** By TCP or TLS; ChannelData is padded there. */
    final boolean isStream;

    // The packets that wait, in the outbox's numbering.
    int firstPacket;
    int lastPacket;
    int packets;

    Path(int local, long high, long low, int port, boolean isStream) {
        this.local = local;
        this.high = high;
        this.low = low;
        this.port = port;
        this.isStream = isStream;
    }

    boolean matches(int otherLocal, long otherHigh, long otherLow, int otherPort) {
        return local == otherLocal && low == otherLow && port == otherPort && high == otherHigh;
    }

    static int hash(int local, long high, long low, int port) {
        return (int) SourceBudget.mix((low ^ (long) port << 48) + high * 0x9E37_79B9_7F4A_7C15L + local);
    }

    TransportAddress remote() {
        return new TransportAddress(high, low, port);
    }

    @Override
    public String toString() {
        return remote() + " by " + local;
    }
}
