package dev.stoa.sdp;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The kinds of RTCP feedback that Stoa speaks: {@code rtcp-fb} lines (RFC 4585, 4.2). */
public enum Feedback {
    NACK("nack"),
    NACK_PLI("nack pli"),
    /** RFC 5104. */
    CCM_FIR("ccm fir"),
    GOOG_REMB("goog-remb"),
    TRANSPORT_CC("transport-cc");

    private final String text;

    Feedback(String text) {
        this.text = text;
    }

    /** As it is written. */
    public String text() {
        return text;
    }

    /** Those of {@code texts} that are known. */
    static Set<Feedback> known(Collection<String> texts) {
        var known = EnumSet.noneOf(Feedback.class);
        for (var feedback : values()) {
            if (texts.contains(feedback.text)) {
                known.add(feedback);
            }
        }
        return Collections.unmodifiableSet(known);
    }
}
