/** DTLS for WebRTC: the handshake, the peer's certificate, the keys of SRTP, and what SCTP sends through it. */
module dev.stoa.dtls {
    requires transitive dev.stoa.wire;
    requires static transitive org.jspecify;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.tls;

    exports dev.stoa.dtls;
}
