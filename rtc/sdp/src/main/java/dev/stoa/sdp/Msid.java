package dev.stoa.sdp;

/**
 * Which stream and track an m-section sends (RFC 8830).
 *
 * @param streamId "-" for a track in no stream
 * @param trackId empty when not said
 */
public record Msid(String streamId, String trackId) {}
