package dev.stoa.ice;

/** The states of an RTCIceTransport (W3C WebRTC, 5.6.4). */
public enum IceState {
    /** Nothing is known of the other side. */
    NEW,
    /** No pair of the present generation is selected; while a restart goes on, the old pair works still. */
    CHECKING,
    /** A pair is selected. */
    CONNECTED,
    /** The same, and no better one is looked for. */
    COMPLETED,
    /** The selected pair has been silent for some seconds; it may come back. */
    DISCONNECTED,
    /** No pair works, or consent has expired: only a restart helps. */
    FAILED,
    CLOSED
}
