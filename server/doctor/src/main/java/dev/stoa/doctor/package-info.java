/**
 * Why a call does not come about: a client that goes all the ways a browser would, says which of them work, and names the
 * setting or the port that stands in the way of the others. What it asks of a server is what a browser may ask too.
 */
@NullMarked
package dev.stoa.doctor;

import org.jspecify.annotations.NullMarked;
