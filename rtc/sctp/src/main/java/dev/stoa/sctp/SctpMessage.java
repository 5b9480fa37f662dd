package dev.stoa.sctp;

/**
 * A whole message of the other side.
 *
 * @param stream 0 to 65535
 * @param protocol the payload protocol identifier, 32 bits
 */
@SuppressWarnings("ArrayRecordComponent")
record SctpMessage(int stream, long protocol, byte[] bytes) {}
