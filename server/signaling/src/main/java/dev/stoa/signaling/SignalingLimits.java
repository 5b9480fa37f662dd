package dev.stoa.signaling;

/**
 * How much a signaling loop takes on.
 *
 * @param maxRooms on this loop
 * @param maxParticipants in one room
 * @param maxMessageBytes told to clients; the dialect enforces it
 * @param resumeSeconds how long a lost connection may come back
 * @param messagesPerSecond of one session, steadily; 0: no limit
 * @param messagesBurst of one session at once
 */
public record SignalingLimits(
        int maxRooms,
        int maxParticipants,
        int maxMessageBytes,
        int resumeSeconds,
        int messagesPerSecond,
        int messagesBurst) {}
