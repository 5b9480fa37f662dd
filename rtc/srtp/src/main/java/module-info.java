/** SRTP and SRTCP: protects and unprotects media packets, off-heap, with libcrypto or the JDK's ciphers. */
module dev.stoa.srtp {
    requires transitive dev.stoa.wire;
    requires static transitive org.jspecify;

    exports dev.stoa.srtp;
}
