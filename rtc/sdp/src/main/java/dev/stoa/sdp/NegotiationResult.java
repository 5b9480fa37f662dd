package dev.stoa.sdp;

import java.util.List;

/** What came of an answer to an offer of ours. */
public sealed interface NegotiationResult {
    record Negotiated(NegotiatedSession session) implements NegotiationResult {}

    /** @param problems at least one */
    record Refused(List<SdpProblem> problems) implements NegotiationResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
