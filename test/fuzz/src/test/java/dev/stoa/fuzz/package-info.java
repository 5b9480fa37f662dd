@NullMarked
package dev.stoa.fuzz;

import org.jspecify.annotations.NullMarked;
