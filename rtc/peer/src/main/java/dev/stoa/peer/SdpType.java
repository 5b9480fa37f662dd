package dev.stoa.peer;

import java.util.Locale;

/** What a description is for (W3C WebRTC, 4.3.1). There is no {@code pranswer}: nobody who talks to us sends one. */
public enum SdpType {
    OFFER,
    ANSWER,
    /** Takes the present offer back. */
    ROLLBACK;

    /** As in W3C's dictionaries: {@code offer}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
