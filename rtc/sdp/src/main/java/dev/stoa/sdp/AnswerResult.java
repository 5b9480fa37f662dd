package dev.stoa.sdp;

import java.util.List;

/** What came of an offer. */
public sealed interface AnswerResult {
    /** @param session what both sides now agree on */
    record Answered(SessionDescription answer, NegotiatedSession session) implements AnswerResult {}

    /** @param problems at least one */
    record Refused(List<SdpProblem> problems) implements AnswerResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
