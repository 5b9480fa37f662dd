@NullMarked
package dev.stoa.signaling;

import org.jspecify.annotations.NullMarked;
