package dev.stoa.sdp;

import java.util.List;

/**
 * Offer and answer (RFC 9429, 3264, 8843, 8853) as pure functions: descriptions in, descriptions and what they agree on out.
 * All media of a session is in one bundle with RTP and RTCP on one transport; what an offer has beside it is rejected.
 *
 * <p>Calling contract. To answer: parse the offer, make one {@link SectionAnswer} for each of its m-sections, call
 * {@link #answer}, send the text of the answer, put the session into effect. To offer: call {@link #offer}, keep the
 * description, send its text; when the answer has come, {@link #applyAnswer} with both. A later description of the session
 * has the same session id and a version one higher in its {@link Origin}. Nothing here keeps anything; all of it may be
 * called by any thread.
 */
public final class Jsep {
    private Jsep() {}

    /**
     * Answers an offer. The answer has as many m-sections as the offer; those that cannot be accepted, and those that are
     * not in use, are rejected whatever their decision, and one that holds the transport of others is only made inactive.
     *
     * @param decisions one for each m-section of the offer, in their order
     * @throws IllegalArgumentException when there are not as many decisions as m-sections
     */
    public static AnswerResult answer(
            SessionDescription offer, LocalParameters local, List<? extends SectionAnswer> decisions) {
        if (decisions.size() != offer.media().size()) {
            throw new IllegalArgumentException(
                    decisions.size() + " decisions for " + offer.media().size() + " m-sections");
        }
        var problems = checkOffer(offer);
        if (!problems.isEmpty()) {
            return new AnswerResult.Refused(problems);
        }
        var answer = new Answerer(offer, local).answer(decisions);
        return new AnswerResult.Answered(answer, Negotiator.negotiate(offer, answer, Negotiator.Side.ANSWERER));
    }

    /** Why an offer cannot be answered; empty when it can. */
    public static List<SdpProblem> checkOffer(SessionDescription offer) {
        return OfferCheck.check(offer);
    }

    /**
     * Makes an offer.
     *
     * @param sections all m-sections there ever were in the session, in their order: one that ended is
     *     {@link SectionOffer.Stopped}, and its place may be taken by a new one with a new mid (RFC 9429, 5.2.2)
     * @param earlier descriptions of the session, ours and the other side's, whose payload types and extension ids are to
     *     stay what they are (RFC 3264, 8.3.2); empty for the first offer
     * @throws IllegalArgumentException when two sections have one mid, or there are more codecs than payload types
     */
    public static SessionDescription offer(
            LocalParameters local, List<? extends SectionOffer> sections, List<SessionDescription> earlier) {
        return new Offerer(local, earlier).offer(sections);
    }

    /** Checks an answer to an offer of ours, and says what both agree on. */
    public static NegotiationResult applyAnswer(SessionDescription offer, SessionDescription answer) {
        var problems = AnswerCheck.check(offer, answer);
        return problems.isEmpty()
                ? new NegotiationResult.Negotiated(Negotiator.negotiate(offer, answer, Negotiator.Side.OFFERER))
                : new NegotiationResult.Refused(problems);
    }
}
