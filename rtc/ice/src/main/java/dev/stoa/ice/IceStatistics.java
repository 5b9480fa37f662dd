package dev.stoa.ice;

import dev.stoa.wire.Malformation;
import java.util.EnumMap;
import java.util.Map;

/** What an agent has counted since it was made. */
public final class IceStatistics {
    private final Map<Malformation, Long> malformed = new EnumMap<>(Malformation.class);
    long requests;
    long responses;
    long unknownUsername;
    long unauthenticated;
    long unmatchedResponses;
    long roleConflicts;
    long unknownAttributes;
    long refusedByCap;
    long droppedTransmits;
    long roundTripNanos;

    IceStatistics() {}

    /** Datagrams that were STUN by their first bytes and then were not. */
    public long malformed(Malformation why) {
        return malformed.getOrDefault(why, 0L);
    }

    /** Checks that were valid and authenticated. */
    public long requests() {
        return requests;
    }

    /** Answers to own requests that were valid and authenticated. */
    public long responses() {
        return responses;
    }

    public long unknownUsername() {
        return unknownUsername;
    }

    /** Messages without integrity, or with a wrong one. */
    public long unauthenticated() {
        return unauthenticated;
    }

    public long unmatchedResponses() {
        return unmatchedResponses;
    }

    /** How long the last check took that was answered: the path's round trip. 0 before the first. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    /** Requests that were answered 487, and answers that were 487. */
    public long roleConflicts() {
        return roleConflicts;
    }

    /** Requests that were answered 420. */
    public long unknownAttributes() {
        return unknownAttributes;
    }

    /** Candidates and pairs for which there was no room. */
    public long refusedByCap() {
        return refusedByCap;
    }

    /** Messages for which there was no room, because the owner did not poll. */
    public long droppedTransmits() {
        return droppedTransmits;
    }

    void countMalformed(Malformation why) {
        malformed.merge(why, 1L, Long::sum);
    }
}
