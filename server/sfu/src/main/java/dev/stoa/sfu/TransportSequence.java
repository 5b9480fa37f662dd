package dev.stoa.sfu;

/** The transport-wide sequence number of what goes to one receiver (draft-holmer-rmcat-transport-wide-cc-extensions-01, 2). */
final class TransportSequence {
    private int next;

    int next() {
        return next++ & 0xFFFF;
    }
}
