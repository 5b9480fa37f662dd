package dev.stoa.signaling;

import org.jspecify.annotations.Nullable;

/** One client's connection, whatever its dialect. Called on the session's signaling loop; never blocks. */
public interface Link {
    /**
     * Sends {@code message}, numbered {@code seq} (0: not numbered).
     *
     * @return false when the client does not read fast enough and the connection should end
     */
    boolean send(Outgoing message, long seq);

    /** Sends {@code problem} as the last message and closes. */
    void close(Problem problem, @Nullable Long retryAfterMs);
}
