package dev.stoa.ice;

import dev.stoa.wire.Malformation;

/** What comes of parsing a candidate line. */
public sealed interface CandidateParse permits Candidate, CandidateParse.Ignored, CandidateParse.Malformed {
    /** Well-formed, and of no use here. */
    enum Ignored implements CandidateParse {
        /** The empty line, with which a browser says that no candidate follows. */
        END_OF_CANDIDATES,
        /** RTCP has no component of its own: everything is multiplexed (RFC 5761). Firefox sends these. */
        OTHER_COMPONENT,
        /** Neither UDP nor TCP: to be passed over (RFC 8839, 5.1). */
        UNKNOWN_TRANSPORT,
        UNKNOWN_TYPE
    }

    record Malformed(Malformation why) implements CandidateParse {}
}
