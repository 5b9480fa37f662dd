/** RTP and RTCP: packets, header extensions, payload formats, retransmission, jitter buffer, and reception statistics. */
module dev.stoa.rtp {
    requires transitive dev.stoa.wire;
    requires static transitive org.jspecify;

    exports dev.stoa.rtp;
}
