/**
 * Fuzz targets of all that reads from the network: {@code ./dev fuzz} runs them with Jazzer, which looks for inputs that reach
 * new code, and {@code CorpusTest} runs the kept inputs with every build. A target is a function of its bytes.
 */
@NullMarked
package dev.stoa.fuzz;

import org.jspecify.annotations.NullMarked;
