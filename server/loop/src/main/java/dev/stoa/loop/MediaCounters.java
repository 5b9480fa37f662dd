package dev.stoa.loop;

import java.util.concurrent.atomic.AtomicLongArray;

/** What the media loop counts. Written by its thread only, read by any. */
@SuppressWarnings("EnumOrdinal") // the index of an array that is never stored
public final class MediaCounters {
    /** The names are the values of a metric's label. */
    public enum Kind {
        /** A datagram whose first byte is no protocol's (RFC 7983). */
        UNKNOWN_PROTOCOL,
        /** STUN that no participant's credentials fit. */
        STUN_UNKNOWN,
        STUN_MALFORMED,
        STUN_UNAUTHENTICATED,
        /** From an address that ICE has not validated. */
        UNVALIDATED,
        /** Media before the keys. */
        EARLY_MEDIA,
        RTP_REFUSED,
        RTCP_REFUSED,
        DTLS_REFUSED,
        /** More for one participant than fits until the loop's next round. */
        SEND_OVERFLOW,
        PEERS_OPENED,
        PEERS_CLOSED,
        HANDSHAKES_FAILED,
        /** A message of a data channel that was handed on to at least one participant. */
        DATA_RELAYED,
        /** One without a valid envelope, or larger than may be sent. */
        DATA_MALFORMED,
        /** One beyond what its sender may send. */
        DATA_LIMITED,
        /** A channel beyond what a participant may open. */
        DATA_CHANNELS_REFUSED,
        /** A copy that a slow receiver was not sent. */
        DATA_DISCARDED,
        /** A channel that was closed, with what waited in it, because its receiver is too slow. */
        DATA_OVERFLOWED,
        /** An association that broke. */
        DATA_FAILED,
        /** An exception in the loop: a fault of ours, of which one participant at most feels something. */
        FAULTS
    }

    private final AtomicLongArray counts = new AtomicLongArray(Kind.values().length);

    void add(Kind kind) {
        int at = kind.ordinal();
        counts.setOpaque(at, counts.getPlain(at) + 1);
    }

    public long get(Kind kind) {
        return counts.getOpaque(kind.ordinal());
    }
}
