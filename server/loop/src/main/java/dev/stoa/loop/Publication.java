package dev.stoa.loop;

import dev.stoa.sfu.Source;

/** An m-section in which a participant sends. */
record Publication(String mid, Source source) {}
