/** The doors to signaling: each dialect takes connections of its kind and speaks for them to the signaling loops. */
@NullMarked
package dev.stoa.dialects;

import org.jspecify.annotations.NullMarked;
