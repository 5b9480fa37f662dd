package dev.stoa.sdp;

import java.util.Locale;

/** What an m-section carries: its first word. */
public enum MediaKind {
    AUDIO,
    VIDEO,
    /** Data channels, in WebRTC. */
    APPLICATION,
    /** Anything else (text, image, message): it is always rejected. */
    OTHER;

    public static MediaKind of(String media) {
        return switch (media) {
            case "audio" -> AUDIO;
            case "video" -> VIDEO;
            case "application" -> APPLICATION;
            default -> OTHER;
        };
    }

    /** As it is written; {@link #OTHER} has no one word. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
