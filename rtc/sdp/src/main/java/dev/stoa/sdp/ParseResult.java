package dev.stoa.sdp;

import dev.stoa.wire.Malformation;

/** What came of parsing: a description, or why there is none. */
public sealed interface ParseResult {
    record Parsed(SessionDescription description) implements ParseResult {}

    /**
     * @param line from 1; 0 when it is about the whole
     * @param malformation for the counter
     * @param reason for people; short, and never more than a few words of the text
     */
    record Refused(int line, Malformation malformation, String reason) implements ParseResult {
        @Override
        public String toString() {
            return line == 0 ? reason : "line " + line + ": " + reason;
        }
    }
}
