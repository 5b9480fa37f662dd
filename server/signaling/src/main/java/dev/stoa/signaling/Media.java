package dev.stoa.signaling;

/** What a participant sends now; a muted microphone is false. */
public record Media(boolean microphone, boolean camera, boolean screen) {
    public static final Media NONE = new Media(false, false, false);
}
