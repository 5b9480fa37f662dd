package dev.stoa.sfu;

/** What a participant sends. Each at most once. */
public enum Source {
    MICROPHONE,
    CAMERA,
    SCREEN,
    SCREEN_AUDIO;

    public boolean isVideo() {
        return this == CAMERA || this == SCREEN;
    }
}
