package dev.stoa.ice;

/** What became of a datagram that was given to an agent. */
public enum Handled {
    /** Not STUN by its first byte and cookie; the caller looks further. */
    NOT_STUN,
    /** STUN that cannot be; counted and to be dropped. */
    MALFORMED,
    /** STUN that speaks to nobody here: another ufrag, an unknown transaction, a method of TURN. */
    NOT_OURS,
    /** It names this agent, but its integrity is missing or wrong; counted and to be dropped. */
    UNAUTHENTICATED,
    /** Taken: drain {@code pollTransmit} and {@code pollEvent}. */
    TAKEN
}
