package dev.stoa.peer;

/** Where an exchange of offer and answer is (W3C WebRTC, 4.3.2). */
public enum SignalingState {
    STABLE,
    HAVE_LOCAL_OFFER,
    HAVE_REMOTE_OFFER,
    CLOSED
}
