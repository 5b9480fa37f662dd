package dev.stoa.turn;

/** That a client and the peers of one address may send to each other (RFC 8656, 9). */
final class Permission {
    static final long LIFETIME_NANOS = 300_000_000_000L;

    /** As clients know it. */
    final long high;

    final long low;
    /** Whether it is the server's own address, of which not every port is allowed. */
    final boolean isOwn;

    long expiresNanos;

    Permission(long high, long low, boolean isOwn) {
        this.high = high;
        this.low = low;
        this.isOwn = isOwn;
    }

    boolean isOf(long otherHigh, long otherLow) {
        return low == otherLow && high == otherHigh;
    }
}
