/** Session descriptions: parse, write, offer and answer as pure functions (RFC 8866, 9429, 3264, 8843, 8853). */
module dev.stoa.sdp {
    requires transitive dev.stoa.wire;
    requires static transitive org.jspecify;

    exports dev.stoa.sdp;
}
