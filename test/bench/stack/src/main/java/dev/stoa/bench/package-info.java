/** What the stack's own work costs, without sockets: {@code ./dev bench stack}. */
@NullMarked
package dev.stoa.bench;

import org.jspecify.annotations.NullMarked;
