package dev.stoa.peer;

/** ICE and DTLS together (W3C WebRTC, 4.3.3). */
public enum PeerConnectionState {
    /** No description has been exchanged. */
    NEW,
    /** Addresses are tried, or the handshake goes on. */
    CONNECTING,
    /** Media flows both ways as negotiated. */
    CONNECTED,
    /** The path has been silent for some seconds; it may come back. */
    DISCONNECTED,
    /** The path is lost, which {@link PeerConnection#restartIce} may mend, or DTLS has failed, which nothing mends. */
    FAILED,
    /** Closed here, or by the other side. */
    CLOSED
}
