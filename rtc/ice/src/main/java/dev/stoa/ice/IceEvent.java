package dev.stoa.ice;

/** What an agent tells its owner. */
public sealed interface IceEvent {
    record StateChanged(IceState state) implements IceEvent {}

    /** Send from and to these from now on. */
    record PairSelected(CandidatePair pair) implements IceEvent {}

    /** The generation of a restart has a pair of its own; the credentials before it are void. */
    record Restarted(IceCredentials local) implements IceEvent {}

    /** Both sides had the same role and this one gave way (RFC 8445, 7.3.1.1). */
    record RoleChanged(IceRole role) implements IceEvent {}

    /** A candidate found through a STUN server, to be told to the other side. */
    record CandidateGathered(Candidate candidate, LocalBase base) implements IceEvent {}

    /** Every STUN server that was asked has answered or is given up. */
    record GatheringComplete() implements IceEvent {}
}
