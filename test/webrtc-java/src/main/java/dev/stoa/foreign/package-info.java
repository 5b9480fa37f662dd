/** Peers whose WebRTC is not ours, for tests. */
@NullMarked
package dev.stoa.foreign;

import org.jspecify.annotations.NullMarked;
