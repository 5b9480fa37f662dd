package dev.stoa.turn;

/** A channel and the peer that it is bound to (RFC 8656, 12). */
final class ChannelBinding {
    static final long LIFETIME_NANOS = 600_000_000_000L;

    final int number;
    /** The peer as the client knows it. */
    final long high;

    final long low;
    final int port;
    final Permission permission;
    /** What goes to the peer. */
    final Path toPeer;

    long expiresNanos;

    ChannelBinding(int number, long high, long low, int port, Permission permission, Path toPeer) {
        this.number = number;
        this.high = high;
        this.low = low;
        this.port = port;
        this.permission = permission;
        this.toPeer = toPeer;
    }

    boolean isOf(long otherHigh, long otherLow, int otherPort) {
        return low == otherLow && port == otherPort && high == otherHigh;
    }

    boolean isAlive(long nowNanos) {
        return expiresNanos > nowNanos && permission.expiresNanos > nowNanos;
    }
}
