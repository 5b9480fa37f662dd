/**
 * The program: command line, configuration, listeners, certificates, the page, and the wiring of everything else.
 * Nothing here decides what happens in a call.
 */
@NullMarked
package dev.stoa.app;

import org.jspecify.annotations.NullMarked;
