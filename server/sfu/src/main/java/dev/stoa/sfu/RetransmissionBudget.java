package dev.stoa.sfu;

/**
 * How much may be sent again to one receiver: half of what is sent anew, with a reserve for bursts. Beyond that a path is
 * too thin for what goes there, and repeating makes it worse; and nobody makes a server pour out its caches by asking.
 */
final class RetransmissionBudget {
    private static final long MAX_BYTES = 1 << 18;

    private long bytes = MAX_BYTES;

    void handleSent(int length) {
        bytes = Math.min(MAX_BYTES, bytes + length / 2);
    }

    boolean take(int length) {
        if (bytes < length) {
            return false;
        }
        bytes -= length;
        return true;
    }
}
