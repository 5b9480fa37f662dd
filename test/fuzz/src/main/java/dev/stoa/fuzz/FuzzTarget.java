package dev.stoa.fuzz;

import java.util.List;

/** Code that takes bytes as they come, and promises. */
interface FuzzTarget {
    /** Does the same whenever it gets the same bytes, and throws when a promise is broken. */
    void run(byte[] input);

    /** Inputs to begin with, which get past the first checks. */
    List<byte[]> seeds();
}
