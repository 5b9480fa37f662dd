package dev.stoa.loop;

/** Names a participant's PeerConnection with the server. */
record PeerKey(String room, String participant) {}
