package dev.stoa.fuzz;

import java.util.Arrays;

/** The fuzzer's bytes as decisions, one after the other: a small change of the bytes is a small change of what happens. */
final class Choices {
    private final byte[] input;
    private int at;

    Choices(byte[] input) {
        this.input = input;
    }

    boolean isOver() {
        return at >= input.length;
    }

    /** 0 to 255; 0 when there are no more. */
    int u8() {
        return isOver() ? 0 : input[at++] & 0xFF;
    }

    int u16() {
        return u8() << 8 | u8();
    }

    /** 0 to {@code bound} - 1, of 256 at most. */
    int below(int bound) {
        return u8() % bound;
    }

    boolean yes() {
        return (u8() & 1) != 0;
    }

    /** A piece with its length before it; less at the end. */
    byte[] bytes() {
        int length = Math.min(u8(), input.length - at);
        at += length;
        return Arrays.copyOfRange(input, at - length, at);
    }

    byte[] rest() {
        int from = Math.min(at, input.length);
        at = input.length;
        return Arrays.copyOfRange(input, from, input.length);
    }
}
