/**
 * The selective forwarding of media without I/O: what one participant sends once goes to the others as it is, with headers
 * of its receivers' own. Packets live in the cache of their track and are never copied on their way out.
 *
 * <p>For everything here: one thread (a room's media loop), which also creates and closes; time is the parameter
 * {@code nowNanos} of one steady clock that does not wrap; a moment of {@link Long#MAX_VALUE} is never; an SSRC is the
 * unsigned number in a long.
 */
@NullMarked
package dev.stoa.sfu;

import org.jspecify.annotations.NullMarked;
