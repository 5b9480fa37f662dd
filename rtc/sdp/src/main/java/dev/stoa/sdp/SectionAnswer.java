package dev.stoa.sdp;

import java.util.Optional;

/** What is decided about one m-section of an offer. */
public sealed interface SectionAnswer {
    /**
     * Media. What cannot be accepted (no codec in common, no rtcp-mux, not bundled) is rejected nonetheless.
     *
     * @param direction what we want, as we see it; the answer has of it what the offer allows
     * @param capabilities those of the section's kind
     * @param track what we send, if we do; a direction that sends without one announces no SSRC
     */
    record Accept(Direction direction, Capabilities capabilities, Optional<SendTrack> track) implements SectionAnswer {
        public static Accept receive(Capabilities capabilities) {
            return new Accept(Direction.RECVONLY, capabilities, Optional.empty());
        }

        public static Accept send(Capabilities capabilities, SendTrack track) {
            return new Accept(Direction.SENDONLY, capabilities, Optional.of(track));
        }

        public static Accept both(Capabilities capabilities, SendTrack track) {
            return new Accept(Direction.SENDRECV, capabilities, Optional.of(track));
        }
    }

    /**
     * Data channels.
     *
     * @param maxMessageSize what we can receive, in bytes
     */
    record AcceptData(int sctpPort, long maxMessageSize) implements SectionAnswer {}

    /**
     * Not wanted. The first section of a bundle in which others are accepted is answered inactive instead: Chromium refuses
     * to lose it.
     */
    record Reject() implements SectionAnswer {}
}
