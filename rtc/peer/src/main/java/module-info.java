/** A WebRTC peer: RTCPeerConnection as W3C describes it, without a browser (W3C WebRTC, RFC 9429). */
module dev.stoa.peer {
    requires transitive dev.stoa.dtls;
    requires transitive dev.stoa.ice;
    requires transitive dev.stoa.net;
    requires transitive dev.stoa.rtp;
    requires transitive dev.stoa.sctp;
    requires transitive dev.stoa.sdp;
    requires transitive dev.stoa.srtp;
    requires static transitive org.jspecify;

    exports dev.stoa.peer;
}
