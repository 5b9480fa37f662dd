/**
 * Signaling without I/O: the messages, the room as a pure function, sessions that outlive their connection, and the
 * tokens that prove who somebody is. Time is a parameter everywhere; nothing here starts a thread or opens a socket.
 */
@NullMarked
package dev.stoa.signaling;

import org.jspecify.annotations.NullMarked;
