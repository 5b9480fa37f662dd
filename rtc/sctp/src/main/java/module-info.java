/** SCTP and data channels over DTLS (RFC 9260, 3758, 6525, 8831, 8832). */
module dev.stoa.sctp {
    requires transitive dev.stoa.wire;
    requires static transitive org.jspecify;

    exports dev.stoa.sctp;
}
