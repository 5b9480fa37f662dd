/** Interactive Connectivity Establishment: candidates, checks, nomination, consent, restart (RFC 8445, 8838, 7675, 6544). */
module dev.stoa.ice {
    requires transitive dev.stoa.stun;
    requires static transitive org.jspecify;

    exports dev.stoa.ice;
}
