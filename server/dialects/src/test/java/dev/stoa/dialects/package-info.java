@NullMarked
package dev.stoa.dialects;

import org.jspecify.annotations.NullMarked;
