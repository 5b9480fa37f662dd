/**
 * The load generator: many peers in one process, on our own stack, that send and receive media through a server and
 * measure what came of it.
 */
@NullMarked
package dev.stoa.load;

import org.jspecify.annotations.NullMarked;
