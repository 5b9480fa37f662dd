package dev.stoa.sfu;

/** The payload formats that are looked into, for key frames and picture numbers; the others pass as they are. */
public enum CodecKind {
    OPUS,
    VP8,
    VP9,
    H264,
    AV1,
    /** Redundant audio (RFC 2198) around Opus: opened for those who do not know it. */
    RED,
    /** Telephone events, comfort noise, G.711: anything that needs no key frame. */
    OTHER
}
