package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** Cuts bytes into as few pieces as a limit allows, of almost one size, so that none is needlessly small. */
final class Slices {
    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private int left;

    Slices() {}

    /** @param limit the most bytes of a piece */
    void begin(byte[] source, int from, int to, int limit) {
        bytes = source;
        at = from;
        end = to;
        left = (to - from + limit - 1) / limit;
    }

    boolean isEmpty() {
        return left == 0;
    }

    /** Writes the next piece and returns its length. */
    int next(Datagram target, int to) {
        int length = (end - at + left - 1) / left;
        target.put(to, bytes, at, length);
        at += length;
        left--;
        return length;
    }
}
