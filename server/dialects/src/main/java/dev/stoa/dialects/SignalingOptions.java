package dev.stoa.dialects;

import java.util.List;

/**
 * Settings of the signaling server; docs/CONFIGURATION.md has their meaning, units and ranges.
 *
 * @param open nobody needs a token
 * @param allowedOrigins pages of these origins may connect, besides those of the server's own
 * @param loops how many event loops carry rooms
 */
public record SignalingOptions(
        int maxMessageBytes,
        int maxConnections,
        int maxRooms,
        int maxParticipants,
        int joinsPerSecond,
        int joinsBurst,
        int messagesPerSecond,
        int messagesBurst,
        int resumeSeconds,
        boolean open,
        List<String> allowedOrigins,
        int loops) {
    public SignalingOptions {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
