package dev.stoa.sfu;

/** What {@link SfuCounters} counts; the names are the values of a metric's label. */
public enum Counter {
    RTP_RECEIVED,
    RTP_SENT,
    RTX_RECEIVED,
    RTX_SENT,
    /** Retransmitted under its own number, where RTX was not negotiated. */
    RETRANSMITTED_PLAINLY,
    NACK_SENT,
    NACK_RECEIVED,
    /** A packet asked for that is no longer, or was never, in the cache. */
    NACK_STALE,
    /** A packet asked for again before a retransmission can have arrived. */
    NACK_TOO_SOON,
    /** A packet asked for beyond what a receiver may ask for. */
    NACK_OVER_BUDGET,
    KEY_FRAME_REQUEST_SENT,
    KEY_FRAME_REQUEST_RECEIVED,
    KEY_FRAME_RECEIVED,
    /** Packets the publisher never brought, or too late. */
    RTP_ABANDONED,
    DROPPED_MALFORMED,
    DROPPED_DUPLICATE,
    DROPPED_TOO_OLD,
    DROPPED_UNKNOWN_SSRC,
    DROPPED_TOO_MANY_SSRCS,
    DROPPED_UNKNOWN_PAYLOAD_TYPE,
    /** A jump of the sequence number that is not confirmed by a second packet. */
    DROPPED_JUMP,
    /** Not sent to a receiver that has no such codec. */
    DROPPED_NO_COMMON_CODEC,
    /** Came after its place in the outgoing sequence had passed. */
    DROPPED_LATE,
    RTCP_RECEIVED,
    RTCP_SENT,
    RTCP_MALFORMED,
    RTCP_UNKNOWN
}
