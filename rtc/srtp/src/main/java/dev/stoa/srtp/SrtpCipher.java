package dev.stoa.srtp;

import dev.stoa.wire.Datagram;

/**
 * Encryption with authentication under one session key, for one direction and for RTP or RTCP. It knows the layout of its
 * profile: what is authenticated, where tag and SRTCP index stand. Offsets and lengths have been checked by the caller, who
 * also keeps the datagrams reachable (only their addresses go to native code).
 *
 * <p>{@code index} is the packet index of 48 bits (RFC 3711, 3.3.1) or the SRTCP index of 31.
 */
interface SrtpCipher extends AutoCloseable {
    /**
     * Protects the packet at {@code target[at]}: {@code standing} bytes stand there already, {@code header} of which stay
     * readable, and {@code count} bytes come from {@code payload[from]}. Writes everything behind the text as well.
     */
    void seal(
            int ssrc,
            long index,
            Datagram target,
            int at,
            int header,
            int standing,
            Datagram payload,
            int from,
            int count);

    /**
     * Verifies the packet at {@code source[from]}, with {@code header} readable and {@code count} encrypted bytes, and
     * decrypts the latter to {@code target[header]}. False: the tag is wrong, and what stands there means nothing.
     */
    boolean open(int ssrc, long index, Datagram source, int from, int header, int count, Datagram target);

    /** Frees and erases the key; using the cipher afterwards is an {@link IllegalStateException}. */
    @Override
    void close();
}
