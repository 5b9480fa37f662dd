package dev.stoa.sdp;

import dev.stoa.sdp.SdpProblem.Code;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Finds what in an answer does not fit the offer (RFC 3264, 6; RFC 8843, 7.5; RFC 8842, 5.4; RFC 8853, 5.3.2). */
final class AnswerCheck {
    private final SessionDescription offer;
    private final SessionDescription answer;
    private final List<SdpProblem> problems = new ArrayList<>();

    private AnswerCheck(SessionDescription offer, SessionDescription answer) {
        this.offer = offer;
        this.answer = answer;
    }

    static List<SdpProblem> check(SessionDescription offer, SessionDescription answer) {
        var check = new AnswerCheck(offer, answer);
        check.session();
        return check.problems;
    }

    private void session() {
        if (answer.media().size() != offer.media().size()) {
            problem(
                    Code.SECTION_COUNT,
                    answer.media().size() + " m-sections in answer to "
                            + offer.media().size());
            return;
        }
        OfferCheck.groupNamesSections(answer, problems);
        for (int i = 0; i < answer.media().size(); i++) {
            section(i, offer.media().get(i), answer.media().get(i));
        }
        bundle();
        OfferCheck.transportSection(answer).ifPresent(section -> transport(answer.transportOf(section)));
    }

    private void section(int index, MediaDescription offered, MediaDescription answered) {
        if (!answered.media().equals(offered.media()) || !answered.protocol().equals(offered.protocol())) {
            problem(Code.SECTION_MISMATCH, at(index) + " is of another kind or protocol than offered");
            return;
        }
        if (answered.isRejected()) {
            return;
        }
        if (offered.isRejected()) {
            problem(Code.SECTION_MISMATCH, at(index) + " is accepted though it was not offered");
            return;
        }
        if (!answered.mid().equals(offered.mid())) {
            problem(Code.MID, at(index) + " has another mid than offered");
        }
        if (answered.isRtp()) {
            media(index, offered, answered);
        } else if (answered.sctpPort().isEmpty()) {
            problem(Code.SCTP, at(index) + " has no sctp-port");
        }
    }

    private void media(int index, MediaDescription offered, MediaDescription answered) {
        if (!answered.rtcpMux()) {
            problem(Code.RTCP_MUX, at(index) + " has no rtcp-mux");
        }
        var direction = answer.directionOf(answered);
        if (direction.and(offer.directionOf(offered).reversed()) != direction) {
            problem(
                    Code.DIRECTION,
                    at(index) + " is " + direction.text() + " in answer to "
                            + offer.directionOf(offered).text());
        }
        boolean common = answered.codecs().stream()
                .anyMatch(codec -> Answerer.isMedia(codec)
                        && Negotiator.counterpart(codec, offered).isPresent());
        if (!common) {
            problem(Code.CODEC, at(index) + " has no codec that was offered");
        }
        for (var extension : answered.extensions()) {
            boolean known = offered.extensions().stream()
                    .anyMatch(o -> o.id() == extension.id() && o.uri().equals(extension.uri()));
            if (!known) {
                problem(Code.EXTENSION, at(index) + " has a header extension, id " + extension.id() + ", not offered");
            }
        }
        rids(index, offered, answered);
    }

    private void rids(int index, MediaDescription offered, MediaDescription answered) {
        for (var rid : answered.rids()) {
            boolean known = offered.rids().stream().anyMatch(o -> o.id().equals(rid.id()) && o.sends() != rid.sends());
            if (!known) {
                problem(Code.RID, at(index) + " has the rid " + Lines.quote(rid.id()) + ", not offered that way");
            }
        }
        boolean sends = answered.simulcast().send().isEmpty()
                || !offered.simulcast().receive().isEmpty();
        boolean receives = answered.simulcast().receive().isEmpty()
                || !offered.simulcast().send().isEmpty();
        if (!sends || !receives) {
            problem(Code.RID, at(index) + " has simulcast that was not offered");
        }
    }

    /** RFC 8843, 7.5: the answer's group is a part of the offer's; here it must be all that is accepted. */
    private void bundle() {
        var offered = new HashSet<>(offer.bundle().map(Group::mids).orElse(List.of()));
        var answered = new HashSet<>(answer.bundle().map(Group::mids).orElse(List.of()));
        if (!offered.containsAll(answered)) {
            problem(Code.BUNDLE, "the answer's bundle has a section that the offer's has not");
        }
        long accepted = 0;
        for (int i = 0; i < answer.media().size(); i++) {
            var section = answer.media().get(i);
            boolean bundled = section.mid().filter(answered::contains).isPresent();
            if (section.isRejected() && bundled) {
                problem(Code.BUNDLE, at(i) + " is rejected and in the bundle");
            }
            accepted += section.isRejected() ? 0 : 1;
        }
        if (accepted > 1 && accepted > answered.size()) {
            problem(Code.BUNDLE, "a section is accepted outside of the bundle");
        }
    }

    private void transport(TransportDescription transport) {
        OfferCheck.transport(transport, problems);
        var setup = transport.setup().orElse(Setup.PASSIVE);
        var offered = OfferCheck.transportSection(offer)
                .flatMap(section -> offer.transportOf(section).setup())
                .orElse(Setup.ACTIVE);
        boolean fits = switch (setup) {
            case ACTIVE -> offered != Setup.ACTIVE;
            case PASSIVE -> offered != Setup.PASSIVE;
            case ACTPASS, HOLDCONN -> false;
        };
        if (!fits) {
            problem(Code.SETUP, "setup " + setup.text() + " in answer to " + offered.text());
        }
    }

    private void problem(Code code, String message) {
        problems.add(new SdpProblem(code, message));
    }

    private static String at(int index) {
        return "m-section " + index;
    }
}
