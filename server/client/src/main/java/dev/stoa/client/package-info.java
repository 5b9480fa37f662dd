/** A participant in Java: speaks the own protocol (docs/PROTOCOL.md), has one PeerConnection with the server. */
@NullMarked
package dev.stoa.client;

import org.jspecify.annotations.NullMarked;
