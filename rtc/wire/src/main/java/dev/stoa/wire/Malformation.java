package dev.stoa.wire;

/**
 * Why bytes from the network were refused. A parser returns one instead of throwing; whoever called it counts it and drops
 * the bytes. The names are the values of the metrics' {@code reason} label.
 */
public enum Malformation {
    /** Shorter than its fixed header, or than a length in it says. */
    TRUNCATED,
    /** A length that cannot be: not a multiple, too small for its own field, or bytes left over. */
    BAD_LENGTH,
    /** A version, magic cookie or marker that is not the protocol's. */
    BAD_MAGIC,
    /** Padding that is longer than what it pads, or none where it is announced. */
    BAD_PADDING,
    /** A kind that does not exist or must not come here. */
    UNKNOWN_TYPE,
    /** A field out of its range. */
    BAD_VALUE,
    /** More of something than is allowed. */
    TOO_MANY,
    /** A checksum, fingerprint or authentication tag is wrong. */
    BAD_CHECK,
    /** It came before, or is older than the replay window. */
    REPLAYED
}
