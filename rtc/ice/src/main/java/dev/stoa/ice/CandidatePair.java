package dev.stoa.ice;

import dev.stoa.wire.TransportAddress;

/**
 * A pair that works.
 *
 * @param base what to send from
 * @param local the candidate the other side sees; its base is {@code base}
 * @param remoteAddress where to send
 * @param remote the candidate that is there
 */
public record CandidatePair(LocalBase base, Candidate local, TransportAddress remoteAddress, Candidate remote) {}
