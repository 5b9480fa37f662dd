package dev.stoa.stun;

import dev.stoa.wire.Malformation;

/** What comes of parsing a datagram: a {@link StunMessage}, or why it is none. */
public sealed interface StunParse permits StunMessage, StunParse.Malformed {
    /** The datagram is to be counted and dropped (RFC 8489, 6.3: silently). */
    record Malformed(Malformation why) implements StunParse {}
}
