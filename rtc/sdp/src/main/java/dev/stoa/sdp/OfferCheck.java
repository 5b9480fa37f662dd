package dev.stoa.sdp;

import dev.stoa.sdp.SdpProblem.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Finds why an offer cannot be answered. */
final class OfferCheck {
    /** RFC 8839, 5.4. */
    private static final int MIN_UFRAG = 4;

    private static final int MIN_PWD = 22;

    private OfferCheck() {}

    static List<SdpProblem> check(SessionDescription offer) {
        var problems = new ArrayList<SdpProblem>();
        for (int i = 0; i < offer.media().size(); i++) {
            var section = offer.media().get(i);
            if (!section.isRejected() && section.mid().isEmpty()) {
                problems.add(new SdpProblem(Code.MID, "m-section " + i + " has no mid"));
            }
        }
        groupNamesSections(offer, problems);
        transportSection(offer).ifPresent(section -> {
            var transport = offer.transportOf(section);
            transport(transport, problems);
            if (transport.setup().equals(Optional.of(Setup.HOLDCONN))) {
                problems.add(new SdpProblem(Code.SETUP, "an offer with setup holdconn"));
            }
        });
        extensionIds(offer, problems);
        return problems;
    }

    /** The m-section whose transport all share: the first of the bundle in use, or the first in use when there is none. */
    static Optional<MediaDescription> transportSection(SessionDescription description) {
        var bundled = description.bundle().stream()
                .flatMap(group -> group.mids().stream())
                .flatMap(mid -> description.section(mid).stream());
        var candidates = description.bundle().isPresent() ? bundled : description.media().stream();
        return candidates.filter(section -> !section.isRejected()).findFirst();
    }

    static void transport(TransportDescription transport, List<SdpProblem> problems) {
        if (transport.iceUfrag().filter(u -> u.length() >= MIN_UFRAG).isEmpty()
                || transport.icePwd().filter(p -> p.length() >= MIN_PWD).isEmpty()) {
            problems.add(new SdpProblem(
                    Code.ICE_CREDENTIALS,
                    "no ice-ufrag of " + MIN_UFRAG + " and ice-pwd of " + MIN_PWD + " characters or more"));
        }
        if (transport.fingerprints().stream().noneMatch(Fingerprint::isStrong)) {
            problems.add(new SdpProblem(Code.FINGERPRINT, "no fingerprint of sha-256, sha-384 or sha-512"));
        }
    }

    static void groupNamesSections(SessionDescription description, List<SdpProblem> problems) {
        var seen = new HashSet<String>();
        for (var mid : description.bundle().map(Group::mids).orElse(List.of())) {
            if (description.section(mid).isEmpty() || !seen.add(mid)) {
                problems.add(new SdpProblem(
                        Code.MID, "the bundle names " + Lines.quote(mid) + ", which is twice there or not at all"));
                return;
            }
        }
    }

    /** RFC 8843, 9.2 with RFC 8285, 5: an id means one extension in the whole bundle. */
    private static void extensionIds(SessionDescription offer, List<SdpProblem> problems) {
        var uris = new HashMap<Integer, String>();
        for (var section : offer.media()) {
            for (var extension : section.isRejected() ? List.<HeaderExtension>of() : section.extensions()) {
                var other = uris.putIfAbsent(extension.id(), extension.uri());
                if (other != null && !other.equals(extension.uri())) {
                    problems.add(new SdpProblem(
                            Code.EXTENSION, "the header extension id " + extension.id() + " means two things"));
                    return;
                }
            }
        }
    }
}
