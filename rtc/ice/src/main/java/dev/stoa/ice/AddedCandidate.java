package dev.stoa.ice;

/** What became of a remote candidate. */
public enum AddedCandidate {
    ADDED,
    /** Known already, perhaps from a check that was faster than signaling. */
    DUPLICATE,
    /** A lite agent sends no checks and so needs no candidates. */
    NOT_NEEDED,
    /** It is only a name: resolve it and add it again. */
    UNRESOLVED,
    /** Its ufrag is another generation's. */
    OTHER_GENERATION,
    /** No checks go to such an address: unspecified, multicast, port 0. */
    BAD_ADDRESS,
    /** There are {@link FullIceAgent#MAX_REMOTE_CANDIDATES} already. */
    TOO_MANY
}
