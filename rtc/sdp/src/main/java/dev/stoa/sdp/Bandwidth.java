package dev.stoa.sdp;

/**
 * A {@code b=} line (RFC 8866, 5.8).
 *
 * @param type {@code AS} in kbit/s, {@code TIAS} in bit/s (RFC 3890), …
 * @param value in the unit of its type
 */
public record Bandwidth(String type, long value) {}
