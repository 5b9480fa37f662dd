package dev.stoa.loop;

import java.nio.charset.StandardCharsets;

/** What a sender is told about what it sent by a data channel; the codes stand in docs/PROTOCOL.md. */
enum DataProblem {
    MALFORMED("data-malformed", "A message was not understood.", "Begin each message with the envelope of version 1."),
    TOO_LARGE("data-too-large", "A message was too large.", "Send at most 261120 bytes at once."),
    LIMITED("data-limited", "Messages were sent too fast, and some are lost.", "Send fewer, or smaller ones."),
    UNREACHABLE("data-unreachable", "The participant cannot be reached by data channels now.", "Try again later."),
    TOO_MANY_CHANNELS("data-too-many-channels", "There are too many channels.", "Close those that are not needed.");

    private final String text;

    DataProblem(String code, String message, String hint) {
        this.text = "{\"code\":\"%s\",\"message\":\"%s\",\"hint\":\"%s\"}".formatted(code, message, hint);
    }

    /** The message to a participant. */
    byte[] message() {
        return new DataEnvelope(DataEnvelope.Kind.PROBLEM, "", text.getBytes(StandardCharsets.UTF_8)).write();
    }
}
