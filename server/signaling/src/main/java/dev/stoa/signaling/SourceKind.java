package dev.stoa.signaling;

import org.jspecify.annotations.Nullable;

/** What an m-section carries. */
public enum SourceKind {
    MICROPHONE("microphone"),
    CAMERA("camera"),
    SCREEN("screen"),
    SCREEN_AUDIO("screen-audio");

    private final String wireName;

    SourceKind(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /** Null for a word that is none of these. */
    public static @Nullable SourceKind of(String wireName) {
        for (var kind : values()) {
            if (kind.wireName.equals(wireName)) {
                return kind;
            }
        }
        return null;
    }
}
