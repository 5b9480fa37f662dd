package dev.stoa.sdp;

import java.util.Locale;
import java.util.Optional;

/** Which way media flows, as seen by the one whose description says so (RFC 8866, 6.7). */
public enum Direction {
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE;

    public static Direction of(boolean sends, boolean receives) {
        if (sends) {
            return receives ? SENDRECV : SENDONLY;
        }
        return receives ? RECVONLY : INACTIVE;
    }

    /** The direction an attribute's name stands for. */
    public static Optional<Direction> parse(String text) {
        for (var direction : values()) {
            if (direction.text().equals(text)) {
                return Optional.of(direction);
            }
        }
        return Optional.empty();
    }

    public boolean sends() {
        return this == SENDRECV || this == SENDONLY;
    }

    public boolean receives() {
        return this == SENDRECV || this == RECVONLY;
    }

    /** The same as the other side sees it. */
    public Direction reversed() {
        return of(receives(), sends());
    }

    /** What both allow. */
    public Direction and(Direction other) {
        return of(sends() && other.sends(), receives() && other.receives());
    }

    /** As it is written. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
