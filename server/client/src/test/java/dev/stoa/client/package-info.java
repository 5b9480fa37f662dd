@NullMarked
package dev.stoa.client;

import org.jspecify.annotations.NullMarked;
