package dev.stoa.srtp;

/** The word of an SRTCP packet that holds the E flag and the index (RFC 3711, 3.4). */
final class SrtcpIndex {
    /** Bytes of the word. */
    static final int LENGTH = 4;

    /** The E flag: the packet is encrypted. */
    static final int ENCRYPTED = 0x8000_0000;

    static final int LAST = 0x7FFF_FFFF;

    private SrtcpIndex() {}
}
