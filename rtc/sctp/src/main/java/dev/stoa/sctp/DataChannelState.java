package dev.stoa.sctp;

/** RTCDataChannelState (W3C WebRTC, 6.2). */
public enum DataChannelState {
    CONNECTING,
    OPEN,
    CLOSING,
    CLOSED
}
