/** STUN and TURN messages: parse, write, integrity (RFC 8489, RFC 8656). */
module dev.stoa.stun {
    requires transitive dev.stoa.wire;
    requires static transitive org.jspecify;

    exports dev.stoa.stun;
}
