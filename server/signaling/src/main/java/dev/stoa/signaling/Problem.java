package dev.stoa.signaling;

/**
 * An error for a person to read.
 *
 * @param code stable, for programs
 * @param message what happened
 * @param hint the way out
 */
public record Problem(ErrorCode code, String message, String hint) {}
