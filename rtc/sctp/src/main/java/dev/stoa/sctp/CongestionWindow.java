package dev.stoa.sctp;

/** How many bytes may be out (RFC 9260, 7.2). */
final class CongestionWindow {
    private final int packetBytes;
    private long window;
    private long threshold = Long.MAX_VALUE;
    private long acknowledgedInAvoidance;
    /** The TSN whose acknowledgement ends fast recovery; below all TSNs when there is none. */
    private long recoveryEnd = Long.MIN_VALUE;

    CongestionWindow(int packetBytes) {
        this.packetBytes = packetBytes;
        // 7.2.1.
        this.window = Math.min(4L * packetBytes, Math.max(2L * packetBytes, 4404));
    }

    int packetBytes() {
        return packetBytes;
    }

    long bytes() {
        return window;
    }

    /**
     * The cumulative TSN went up.
     *
     * @param outstandingBefore bytes that were out when the acknowledgement came
     */
    void acknowledge(long cumulativeTsn, long bytes, long outstandingBefore) {
        if (cumulativeTsn >= recoveryEnd) {
            recoveryEnd = Long.MIN_VALUE;
        }
        boolean wasFull = outstandingBefore + packetBytes > window;
        if (window <= threshold) {
            if (wasFull && !isRecovering()) {
                window += Math.min(bytes, packetBytes); // 7.2.1
            }
            return;
        }
        acknowledgedInAvoidance += bytes; // 7.2.2
        if (acknowledgedInAvoidance >= window && wasFull) {
            acknowledgedInAvoidance -= window;
            window += packetBytes;
        }
    }

    /** Nothing is out. */
    void drain() {
        acknowledgedInAvoidance = 0;
    }

    private boolean isRecovering() {
        return recoveryEnd != Long.MIN_VALUE;
    }

    /** A chunk was missed by several acknowledgements (7.2.4); once until all that is out now is acknowledged. */
    void shrink(long highestTsn) {
        if (!isRecovering()) {
            recoveryEnd = highestTsn;
            threshold = Math.max(window / 2, 4L * packetBytes);
            window = threshold;
            acknowledgedInAvoidance = 0;
        }
    }

    /** The timer has run out (7.2.3). */
    void collapse() {
        threshold = Math.max(window / 2, 4L * packetBytes);
        window = packetBytes;
        acknowledgedInAvoidance = 0;
        recoveryEnd = Long.MIN_VALUE;
    }
}
