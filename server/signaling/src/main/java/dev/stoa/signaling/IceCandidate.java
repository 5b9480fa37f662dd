package dev.stoa.signaling;

import org.jspecify.annotations.Nullable;

/**
 * W3C {@code RTCIceCandidateInit}. An empty {@code candidate} is how some browsers say "no more".
 *
 * @param candidate at most {@value #MAX_LENGTH} characters
 */
public record IceCandidate(
        String candidate,
        @Nullable String sdpMid,
        @Nullable Integer sdpMLineIndex,
        @Nullable String usernameFragment) {
    static final int MAX_LENGTH = 1024;
}
