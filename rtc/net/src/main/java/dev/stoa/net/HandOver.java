package dev.stoa.net;

/**
 * A TCP connection between two drivers.
 *
 * @param channel what {@link SocketSet#release} gave
 * @param packet the packet that is handed over with it
 * @param in bytes that were read behind that packet
 * @param out bytes that wait to be written
 */
@SuppressWarnings("ArrayRecordComponent") // handed from one owner to the next, never compared
record HandOver(SocketSet.Released channel, RemoteAddress remote, byte[] packet, byte[] in, byte[] out) {}
