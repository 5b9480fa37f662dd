package dev.stoa.turn;

import java.util.concurrent.atomic.AtomicLongArray;

/** What a TURN server counts. Written by its thread only, read by any. */
@SuppressWarnings("EnumOrdinal") // the index of an array that is never stored
public final class TurnCounters {
    /** The names are the values of a metric's label. */
    public enum Kind {
        /** Datagrams from clients to peers, and their bytes without TURN's own. */
        PACKETS_TO_PEERS,
        BYTES_TO_PEERS,
        PACKETS_TO_CLIENTS,
        BYTES_TO_CLIENTS,
        ALLOCATIONS_OPENED,
        ALLOCATIONS_CLOSED,
        BINDINGS,
        /** Requests answered with a challenge (401, 438): most often a client's first. */
        CHALLENGES,
        /** Requests of users that are not known, whose time is over, or with a wrong password. */
        UNAUTHENTICATED,
        /** Other requests answered with an error. */
        REFUSED_REQUESTS,
        /** Requests of peers that nobody may reach. */
        REFUSED_PEERS,
        /** Allocations refused because there are too many, of the user or in all, or no port is free. */
        REFUSED_ALLOCATIONS,
        /** Answers not given, because their source's budget was used up. */
        SILENCED,
        DROPPED_MALFORMED,
        /** From a client without an allocation, or by a channel that is not bound. */
        DROPPED_NO_ALLOCATION,
        /** To or from a peer without permission. */
        DROPPED_NO_PERMISSION,
        DROPPED_BITRATE,
        /** More at once than fits until the next round. */
        DROPPED_OVERFLOW,
        STREAMS_OPENED,
        STREAMS_CLOSED,
        /** Streams closed because what came is no TURN. */
        STREAMS_REFUSED,
        FAULTS
    }

    private final AtomicLongArray counts = new AtomicLongArray(Kind.values().length);

    public void add(Kind kind) {
        add(kind, 1);
    }

    void add(Kind kind, long amount) {
        int at = kind.ordinal();
        counts.setOpaque(at, counts.getPlain(at) + amount);
    }

    public long get(Kind kind) {
        return counts.getOpaque(kind.ordinal());
    }
}
