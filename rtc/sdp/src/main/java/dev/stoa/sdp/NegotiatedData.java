package dev.stoa.sdp;

/**
 * The data channels in use (RFC 8841).
 *
 * @param index its place among all m-sections, from 0
 * @param maxMessageSize what we may send, in bytes; 0 for any (RFC 8841, 6.1: 64 kB when not said)
 */
public record NegotiatedData(int index, String mid, int localSctpPort, int remoteSctpPort, long maxMessageSize) {}
